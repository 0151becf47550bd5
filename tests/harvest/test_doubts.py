"""A complete run that is not as expected fails, and the register is as before; what a person undoes."""

from typing import Any

import pytest

from erpd.harvest import doubts
from erpd.harvest.doubts import put_back
from erpd.harvest.lease import SourceBusy, begin
from erpd.harvest.ledger import Report
from erpd.harvest.models import Run
from erpd.harvest.reconcile import NothingHeld, approve, holding
from erpd.register import undoing
from erpd.register.models import DataSet
from tests.harvest.killing import Killed, dead_holder, killed_at
from tests.harvest.national import Point, bins, good, interrupted_by, run, source
from tests.proofs import length
from tests.sources.oai_pmh import oai

pytestmark = pytest.mark.django_db


def named(*names: str, title: str = "About {}", **facts: Any) -> list[str]:
    return [good(name, title.format(name), **facts) for name in names]


TEN = [f"s{number}" for number in range(10)]


def shown() -> dict[str, tuple[Any, ...]]:
    """All that a reader sees: digests of the canonical graphs, addresses, findings."""
    there = DataSet.objects.filter(deleted=False)
    return {one.identifier: (one.iri, one.digest, one.received, one.findings) for one in there}


def tombstones() -> set[str]:
    return set(DataSet.objects.filter(deleted=True).values_list("identifier", flat=True))


def expecting(point: Point, expected: str, **options: Any) -> Report:
    return run(source(point.url, rules=f"[expect]\n{expected}"), **options)


# What comes after TEN, what was expected, and what is said of it.
STRANGE = {
    "fewer": (named(*TEN[:9]), "at_least = 10", "at least 10 records were expected, but 9 came"),
    "more": (named(*TEN, "new"), "at_most = 10", "at most 10 records were expected, but 11 came"),
    "changed": (
        [*named(*TEN[:7]), *named(*TEN[7:], title="Other {}")],
        "change = 20",
        "30 % of the data sets changed, but at most 20 % were expected",
    ),
    "gone, new and changed": (
        [*named(*TEN[:8]), *named(TEN[8], title="Other"), *named("n")],
        "change = 29",
        "30 % of the data sets changed, but at most 29 %",
    ),
    "deleted": ([*named(*TEN[:7]), *map(oai.deleted, TEN[7:])], "change = 20", "30 % of"),
    "told to be deleted": ([*named(*TEN[:7]), *map(oai.deleted, TEN[7:])], "at_least = 8", "but 7 came"),
    "the same again and again": ([*named(*TEN[:5]), *named(*TEN[:5])], "at_least = 6", "but 5 came"),
    "new addresses": (
        [good(name, f"About {name}", iri=f"https://data.example/new/{name}") for name in TEN],
        "change = 99",
        "100 % of the data sets changed",
    ),
}


@pytest.mark.parametrize(("records", "expected", "said"), STRANGE.values(), ids=STRANGE)
def test_a_run_that_is_not_as_expected_leaves_the_register_as_it_was(records, expected, said):
    with Point([*named(*TEN), *named("left")]) as point:
        run(source(point.url, policy="lenient"))
        point.lists(named(*TEN))
        run(source(point.url))
        before, buried = shown(), tombstones()
        assert buried == {"left"}
        point.lists(records)
        for _ in range(2):
            report = expecting(point, expected)
            assert (report.failed, report.run.error["rule"]) == (True, "expectation")
            assert said in report.run.error["message"]
            assert "[expect]" in report.run.error["advice"]
            assert "--approve-deletions" in report.run.error["advice"]
            assert {name: facts[:2] for name, facts in shown().items()} == {
                name: facts[:2] for name, facts in before.items()
            }
            assert [facts[3] for facts in shown().values()] == [facts[3] for facts in before.values()]
            assert tombstones() >= buried
            assert report.ledger["gone"] == report.ledger["held"] == 0
        report = expecting(point, expected, approved=True)
        assert not report.failed
        assert set(shown()) != set(before) or shown() != before


