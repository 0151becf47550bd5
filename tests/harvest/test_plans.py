"""PostgreSQL plans by old statistics, or by none, and must still read no more than the run."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone

from erpd.harvest import ledger, reconcile
from erpd.harvest.comparing import replaced_since
from erpd.harvest.leaving import leaving
from erpd.harvest.models import Entry, Run
from erpd.register import intake
from erpd.register.identity import key_of
from erpd.register.models import DataSet, Version
from erpd.register.rows import insert
from erpd.register.search.pending import BATCH, pending
from erpd.register.undoing import touched
from tests.harvest.national import source

pytestmark = pytest.mark.django_db
OLD, NEW, PAGE = 4000, 2000, 100


def brought(settings: Any, amount: int, change: int) -> Run:
    """A run that brought so many new data sets."""
    now, source_ = timezone.now(), settings.source
    run = Run.objects.create(settings=settings, holder="a 1 b", started=now)
    both = {"digest": "d", "received": "r", "findings": []}
    of_set = {"source_id": source_.pk, "catalogue_id": source_.catalogue_id, "created": now, "modified": now}
    of_version = {"at": now, "origin": str(run), "content": b""}
    of_entry = {"run_id": run.pk, "attempt": 1, "bin": "new", "findings": [], "content": b""}
    sets, versions, entries = [], [], []
    for number in range(change, change + amount):
        name = f"d{number - change:05}"
        key, iri = key_of(source_.slug, name), f"https://data.example/{source_.slug}/{name}"
        sets.append(
            {"key": key, "identifier": name, "iri": iri, "change": number, "deleted": False, **of_set, **both}
        )
        versions.append({"change": number, "data_set_id": key, "iri": iri, **of_version, **both})
        entries.append({"identifier": name, "datestamp": "", "title": "", "contact": "", **of_entry})
    insert(DataSet, sets)
    insert(Version, versions)
    insert(Entry, entries)
    return run


@pytest.fixture(params=["old statistics", "no statistics"])
def run(request: pytest.FixtureRequest) -> Run:
    """Of a new source in a register whose statistics were made before it came, or were never made."""
    brought(source("https://old.example/oai"), OLD, 1)
    if request.param == "old statistics":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return brought(source("https://new.example/oai", country="BE"), NEW, OLD + 1)


def rows_read(plan: dict[str, Any]) -> float:
    """The rows that all the nodes of a plan gave or threw away, each time they ran."""
    own = sum(
        plan.get(name, 0) for name in ("Actual Rows", *(n for n in plan if n.startswith("Rows Removed")))
    )
    return own * plan["Actual Loops"] + sum(map(rows_read, plan.get("Plans", ())))


def reading(work: Callable[[], object]) -> float:
    """The rows that PostgreSQL reads for the queries of ``work``."""
    asked: list[tuple[str, Any]] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        work()
    assert asked
    # SQLite has no such statistics, and probes its indexes.
    return sum(map(rows_read, map(explained, asked))) if connection.vendor == "postgresql" else 0


def explained(query: tuple[str, Any]) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query[0]}", query[1])
        (told,) = cursor.fetchone()
    return (json.loads(told) if isinstance(told, str) else told)[0]["Plan"]


def page() -> Iterator[str]:
    return (f"d{number:05}" for number in range(NEW - PAGE, NEW))


def test_what_is_asked_once_reads_the_run_a_few_times(run: Run) -> None:
    other = NEW // 2
    Entry.objects.filter(run=run, identifier__lt=f"d{other:05}").delete()
    left = leaving(run.settings, run)
    assert left.count() == other
    most = 10 * (OLD + NEW)  # to read it once for each record would be 300 times as much
    assert reading(left.count) < most
    assert reading(lambda: list(left[:200])) < most
    assert reading(lambda: list(touched(str(run)))) < most
    assert reading(lambda: ledger.ledger_of(run)) < most
    assert reading(lambda: ledger.found_in(run)) < most
    run.before, run.after_change = NEW, OLD + NEW
    run.save()
    DataSet.objects.filter(source=run.settings.source).update(change=F("change") + NEW)
    assert reading(lambda: replaced_since(run, run)) < most
    Run.objects.filter(pk=run.pk).update(state="done", complete=True, held=other)
    assert reading(lambda: reconcile.holding(run.settings)) < most


def test_what_is_asked_for_each_page_reads_the_page(run: Run) -> None:
    most = 12 * PAGE
    assert reading(lambda: intake.known(run.settings.source, page())) < most
    assert reading(lambda: intake.digests(run.settings.source, page())) < most
    assert reading(lambda: ledger.seen(run, page())) < most
    assert reading(lambda: pending(OLD)) < 12 * BATCH
    assert len(intake.known(run.settings.source, page())) == len(ledger.seen(run, page())) == PAGE
