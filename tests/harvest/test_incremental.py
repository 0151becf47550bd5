"""Between two whole harvests only what changed is asked for, and what does not come is not taken as gone."""

import re
from collections.abc import Mapping

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from erpd.harvest.doubts import put_back
from erpd.harvest.ledger import Report
from erpd.harvest.models import Run
from erpd.harvest.opening import rules_of, since, way_of
from erpd.harvest.rehearsal import replay
from erpd.register.models import ChangeCounter, DataSet, Source
from tests.harvest import national
from tests.harvest.killing import Killed, dead_holder
from tests.harvest.national import Point, bins, good, interrupted_by, run, source
from tests.proofs import length
from tests.servers import Answer
from tests.sources.oai_pmh import oai

pytestmark = pytest.mark.django_db
EACH = "[schedule]\nfull = {}"


def stamp(record: str) -> str:
    return re.search(r"<datestamp>([^<]*)", record)[1]


class Dated(Point):
    """A point that knows what ``from`` means. Records are given with their datestamps."""

    def __init__(self, records: Mapping[str, str] = {}, size: int = 3) -> None:
        super().__init__(size=size)
        self.handle = self._listing
        self.at(records)

    def at(self, records: Mapping[str, str]) -> None:
        """Identifier, for a deleted one with a minus before it -> datestamp."""
        self.lists(
            [
                re.sub("2026-01-02(?=</date)", date, oai.deleted(name[1:]))
                if name.startswith("-")
                else re.sub("(?<=<datestamp>)[^<]*", date, good(name, f"Of {date}"))
                for name, date in records.items()
            ]
        )

    def _listing(self, path: str, query: dict[str, str], headers: Mapping[str, str]) -> Answer:
        asked, _, start = query.get("resumptionToken", "").rpartition("|")
        asked = asked or query.get("from", "")
        chosen = [record for record in self.repository.records if stamp(record) >= asked]
        if query["verb"] == "ListRecords" and not chosen:
            return 200, oai.XML, oai.error("noRecordsMatch")
        if query["verb"] != "ListRecords":
            return self.repository(path, query, headers)
        end = int(start or 0) + self.repository.size
        token = f"{asked}|{end}" if end < len(chosen) else ""
        return 200, oai.XML, oai.page(chosen[int(start or 0) : end], token, len(chosen))

    def asked_since(self) -> list[str]:
        """The ``from`` of each list that was begun."""
        return [
            one.query.get("from", "")
            for one in self.server.asked
            if one.query["verb"] == "ListRecords" and "resumptionToken" not in one.query
        ]


def harvest(point: Point, full: int = 3, **options: object) -> Report:
    report = run(source(point.url, rules=EACH.format(full)), **options)
    assert not report.failed, report.run.error
    return report


WEEK = {"a": "2026-01-01T10:00:00Z", "b": "2026-01-03T12:00:00Z", "c": "2026-01-02T11:00:00Z"}


def test_each_third_run_reads_everything_and_the_others_only_what_changed():
    more = {**WEEK, **dict.fromkeys("xyz", WEEK["a"])}
    with Dated(more) as point:
        assert bins(harvest(point)) == {"new": 6}
        point.at({**more, "c": "2026-01-05T00:30:00Z", "d": "2026-01-05T00:10:00Z"})
        assert bins(harvest(point)) == {"unchanged": 1, "changed": 1, "new": 1}
        point.at({"a": WEEK["a"], "-b": "2026-01-06T08:00:00Z", "e": "2026-01-06T08:00:00Z"})
        report = harvest(point)
        assert bins(report) == {"deleted": 1, "new": 1}
        assert (report.ledger["gone"], report.ledger["held"], report.ledger["complete"]) == (0, 0, True)
        assert set(national.titles()) == {*"acdexyz"}  # c and d did not come, and stay
        point.at(dict.fromkeys("acdfghij", WEEK["a"]))
        assert harvest(point).ledger["gone"] == 0  # e, x, y, z of seven are too many: a person decides
        assert point.asked_since() == ["", "2026-01-03T11:00:00Z", "2026-01-04T23:30:00Z", ""]
        assert [one.since for one in Run.objects.order_by("pk")] == point.asked_since()


def test_nothing_new_is_nothing_wrong():
    with Dated(WEEK) as point:
        harvest(point, full=9)
        point.at({})
        report = harvest(point, full=9)
        assert (report.ledger["received"], report.ledger["complete"]) == (0, True)
        assert (report.ledger["gone"], report.ledger["held"]) == (0, 0)
        assert len(national.titles()) == 3
        point.at({**WEEK, "d": "2026-01-09T00:00:00Z"})
        assert bins(harvest(point, full=9)) == {"unchanged": 1, "new": 1}
        assert point.asked_since()[1:] == ["2026-01-03T11:00:00Z"] * 2  # of the run before the empty one


def test_days_overlap_by_a_day():
    with Dated({"a": "2026-01-01", "b": "2026-03-01"}) as point:
        harvest(point)
        assert bins(harvest(point)) == {"unchanged": 1}
        assert point.asked_since() == ["", "2026-02-28"]


@pytest.mark.parametrize(
    "latest", ["0001-01-01T00:00:00Z", "0001-01-01", "2999-01-01", "2999-01-01T00:00:00Z", "soon", ""]
)
def test_a_datestamp_that_says_nothing_leads_to_a_whole_run(latest):
    with Dated({"a": latest}) as point:
        harvest(point)
        assert bins(harvest(point)) == {"unchanged": 1}
        assert point.asked_since() == ["", ""]


