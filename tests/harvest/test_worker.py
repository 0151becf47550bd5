"""What is due is harvested, by whoever comes first, once; what fails or dies stops no other."""

import json
import logging
import signal
import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from erpd.harvest import lease
from erpd.harvest.children import preparer
from erpd.harvest.lease import Heart, LeaseLost, SourceBusy, begin, last_run, let_go
from erpd.harvest.ledger import Report
from erpd.harvest.models import Heartbeat, Run, SourceSettings
from erpd.harvest.worker import Round, due, work
from erpd.register.models import Version
from erpd.sources.children.child import Child
from tests.harvest.killing import ELSEWHERE, cannot_start, living_holder
from tests.harvest.national import Point, bins, good, interrupted_by, many, run, silent, source
from tests.journeys.nodes import Node, environment, program

ALWAYS = "[schedule]\nbegin = 00:00:00\nend = 00:00:00"
NIGHT = datetime(2026, 12, 23, 23, tzinfo=UTC)
COUNTRIES = ("NL", "BE", "IT", "FR")


def working(at: datetime | None = None) -> list[Report]:
    """The reports of a worker that looks once, now or at that time."""
    reports: list[Report] = []
    done = work(reports.append, (lambda: at) if at else timezone.now)
    assert done.harvested == sum(not report.failed for report in reports)
    assert done.failed >= sum(report.failed for report in reports)
    return reports


def waiting(at: datetime) -> list[str]:
    return [one.settings.url for one in due(at)]


def ended(settings: SourceSettings, started: datetime, state: str = "done") -> Run:
    return Run.objects.create(settings=settings, state=state, started=started, holder="x 1 y z")


@pytest.mark.django_db
def test_who_waited_longest_comes_first_and_interrupted_runs_before_all():
    never, weekly, daily, stopped, off, fresh = (
        source(f"http://{name}.example/oai")
        for name in ("never", "weekly", "daily", "stopped", "off", "fresh")
    )
    SourceSettings.objects.filter(pk=daily.pk).update(rules="[schedule]\nevery = 1")
    SourceSettings.objects.filter(pk=off.pk).update(active=False)
    ended(weekly, NIGHT - timedelta(days=7))
    ended(daily, NIGHT - timedelta(days=1), "failed")
    ended(fresh, NIGHT - timedelta(days=6))
    ended(stopped, NIGHT - timedelta(hours=1), "running")
    assert waiting(NIGHT) == [one.url for one in (stopped, never, weekly, daily)]
    assert (
        waiting(NIGHT + timedelta(hours=12)) == []
    )  # by day nobody is disturbed, not even by who was stopped
    SourceSettings.objects.update(rules="[schedule]\nnot_on = [2026-12-23]")
    assert waiting(NIGHT) == []
    assert waiting(NIGHT + timedelta(hours=2))[0] == stopped.url


@pytest.mark.django_db
def test_what_failed_is_tried_again_the_next_night():
    failed = source("http://failed.example/oai")
    ended(failed, NIGHT, "failed")
    assert waiting(NIGHT + timedelta(hours=2)) == []
    assert waiting(NIGHT + timedelta(days=1)) == [failed.url]


@pytest.mark.django_db
def test_a_week_of_nights_gives_one_run():
    with Point(many(2)) as point:
        source(point.url)
        runs = []
        for hour in range(8 * 24):
            now = NIGHT + timedelta(hours=hour)
            for report in working(now):
                Run.objects.filter(pk=report.run.pk).update(started=now)
                runs.append(hour)
    assert runs == [0, 165]  # a week later, at the beginning of the night


@pytest.mark.django_db
def test_whatever_is_wrong_with_one_source_the_others_are_harvested(monkeypatch, caplog):
    with Point(many(2)) as point, Point() as failing, Point(many(2)) as crashing:
        failing.handle = lambda *asked: (404, {}, b"")
        source(failing.url, country="NL", rules=ALWAYS)
        wrong = source("http://wrong.example/oai", country="BE")
        SourceSettings.objects.filter(pk=wrong.pk).update(rules="[schedule]\nsometimes = true")
        bad = source(crashing.url, "sparql", country="IT", graph="no IRI", rules=ALWAYS)
        source(crashing.url, country="FR", rules=ALWAYS)
        source(point.url, country="DE", rules=ALWAYS)
        monkeypatch.setattr("erpd.harvest.run.store", _fails_for(crashing.url))
        with caplog.at_level(logging.ERROR):
            reports = working()
        told = {report.run.settings.url: report.run.error.get("rule", "") for report in reports}
        assert told == {failing.url: "not-found", crashing.url: "bad-setting", point.url: ""}
        assert bins(reports[-1]) == {"new": 2}
        assert "schedule.sometimes" in caplog.text
        assert "ZeroDivisionError" in caplog.text
        (crashed,) = Run.objects.filter(error__rule="program-error")
        assert (crashed.state, crashed.settings.url) == ("failed", crashing.url)
        assert "ZeroDivisionError" in crashed.error["message"]
        assert bad.runs.get().state == "failed"
        assert working() == []  # none is asked again before its time


