"""A run that is only tried tells what a run would, and nobody waits for it while the source is asked."""

from collections.abc import Callable, Mapping, Sequence
from threading import Thread

import pytest
from django.db import connection

from erpd.formats.reading import Reading
from erpd.harvest.ledger import Report
from erpd.harvest.models import Run, SourceSettings
from erpd.harvest.preparation import Begun
from erpd.harvest.rehearsal import dry_run, replay
from tests.harvest import national
from tests.harvest.killing import ELSEWHERE, Killed
from tests.harvest.national import Point, bins, client, good, interrupted_by, many, silent, source
from tests.here import HerePreparer
from tests.register import arrivals
from tests.register.arrivals import coming, take
from tests.servers import Answer
from tests.sources.oai_pmh import oai

pytestmark = pytest.mark.django_db


class Others:
    """Those who write meanwhile: they fail where they would have to wait."""

    def __init__(self) -> None:
        self.source = arrivals.source("be-source")
        self.written = 0

    def write(self) -> None:
        try:
            with connection.cursor() as cursor:
                sqlite = connection.vendor == "sqlite"
                cursor.execute("PRAGMA busy_timeout = 0" if sqlite else "SET lock_timeout = '50ms'")
            take(self.source, coming(self.source, f"other{self.written}"))
            self.written += 1
        finally:
            connection.close()


@pytest.mark.django_db(transaction=True)
def test_others_write_while_the_source_is_asked(shared):
    others = Others()
    with Point(many(10)) as point:
        point.harvested()

        def answers(*asked: object) -> Answer:
            others.write()
            return point.repository(*asked)

        point.handle = answers
        point.lists([*many(9)[1:], good("new")])
        before = len(point.server.asked)
        report = point.harvested(dry_run=True)
        assert bins(report) == {"unchanged": 8, "new": 1}
        assert report.ledger["gone"] == 2  # each of which the source was asked for
        assert others.written == len(point.server.asked) - before == 6


@pytest.mark.django_db(transaction=True)
def test_others_write_while_records_are_prepared(shared, monkeypatch):
    others, really = Others(), HerePreparer.begin
    with Point(many(6)) as point:
        first = point.harvested().run
        source(point.url, rules='default_language = "nl"')

        def begin(self: HerePreparer, readings: Sequence[Reading]) -> Begun:
            writer = Thread(target=others.write)
            writer.start()
            writer.join()
            return really(self, readings)

        monkeypatch.setattr(HerePreparer, "begin", begin)
        assert bins(replay(Run.objects.get(pk=first.pk))) == {"changed": 6}
        assert others.written == 2


def breaks_off(point: Point) -> None:
    point.lists(many(10))
    point.handle = lambda path, query, headers: (
        (503, {}, b"") if query.get("resumptionToken") == "6" else point.repository(path, query, headers)
    )


def says_nothing_of_what_is_gone(point: Point) -> None:
    point.lists(many(9))
    point.handle = lambda path, query, headers: (
        (503, {}, b"") if query["verb"] == "GetRecord" else point.repository(path, query, headers)
    )


CASES: dict[str, Callable[[Point], None]] = {
    "nothing": lambda point: point.lists(many(10)),
    "twice": lambda point: point.lists([*many(10), good("d0003", "Changed"), *many(6, "Again")]),
    "empty": lambda point: point.lists([]),
    "other ids": lambda point: point.lists(
        [good(f"o{number}", "Hospital discharges") for number in range(9)]
    ),
    "too many gone": lambda point: point.lists(many(4)),
    "no address": lambda point: setattr(point, "handle", lambda *asked: (404, {}, b"")),
    "breaks off": breaks_off,
    "says nothing of what is gone": says_nothing_of_what_is_gone,
}


@pytest.mark.parametrize("happens", CASES.values(), ids=CASES)
def test_it_tells_what_a_run_would(happens):
    with Point(many(10)) as point:
        point.harvested()
        happens(point)
        before, runs = national.register(), list(Run.objects.values())
        told: list[tuple[int, int | None]] = []
        dry = point.harvested(dry_run=True, progress=lambda *done: told.append(done))
        assert (national.register(), list(Run.objects.values())) == (before, runs)
        said: list[tuple[int, int | None]] = []
        wet = point.harvested(progress=lambda *done: said.append(done))
        assert summary(dry) == summary(wet)
        assert told == said


def test_it_goes_on_with_an_interrupted_run_also_where_the_source_has_forgotten_how_far_it_was():
    def kill(done: int, total: int | None) -> None:
        if done == 6:
            raise Killed

    with Point(many(10)) as point:
        with pytest.raises(Killed):
            point.harvested(progress=kill)
        interrupted_by(ELSEWHERE)
        silent()
        begun: list[bool] = []

        def answers(path: str, query: dict[str, str], headers: Mapping[str, str]) -> Answer:
            if query.get("resumptionToken") == "6" and not begun:
                return 200, oai.XML, oai.error("badResumptionToken")
            if query["verb"] == "ListRecords" and "resumptionToken" not in query:
                begun.append(True)
            return point.repository(path, query, headers)

        point.handle = answers
        point.lists(many(9, "Changed"))
        before, runs = national.register(), list(Run.objects.values())
        dry = point.harvested(dry_run=True)
        assert (national.register(), list(Run.objects.values())) == (before, runs)
        begun.clear()
        assert summary(dry) == summary(point.harvested())
        assert (dry.run.attempt, bins(dry)) == (2, {"new": 3, "changed": 6})


def summary(report: Report) -> tuple[object, ...]:
    return national.ledger(report), report.failed, report.run.error, report.findings, report.run.attempt


@pytest.mark.django_db(transaction=True)
def test_a_new_source_that_is_tried_keeps_nobody_from_adding_another(shared):
    added = [source("https://first.example/oai")]

    def add() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '50ms'")
            added.append(source(f"https://other{len(added)}.example/oai"))
        finally:
            connection.close()

    with Point(many(2)) as point, client() as http:

        def described() -> SourceSettings:
            settings = source(point.url)
            if connection.vendor == "postgresql":  # on SQLite, whoever writes keeps the others waiting
                thread = Thread(target=add)
                thread.start()
                thread.join()
            return settings

        assert bins(dry_run(described, http)) == {"new": 2}
    expected = 3 if connection.vendor == "postgresql" else 1
    assert (len(added), SourceSettings.objects.count()) == (expected, expected)
