"""What everybody may know of the sources: some queries, however many sources there are.

No address, no text of an error, no record: only what is counted, and words of our own.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from erpd.harvest.ledger import ledger_of
from erpd.harvest.models import Run, SourceSettings
from erpd.harvest.worker import next_run
from erpd.metadata.findings import Severity
from erpd.operate.sources.standing import last_runs
from erpd.operate.status.words import End, end_of
from erpd.register.arrival import Bin
from erpd.register.catalogues import numbers_of_sources
from erpd.register.models import Catalogue, DataSet
from erpd.register.scope import VISIBLE


@dataclass(frozen=True, slots=True)
class Found:
    """A kind of finding in the last run."""

    rule: str
    severity: str
    section: str
    """Of the guideline or standard; "" if none is named."""
    times: int


@dataclass(frozen=True, slots=True)
class Status:
    """A source, as everybody may know it."""

    slug: str
    catalogue: Catalogue
    held: int
    """Data sets that are here."""
    is_running: bool
    ended: datetime | None
    """When its last run ended."""
    end: End | None
    """How."""
    bins: Mapping[Bin, int]
    """What became of the records of that run."""
    gone: int
    found: list[Found]
    """The worst and most frequent first."""
    next: datetime | None


def statuses(now: datetime, slug: str | None = None) -> list[Status]:
    """The sources that everybody may know, in the order of their catalogues and names; or only one."""
    rows = list(_public().filter(source__slug=slug) if slug is not None else _public())
    runs = Run.objects.filter(settings__in=[one.pk for one in rows])
    ended = last_runs(runs.exclude(state=Run.State.RUNNING))
    running = set(runs.filter(state=Run.State.RUNNING).values_list("settings", flat=True))
    present = numbers_of_sources()
    return [
        _status(one, ended.get(one.pk), one.pk in running, present.get(one.source_id, 0), now) for one in rows
    ]


def _public() -> QuerySet[SourceSettings]:
    """Those in catalogues that can be seen, once they have brought a data set.

    What is tried first is nobody's business; nor is the portal of a data owner, who has a page of it.
    One that is switched off, and of which nothing is here any more, was a trial, too.
    """
    brought = DataSet.objects.filter(source=OuterRef("source"))
    return (
        SourceSettings.objects.filter(removed=None, source__catalogue__kind__in=VISIBLE)
        .filter(source__catalogue__holding=None)
        .filter(Q(Exists(brought), active=True) | Exists(brought.filter(deleted=False)))
        .select_related("source__catalogue")
        .order_by("source__catalogue__slug", "source__slug")
    )


def _status(settings: SourceSettings, last: Run | None, is_running: bool, held: int, now: datetime) -> Status:
    ledger: Mapping[str, Any] = ledger_of(last) if last else {}
    return Status(
        settings.source.slug,
        settings.source.catalogue,
        held,
        is_running,
        last.finished if last else None,
        end_of(last) if last else None,
        {place: ledger.get(place, 0) for place in Bin},
        last.gone if last else 0,
        list(_found(last)) if last else [],
        next_run(settings, last, now) if settings.active and not is_running else None,
    )


def _found(run: Run) -> Iterator[Found]:
    """As the run summed them up when it ended, by rule alone."""
    counted = Counter[tuple[str, str, str]]()
    for facts, _identifier, times in run.summary.get("findings", []):
        counted[facts["severity"], facts["rule"], facts.get("section", "")] += times
    order = list(Severity)
    ranked = sorted(counted.items(), key=lambda item: (order.index(Severity(item[0][0])), -item[1], item[0]))
    for (severity, rule, section), times in ranked:
        yield Found(rule, severity, section, times)