def test_a_run_as_expected_passes_at_the_very_numbers():
    with Point(named(*TEN)) as point:
        expected = "at_least = 10\nat_most = 10\nchange = 20"
        assert bins(expecting(point, expected)) == {"new": 10}  # of a first run there is no change
        point.lists([*named(*TEN[:8]), *named(*TEN[8:], title="Other {}")])
        assert bins(expecting(point, expected)) == {"unchanged": 8, "changed": 2}


def test_what_was_deleted_long_ago_is_no_change():
    """Servers with persistent deletions list them in each harvest."""
    with Point(named(*TEN)) as point:
        expecting(point, "change = 5")
        point.lists([*named(*TEN), *(oai.deleted(f"old{number}") for number in range(20))])
        assert bins(expecting(point, "change = 5")) == {"unchanged": 10, "deleted": 20}


def other_ids(names: list[str], **facts: Any) -> list[str]:
    """The same data sets as ``named`` makes of these, under other identifiers."""
    return [
        good(f"new-{name}", f"About {name}", iri=facts.get("iri", "https://data.example/new/{}").format(name))
        for name in names
    ]


MANY = [f"m{number:02}" for number in range(30)]


@pytest.mark.parametrize("iri", ["https://data.example/new/{}", "https://data.example/set/{}"])
@pytest.mark.parametrize("changed", [5, 30])
def test_a_source_that_changes_its_identifiers_is_held(iri, changed):
    """With other addresses as well, or with the same."""
    with Point(named(*MANY), size=10) as point:
        point.harvested()
        before = shown()
        point.lists([*named(*MANY[changed:]), *other_ids(MANY[:changed], iri=iri)])
        report = point.harvested()
        assert (report.failed, report.run.error["rule"]) == (True, "changed-ids")
        assert report.run.error["section"] == "G3.4.3"
        assert f"{changed} data sets have disappeared" in report.run.error["message"]
        assert "--approve-deletions" in report.run.error["advice"]
        assert shown() == before
        report = point.harvested(approved=True)
        assert (report.failed, report.ledger["gone"]) == (False, changed)
        point.harvested()
        assert set(shown()) == {*MANY[changed:], *(f"new-{name}" for name in MANY[:changed])}


def test_also_where_so_many_changed_that_only_a_sample_is_looked_at(monkeypatch):
    monkeypatch.setattr(doubts, "_SAMPLE", 6)
    with Point(named(*MANY), size=10) as point:
        point.harvested()
        point.lists(other_ids(MANY))
        assert point.harvested().run.error["rule"] == "changed-ids"


@pytest.mark.parametrize(
    "records",
    [
        [*named(*MANY[4:]), *other_ids(MANY[:4])],  # few: it may be chance
        [*named(*MANY[6:]), *named(*"abcdef")],  # others went than came
        named(*MANY, title="Renamed {}"),
        [*named(*MANY), *other_ids(MANY)],  # nothing has vanished
        named(*MANY[6:]),  # nothing came
        [*named(*MANY[6:]), *other_ids(MANY[:2]), *named(*"abcd")],  # a third of them
    ],
    ids=["few", "others", "renamed", "copies", "gone", "a third"],
)
def test_what_may_well_be_is_not_held(records):
    with Point(named(*MANY), size=10) as point:
        point.harvested()
        point.lists(records)
        report = point.harvested()
        assert not report.failed
        assert report.ledger["complete"]


def test_series_whose_data_sets_are_all_called_the_same_prove_nothing():
    with Point([good(name) for name in MANY]) as point:
        point.harvested()
        point.lists([good(name) for name in [*MANY[6:], *"abcdef"]])
        report = point.harvested()
        assert (report.failed, report.ledger["gone"], report.ledger["new"]) == (False, 6, 6)


def test_an_undone_run_counts_as_failed_and_can_come_again():
    with Point(named(*TEN)) as point:
        first = point.harvested()
        before = shown()
        point.lists([*named(*TEN[:9]), *named("n")])
        second = point.harvested()
        done = put_back(second.run)
        assert (done.restored, done.later) == (2, 0)
        assert shown() == before
        run_ = Run.objects.get(pk=second.run.pk)
        assert (run_.state, run_.error["rule"]) == ("failed", "undone")
        assert put_back(first.run).restored == 10
        assert shown() == {}
        assert bins(point.harvested()) == {"changed": 10}  # all revived
        assert set(shown()) == {*TEN[:9], "n"}