@pytest.mark.parametrize(
    ("latest", "asked"),
    [
        ("2026-01-03T12:00:00+02:00", "2026-01-03T09:00:00Z"),
        ("2026-01-03T00:30:00.5Z", "2026-01-02T23:30:00Z"),
        ("2026-01-03T12:00:00", "2026-01-03T11:00:00Z"),
    ],
)
def test_datestamps_in_other_forms(latest, asked):
    settings = source("http://a.example/oai", rules=EACH.format(2))
    when = timezone.now()
    facts = {"state": "done", "complete": True, "validators": {"way": way_of(settings)}}
    Run.objects.create(settings=settings, latest=latest, started=when, **facts)
    assert since(settings, rules_of(settings)) == asked


def test_a_whole_run_follows_when_what_is_wanted_has_changed():
    """What has not changed at the source is to be seen with the new rules as well."""
    with Dated(WEEK) as point:
        rules = f'default_language = "nl"\n{EACH.format(9)}'
        harvest(point, full=9)
        run(source(point.url, rules=rules))
        run(source(point.url, rules=rules.replace("9", "8")))  # says nothing of a record
        run(source(point.url, policy="lenient"))
        run(source(point.url))
        assert point.asked_since() == ["", "", "2026-01-03T11:00:00Z", "", "2026-01-03T11:00:00Z"]


def test_failed_and_undone_runs_are_no_base():
    with Dated(WEEK, size=1) as point:
        first = harvest(point, full=9)
        point.at({**WEEK, "d": "2026-01-09T00:00:00Z"})
        second = harvest(point, full=9)
        assert set(national.titles()) == {*"abcd"}
        put_back(second.run)
        assert set(national.titles()) == {*"abc"}
        assert bins(harvest(point, full=9))["changed"] == 1
        assert set(national.titles()) == {*"abcd"}
        assert point.asked_since() == ["", "2026-01-03T11:00:00Z", ""]
        for one in (first, *(Run.objects.order_by("-pk")[:1])):
            put_back(getattr(one, "run", one))
        harvest(point, full=9)
        assert point.asked_since()[-1] == ""


def test_only_the_protocol_that_can_is_asked_so(tmp_path):
    file = tmp_path / "all.ttl"
    file.write_text("<http://a.example/a> a <http://www.w3.org/ns/dcat#Dataset> .")
    settings = source(str(file), "dump", policy="lenient", rules=EACH.format(5))
    for _ in range(2):
        assert run(settings).run.since == ""


def test_an_expected_number_is_one_of_whole_runs():
    with Dated(WEEK) as point:
        rules = f"{EACH.format(3)}\n[expect]\nat_least = 3\nchange = 40"
        run(source(point.url, rules=rules))
        point.at({"b": "2026-01-09T12:00:00Z"})
        report = run(source(point.url))
        assert (report.failed, bins(report)) == (False, {"changed": 1})
        point.at({"b": "2026-01-10T12:00:00Z", "a": "2026-01-10T12:00:00Z"})
        report = run(source(point.url))
        assert report.run.error["rule"] == "expectation"
        assert "67 %" in report.run.error["message"]
        assert national.titles()["b"] == "Of 2026-01-09T12:00:00Z"


@pytest.mark.django_db(transaction=True)
def test_taken_over_it_goes_on_asking_from_the_same_time():

    def dies(done: int, total: int | None) -> None:
        raise Killed

    days = {name: f"2026-01-0{day}T00:00:00Z" for day, name in enumerate("abcdefg", start=1)}
    with Dated({**dict(list(days.items())[:3])}, size=2) as point:
        harvest(point, full=9)
        point.at(days)
        with pytest.raises(Killed):
            harvest(point, full=9, progress=dies)
        interrupted_by(dead_holder())
        report = harvest(point, full=9)
        assert bins(report) == {"unchanged": 1, "new": 4}
        assert report.run.since == "2026-01-02T23:00:00Z"
        assert report.ledger["gone"] == report.ledger["held"] == 0
        assert set(national.titles()) == {*"abcdefg"}
        again = replay(report.run)
        assert (bins(again), again.ledger["held"]) == ({"unchanged": 5}, 0)  # as partial as it was


DAYS = st.integers(1, 9)
EDITS = st.lists(st.dictionaries(st.sampled_from("abcdef"), st.booleans(), max_size=3), max_size=6)


@pytest.mark.proof
@settings(max_examples=length(5, 100), deadline=None, suppress_health_check=list(HealthCheck))
@given(EDITS, st.integers(2, 4), st.integers(5, 9))
@pytest.mark.django_db(transaction=True)
def test_after_each_run_the_register_equals_a_source_that_tells_its_deletions(edits, full, size):
    for model in (Run, DataSet, Source, ChangeCounter):
        model.objects.all().delete()
    # So many that what is deleted is never too much.
    listed = {f"z{number:02}": "2026-01-01T00:00:00Z" for number in range(30)}
    with Dated(listed, size=size) as point:
        harvest(point, full)
        for day, edit in enumerate(edits, start=2):
            for name, there in edit.items():
                listed.pop(name, None)
                listed.pop(f"-{name}", None)
                listed[name if there else f"-{name}"] = f"2026-01-{day:02}T00:00:00Z"
            point.at(listed)
            report = harvest(point, full)
            assert (report.ledger["gone"], report.ledger["held"]) == (0, 0)
            assert national.titles() == {
                name: f"Of {date}" for name, date in listed.items() if not name.startswith("-")
            }
        whole = [not asked for asked in point.asked_since()]
        assert whole == [place % full == 0 for place in range(len(edits) + 1)]