@pytest.mark.django_db(transaction=True)
def test_an_outage_of_the_database_costs_one_source_its_turn_and_its_run_goes_on(monkeypatch, caplog):
    outage = OperationalError("server closed the connection unexpectedly")
    with Point(many(2)) as point, Point([good("x")]) as other:
        source(point.url, country="NL", rules=ALWAYS)
        source(other.url, country="BE", rules=ALWAYS)
        with monkeypatch.context() as broken:
            broken.setattr("erpd.harvest.run.store", _fails_for(point.url, outage))
            reports: list[Report] = []
            assert work(reports.append) == Round(harvested=1, failed=1)
        assert [report.run.settings.url for report in reports] == [other.url]
        assert "The database does not answer: server closed the connection" in caplog.text
        assert Run.objects.get(settings__url=point.url).state == "running"
        (report,) = working()
        assert (report.run.settings.url, bins(report), Run.objects.count()) == (point.url, {"new": 2}, 2)


def _fails_for(url, error=ZeroDivisionError):
    from erpd.harvest.storing import store

    def storing(run, prepared):
        if run.settings.url == url:
            raise error
        store(run, prepared)

    return storing


@pytest.mark.in_children
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("dies", ["parser", "preparer"])
def test_where_no_process_can_start_the_log_has_a_sentence_and_the_run_goes_on(dies, monkeypatch, caplog):
    def attempt(child: Child) -> Any:
        of_preparer = child._bounds is preparer.BOUNDS
        return cannot_start(child) if of_preparer == (dies == "preparer") else attempted(child)

    attempted = Child._attempt
    with Point(many(3)) as point:
        SourceSettings.objects.filter(pk=source(point.url).pk).update(rules=ALWAYS)
        with monkeypatch.context() as patched, caplog.at_level(logging.ERROR):
            patched.setattr(Child, "_attempt", attempt)
            assert work(lambda report: None) == Round(failed=1)
        (line,) = caplog.records
        assert "Free some memory" in line.getMessage()
        assert not line.exc_info
        (begun,) = Run.objects.all()
        assert begun.state == Run.State.RUNNING
        (report,) = working()
        assert (report.run.pk, bins(report)) == (begun.pk, {"new": 3})


@pytest.mark.django_db
def test_what_another_worker_has_harvested_meanwhile_is_left_alone():
    """Both saw the same sources due; the second comes to each when the first has done it."""
    with Point(many(2)) as one, Point([good("a"), good("b")]) as two:
        source(one.url, country="NL", rules=ALWAYS)
        second = source(two.url, country="BE", rules=ALWAYS)
        others: list[Report] = []
        reports: list[Report] = []

        def first(report: Report) -> None:
            reports.append(report)
            if not others:
                others.extend(working())

        assert work(first) == Round(harvested=1)
        assert [report.run.settings.url for report in (*reports, *others)] == [one.url, two.url]
        assert (Run.objects.count(), Version.objects.count()) == (2, 4)
        # Nor is a run gone on with that another has ended.
        stopped = ended(second, timezone.now(), "running")
        seen = last_run(second)
        Run.objects.filter(pk=stopped.pk).update(state="done")
        with pytest.raises(SourceBusy, match="meanwhile"):
            begin(second, seen)


@pytest.mark.django_db
def test_what_a_living_worker_holds_is_left_to_it():
    with Point(many(2)) as point:
        settings = source(point.url, rules=ALWAYS)
        let_go(begin(settings))
        with living_holder() as alive:
            interrupted_by(alive)
            silent()  # it waits for something, or its clock is wrong: it lives
            assert working() == []
        (report,) = working()
        assert bins(report) == {"new": 2}
        assert Run.objects.count() == 1


class Slow(Point):
    """Waits at its third page, when the first is stored, until it is let go; tells that it was asked."""

    def __init__(self, amount: int) -> None:
        super().__init__(many(amount), size=2)
        self.reached, self.go = Event(), Event()
        self.handle = self._waits

    def _waits(self, path, query, headers):
        if query.get("resumptionToken") == "4":
            self.reached.set()
            self.go.wait(30)
        return self.repository(path, query, headers)

    def __exit__(self, *error):
        self.go.set()
        super().__exit__(*error)


@pytest.fixture
def heartbeats(monkeypatch):
    monkeypatch.setattr(lease, "BEAT", timedelta(milliseconds=10))