def test_nothing_is_undone_while_the_source_is_harvested(monkeypatch):
    """Not the run that has not ended, nor one before it; a run may also begin between two batches."""
    monkeypatch.setattr("erpd.register.undoing._BATCH", 4)
    with Point(named(*TEN)) as point:
        first = point.harvested().run
        other = begin(first.settings)
        for one in (other, first):
            with pytest.raises(SourceBusy, match=f"is being harvested.*, then undo {one}"):
                put_back(one)
        assert (set(shown()), tombstones()) == (set(TEN), set())
        other.delete()
        restore = undoing._restore

        def meanwhile(*batch, **options):
            keys = restore(*batch, **options)
            begin(first.settings)
            return keys

        monkeypatch.setattr(undoing, "_restore", meanwhile)
        with pytest.raises(SourceBusy):
            put_back(first)
        monkeypatch.setattr(undoing, "_restore", restore)
        assert len(shown()) == 6
        interrupted_by(dead_holder())
        assert bins(point.harvested()) == {"changed": 4, "unchanged": 6}
        assert set(shown()) == set(TEN)
        put_back(first)
        assert tombstones() == set(TEN) - set(shown())
        assert len(shown()) == 4  # another run has brought them since
        assert bins(point.harvested()) == {"changed": 6, "unchanged": 4}


@pytest.mark.django_db(transaction=True)
@pytest.mark.proof
def test_killed_while_it_is_put_back_it_is_put_back_all_the_same(monkeypatch):
    """Half of it undone, the rest would look harmless to who takes over."""
    monkeypatch.setattr("erpd.register.undoing._BATCH", 2)
    with Point(size=20) as point:

        def prepared() -> dict[str, tuple[Any, ...]]:
            Run.objects.all().delete()
            DataSet.objects.all().delete()
            point.lists(named(*TEN))
            point.harvested()
            before = shown()
            point.lists(other_ids(TEN[:6]) + named(*TEN[6:]))
            return before

        prepared()
        with killed_at(-1) as statements:
            assert point.harvested().failed
        for number in range(0, len(statements), length(11, 1)):
            before = prepared()
            with killed_at(number), pytest.raises(Killed):
                point.harvested()
            if Run.objects.filter(state=Run.State.FAILED).exists():
                break  # it had ended, and was counting
            interrupted_by(dead_holder())
            report = point.harvested()
            assert report.run.error.get("rule") == "changed-ids", statements[number]
            assert shown() == before, statements[number]


def held(point: Point) -> Report:
    """Ten were there, six come: four wait for a person."""
    point.lists(named(*TEN))
    point.harvested()
    point.lists(named(*TEN[:6]))
    report = point.harvested()
    assert (report.ledger["gone"], report.ledger["held"]) == (0, 4)
    return report


def test_what_is_held_is_withdrawn_when_a_person_says_so():
    with Point() as point:
        report = held(point)
        settings = report.run.settings
        assert holding(settings) == report.run
        approved = approve(settings)
        assert (approved, approved.gone, approved.held) == (report.run, 4, 0)
        assert set(shown()) == set(TEN[:6])
        with pytest.raises(NothingHeld, match=settings.source.slug):
            approve(settings)
        assert put_back(report.run).restored == 4
        assert set(shown()) == set(TEN)


def test_what_failed_since_does_not_hide_what_is_held_and_what_came_since_stays():
    with Point() as point:
        report = held(point)

        def breaks_off(path, query, headers):
            if query.get("resumptionToken"):
                return 503, {}, b""
            return point.repository(path, query, headers)

        point.lists(named(TEN[9], "n", *TEN[:6]))
        point.handle = breaks_off
        assert point.harvested().failed
        assert approve(report.run.settings).gone == 3
        assert set(shown()) == {*TEN[:6], TEN[9], "n"}


def test_nothing_is_approved_while_the_source_is_harvested_nor_of_a_run_that_was_undone():
    with Point() as point:
        report = held(point)
        settings = report.run.settings
        other = begin(settings)
        with pytest.raises(SourceBusy, match="then approve"):
            approve(settings)
        other.delete()
        put_back(report.run)
        with pytest.raises(NothingHeld):
            approve(settings)
        assert set(shown()) == set(TEN)
