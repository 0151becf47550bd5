"""Killed anywhere, nothing is lost: the next harvest goes on, and ends as if nothing had happened."""

import os
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.models.functions import Now

from erpd.harvest import ending, lease
from erpd.harvest import holder as holders
from erpd.harvest.lease import LeaseLost, SourceBusy
from erpd.harvest.ledger import Report
from erpd.harvest.models import Heartbeat, Run, SourceSettings
from erpd.harvest.rehearsal import replay
from erpd.metadata.terms import RDF
from erpd.misbehave.faults import FAULTS
from erpd.misbehave.protocols import PROTOCOLS
from erpd.misbehave.server import Misbehaving
from erpd.register.models import ChangeCounter, DataSet, Source, Version
from tests.harvest import national
from tests.harvest.killing import ELSEWHERE, Killed, dead_holder, killed_at, living_holder
from tests.harvest.national import Point, good, interrupted_by, run, silent, source
from tests.proofs import length
from tests.sources.oai_pmh import oai

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE = [good(name) for name in "abcdefg"]
MORE = [good(name) for name in "hij"]
# New, changed, unchanged, rejected, twice, deleted, unreadable; one has left without a word.
AFTER = [
    good("new"),
    good("a", "Changed"),
    *BEFORE[1:3],
    good("e", valid=False),
    good("new"),
    oai.deleted("f"),
    national.broken("g"),
    *MORE,
    good("newer"),
]
BINS = {
    "new": 2,
    "changed": 1,
    "unchanged": 5,
    "rejected": 1,
    "duplicate": 1,
    "deleted": 1,
    "unreadable": 1,
}


@pytest.fixture
def dead() -> str:
    return dead_holder()


def prepared(point: Point) -> SourceSettings:
    """The source with the register that it filled last week."""
    for model in (Run, DataSet, Source, ChangeCounter):
        model.objects.all().delete()
    settings = source(point.url)
    point.lists([*BEFORE, *MORE])
    run(settings)
    point.lists(AFTER)
    return settings


def outcome(report: Report) -> dict[str, Any]:
    """All that a run leaves behind, each part under a name."""
    data_sets = {f"data set {identifier}": rest for identifier, *rest in national.register()}
    entries = {f"entry {number}": entry for number, entry in enumerate(national.entries(report))}
    return data_sets | entries | national.ledger(report)