@pytest.mark.django_db(transaction=True)
def test_a_heart_beats_while_a_page_is_slow_and_ends_with_the_run(heartbeats):
    seen: list[datetime] = []
    beaten = Event()
    with Point(many(2)) as point:
        settings = source(point.url)

        def slow(path, query, headers):
            if query["verb"] == "ListRecords":
                first = _beat(settings)
                for _ in range(1000):
                    if _beat(settings) != first:
                        seen.append(first)
                        break
                    beaten.wait(0.01)
            return point.repository(path, query, headers)

        point.handle = slow
        report = run(settings)
        assert (report.failed, len(seen)) == (False, 1)
        last = _beat(settings)
        beaten.wait(0.1)
        assert _beat(settings) == last


def _beat(settings: SourceSettings) -> datetime:
    """As another thread sees it."""
    try:
        return Heartbeat.objects.get(run__settings=settings).at
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_busy_database_does_not_stop_a_heart(heartbeats):
    settings = source("http://a.example/oai")
    held = begin(settings)
    first = _beat(settings)
    pause = Event()
    with Heart(held) as heart:
        with transaction.atomic():  # for several beats nobody else can write
            Run.objects.update(pages=1)
            pause.wait(0.1)
            assert heart.is_alive()
        for _ in range(1000):
            if _beat(settings) > first:
                break
            pause.wait(0.01)
        assert _beat(settings) > first
    assert not heart.is_alive()


@pytest.mark.django_db(transaction=True)
def test_a_run_that_waits_for_its_turn_to_write_is_alive_and_nobody_waits_for_it(heartbeats):
    if connection.vendor == "sqlite":  # there another process sees the lock on its file
        return
    settings = source("http://a.example/oai")
    held = begin(settings)
    interrupted_by(ELSEWHERE)
    held.refresh_from_db()
    seen: list[object] = []

    def another() -> None:
        first = _beat(settings)
        for _ in range(1000):
            if _beat(settings) > first:
                break
            Event().wait(0.01)
        seen.append(_beat(settings) > first)
        try:
            begin(settings)
        except SourceBusy as busy:
            seen.append(busy)
        connection.close()

    with Heart(held), transaction.atomic():
        lease.keep(held, pages=1)  # its row is locked until the page is stored
        thread = Thread(target=another)
        thread.start()
        thread.join(20)
        assert not thread.is_alive()
    assert (seen[0], type(seen[1])) == (True, SourceBusy)


@pytest.mark.django_db(transaction=True)
def test_a_lost_lease_is_not_kept_alive(heartbeats):
    settings = source("http://a.example/oai")
    held = begin(settings)
    interrupted_by(ELSEWHERE)
    others = _beat(settings)
    with Heart(held):
        Event().wait(0.1)
    assert _beat(settings) == others
    with pytest.raises(LeaseLost):
        lease.keep(held)


# From here on: real processes, on a home of their own.


def node(folder: Path, points: list[Point]) -> Node:
    made = Node(folder, "european")
    rules = folder / "always.toml"
    rules.write_text(ALWAYS)
    for point, country in zip(points, COUNTRIES, strict=False):
        made.erpd(
            *("source", "add", "--protocol", "oai-pmh", "--url", point.url, "--country", country),
            *("--rules", str(rules)),
        )
    return made


def worker(made: Node) -> "subprocess.Popen[str]":
    command = program("--home", str(made.home), "worker", "--once")
    return subprocess.Popen(
        command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def runs(made: Node) -> list[tuple[str, int, int]]:
    """State, attempt and pages of each run."""
    with closing(sqlite3.connect(made.home / "erpd.sqlite3")) as database:
        return database.execute("SELECT state, attempt, pages FROM harvest_run ORDER BY id").fetchall()


def test_two_workers_share_the_sources_and_what_one_leaves_behind_the_other_ends(tmp_path):
    points = [Slow(6), *(Point([good(f"{name}{number}") for number in range(4)]) for name in "xy")]
    with points[0] as slow, points[1], points[2]:
        made = node(tmp_path / "home", points)
        first = worker(made)
        assert slow.reached.wait(60)
        second = worker(made)  # the slow one is held: it does the others
        out, err = second.communicate(timeout=60)
        assert (second.returncode, err) == (0, "")
        assert out.count("4 new") == 2
        assert out.endswith("2 harvested.\n")
        first.send_signal(signal.SIGKILL)
        first.communicate(timeout=60)
        slow.go.set()
        third = worker(made)
        out, err = third.communicate(timeout=60)
        assert (third.returncode, err) == (0, "")
        assert out.endswith("1 harvested.\n")
        assert out.count(" records received") == 1
        assert [state for state, _, _ in runs(made)] == ["done"] * 3
        begun = [one for one in slow.server.asked if one.query["verb"] == "ListRecords"]
        assert sum("resumptionToken" not in one.query for one in begun) == 1  # it went on, not anew
        assert len(made.alive()) == 14
        fourth = worker(made)
        assert fourth.communicate(timeout=60)[0].startswith("0 harvested. Next: ")
        listed = [json.loads(line) for line in made.erpd("source", "list", "--json").splitlines()]
        assert {one["last"]["state"] for one in listed} == {"done"}