def unlike(one: dict[str, Any], other: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Only the parts that differ, so that a log shows them."""
    return {
        name: (one.get(name), other.get(name)) for name in one | other if one.get(name) != other.get(name)
    }


@pytest.mark.proof
# Django closes the cursor of a query for an Exception only; the process of a real one ends with it.
@pytest.mark.filterwarnings("ignore:.*ServerCursor:pytest.PytestUnraisableExceptionWarning")
def test_killed_at_any_statement_it_ends_as_if_undisturbed(dead):
    with Point(size=6) as point, national.client() as http:
        settings = prepared(point)
        with killed_at(-1) as statements:
            undisturbed = outcome(national.harvest(settings, http))
        assert unlike(undisturbed, undisturbed | BINS | {"gone": 1, "complete": True}) == {}
        tried = resumed = 0
        every = length(6, 1)
        for number in range(random.randrange(every), len(statements), every):
            settings = prepared(point)
            with killed_at(number), suppress(Killed):
                national.harvest(settings, http)
            if Run.objects.filter(state=Run.State.DONE).count() == 2:
                break  # it had ended, and was counting
            interrupted_by(dead)
            asked = len(point.server.asked)
            again = outcome(national.harvest(settings, http))
            tried += 1
            resumed += len(point.server.asked) - asked < 3
            assert unlike(again, undisturbed) == {}, statements[number][:200]
        assert resumed > tried / 3  # it went on, it did not begin again


def test_killed_at_any_page_it_goes_on_behind_it(dead):
    def stop(pages: int) -> Callable[[int, int | None], None]:
        def progress(done: int, total: int | None) -> None:
            if done >= pages * 4:
                raise Killed

        return progress

    told: list[tuple[int, int | None]] = []
    with Point(size=4) as point:
        settings = prepared(point)
        undisturbed = outcome(run(settings))
        for page in (1, 2, 3):
            settings = prepared(point)
            with pytest.raises(Killed):
                run(settings, progress=stop(page))
            interrupted_by(dead)
            told.clear()
            again = outcome(run(settings, progress=lambda *done: told.append(done)))
            assert unlike(again, undisturbed) == {}
            assert told[-1] == (len(AFTER), len(AFTER))
            assert len(told) == (3 - page or 1)


@pytest.mark.parametrize("expired", [1, 2])
def test_where_the_checkpoint_no_longer_holds_it_begins_anew(dead, expired):
    with Point(size=4) as point:
        settings = prepared(point)
        undisturbed = national.ledger(run(settings))
        settings = prepared(point)
        for times in range(expired):  # again and again, a page further each time
            with pytest.raises(Killed):
                run(settings, progress=_dies_after(times + 1))
            interrupted_by(dead)
            point.handle = _forgetful(point)
        told: list[tuple[int, int | None]] = []
        report = run(settings, progress=lambda *done: told.append(done))
        assert not report.failed, report.run.error
        assert report.run.attempt == expired + 1
        assert national.ledger(report) == undisturbed
        assert told[-1] == (len(AFTER), len(AFTER))


def _dies_after(pages: int) -> Callable[[int, int | None], None]:
    seen = iter(range(1, 100))

    def progress(done: int, total: int | None) -> None:
        if next(seen) == pages:
            raise Killed

    return progress


def _forgetful(point: Point) -> Any:
    """A server that was started anew: it knows no token of before."""
    known = {""}

    def handle(path, query, headers):
        token = query.get("resumptionToken", "")
        if token not in known:
            return 200, oai.XML, oai.error("badResumptionToken", "it has expired")
        known.add(str(int(token or 0) + point.repository.size))
        return point.repository(path, query, headers)

    return handle


def test_read_anew_by_dates_it_ends_as_if_undisturbed_wherever_it_is_killed(dead):
    """What came before the token was refused comes again, and is in the ledger once."""
    with Misbehaving(PROTOCOLS["oai-pmh"], FAULTS["expired-token"], size=7) as server:
        settings = source(server.url)
        with killed_at(-1) as statements:
            undisturbed = outcome(run(settings))
        assert national.bins(run(settings)) == {"unchanged": 7}
        assert undisturbed["new"] == undisturbed["received"] == 7
        assert Run.objects.first().attempt == 2
        again = replay(Run.objects.first())
        assert (national.bins(again), again.run.attempt) == ({"unchanged": 7}, 2)
        for number in range(0, len(statements), 5):
            for model in (Run, DataSet, Source, ChangeCounter):
                model.objects.all().delete()
            settings = source(server.url)
            with killed_at(number), suppress(Killed):
                run(settings)
            if Run.objects.filter(state=Run.State.DONE).exists():
                break
            interrupted_by(dead)
            assert unlike(outcome(run(settings)), undisturbed) == {}, statements[number][:200]


def test_a_file_that_has_changed_meanwhile_is_read_from_the_start(dead, tmp_path, monkeypatch):
    monkeypatch.setattr("erpd.sources.dump.source.PAGE", 5)
    file = tmp_path / "all.nt"

    def write(names: range, title: str) -> None:
        dct, dcat = "http://purl.org/dc/terms/", "http://www.w3.org/ns/dcat#"
        file.write_text(
            "".join(
                f"<http://data.example/{name}> {RDF.type} <{dcat}Dataset> .\n"
                f'<http://data.example/{name}> <{dct}title> "{title}" .\n'
                for name in names
            )
        )

    write(range(8), "First")
    settings = source(str(file), "dump", policy="lenient")
    with pytest.raises(Killed):
        run(settings, progress=_dies_after(1))
    interrupted_by(dead)
    write(range(1, 9), "Second")
    report = run(settings)
    assert (report.run.attempt, report.ledger["received"]) == (2, 8)
    assert national.bins(report) == {"new": 4, "changed": 4}
    # What only the first file had is absent; at the start there was nothing, so any part of it is too much.
    assert (report.ledger["gone"], report.ledger["held"]) == (0, 1)
    assert DataSet.objects.filter(deleted=False).count() == 9


def test_the_source_of_a_living_holder_is_left_alone():
    with Point(national.many(2)) as point:
        settings = source(point.url)
        lease.let_go(lease.begin(settings))
        with living_holder() as alive:
            interrupted_by(alive)
            silent()
            with pytest.raises(
                SourceBusy, match=rf"{point.url} is being harvested; its run began at .*process 4711 on"
            ):
                run(settings)
        interrupted_by(ELSEWHERE)
        with pytest.raises(SourceBusy):
            run(settings, dry_run=True)
        of_the_same_name = f"{os.uname().nodename} {os.getpid()} {holders.machine()} 0123456789abcdef"
        interrupted_by(of_the_same_name)  # in another container, with a home of its own
        holders.remove(of_the_same_name)
        with pytest.raises(SourceBusy):
            run(settings)
        assert point.server.asked == []
        Heartbeat.objects.update(at=Now() + timedelta(days=30))  # the database's clock has gone back
        with pytest.raises(SourceBusy):
            run(settings)
        silent()
        assert national.bins(run(settings)) == {"new": 2}
        assert Run.objects.count() == 1


def test_who_lost_the_lease_writes_no_more():
    """It was held up for long; another took over meanwhile, and both know the same page."""

    def takes_over(done: int, total: int | None) -> None:
        if done == 4:
            interrupted_by(dead_holder())
            others.append(lease.begin(settings))

    others: list[Run] = []
    with Point(BEFORE, size=4) as point:
        settings = source(point.url)
        with pytest.raises(LeaseLost, match="taken over"):
            run(settings, progress=takes_over)
        assert Version.objects.count() == 4
        (other,) = others
        assert other.entries.count() == 4
        lease.let_go(other)
        report = run(settings)
        assert national.bins(report) == {"new": 7}
        assert report.run.pk == other.pk


def test_an_approval_is_for_the_rest_of_its_run_and_no_other(dead, monkeypatch):
    monkeypatch.setattr("erpd.harvest.leaving._BATCH", 2)

    batches = iter(range(1, 3))

    def second_batch(execute, sql, params, many, context):
        if (
            sql.startswith(('INSERT INTO "register_version"', 'COPY "register_version"'))
            and next(batches) == 2
        ):
            raise Killed
        return execute(sql, params, many, context)

    with Point(national.many(10)) as point:
        settings = source(point.url)
        run(settings)
        point.lists(national.many(6))
        with connection.execute_wrapper(second_batch), pytest.raises(Killed):
            run(settings, approved=True)
        interrupted_by(dead)
        report = run(settings)
        assert (report.ledger["gone"], report.ledger["held"]) == (4, 0)
        point.lists(national.many(4))
        report = run(settings)
        assert (report.ledger["gone"], report.ledger["held"]) == (0, 2)


def test_a_server_that_dies_fails_the_run_and_keeps_what_came():
    with Point(BEFORE, size=4) as point:
        settings = source(point.url)

        def dies(path, query, headers):
            if query.get("resumptionToken") == "4":
                return 503, {}, b""
            return point.repository(path, query, headers)

        point.handle = dies
        report = run(settings)
        assert (report.failed, report.run.error["rule"]) == (True, "server-error")
        assert (report.ledger["received"], report.ledger["complete"]) == (4, False)
        point.handle = point.repository
        report = run(settings)
        assert national.bins(report) == {"unchanged": 4, "new": 3}


def test_where_the_database_goes_while_the_end_is_told_nobody_thinks_that_it_ended(monkeypatch):
    if connection.vendor == "sqlite":  # it has no server that could go
        return
    told = []

    def gone(_: Run) -> None:
        told.append(1)
        if len(told) == 1:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    monkeypatch.setattr(ending, "TOLD", [gone])
    with Point(BEFORE) as point:
        settings = source(point.url)
        with pytest.raises(OperationalError):
            run(settings)
        connection.close()
        Run.objects.update(holder=dead_holder())
        report = run(settings)
    assert (len(told), report.failed, Run.objects.get().state) == (2, False, Run.State.DONE)
