"""All deletions obey the threshold, whatever brings them, and at every run anew until a person approves."""

from contextlib import suppress
from typing import Any

import pytest

from erpd.harvest.doubts import put_back
from erpd.harvest.ledger import Report
from erpd.harvest.models import Run
from erpd.harvest.reconcile import NothingHeld, approve, holding
from erpd.register.models import DataSet
from tests.harvest import national
from tests.harvest.killing import Killed, dead_holder, killed_at
from tests.harvest.national import Point, bins, good, interrupted_by, many, source
from tests.harvest.test_doubts import named, other_ids, shown
from tests.harvest.test_incremental import Dated, harvest
from tests.proofs import length
from tests.sources.oai_pmh import oai

pytestmark = pytest.mark.django_db

MANY = [f"m{number:02}" for number in range(30)]
SOME = MANY[:20]
DAY = "2026-01-{:02}T00:00:00Z"


def gone(report: Report) -> tuple[int, int]:
    assert not report.failed, report.run.error
    return report.ledger["gone"], report.ledger["held"]


@pytest.mark.parametrize("runs", [2, 3, 5])
@pytest.mark.parametrize("iri", ["https://data.example/new/{}", "https://data.example/set/{}"])
def test_other_identifiers_are_held_at_every_run(runs, iri):
    """What was rolled back remains as tombstones, and is revived by the next run: that is new, too."""
    with Point(named(*MANY), size=10) as point:
        point.harvested()
        before = shown()
        point.lists(other_ids(MANY, iri=iri))
        for _ in range(runs):
            assert point.harvested().run.error["rule"] == "changed-ids"
            assert shown() == before
        point.harvested(approved=True)
        point.harvested()
        assert set(shown()) == {f"new-{name}" for name in MANY}


def test_states_that_alternate_are_held_whenever_they_come():
    with Point(named(*MANY), size=10) as point:
        point.harvested()
        before = shown()
        for _ in range(3):
            point.lists(other_ids(MANY))
            assert point.harvested().run.error["rule"] == "changed-ids"
            point.lists(named(*MANY))
            assert bins(point.harvested()) == {"unchanged": 30}
            assert shown() == before
        for _ in range(2):  # half of it comes and goes
            point.lists(named(*MANY[:15]))
            assert gone(point.harvested()) == (0, 15)
            point.lists(named(*MANY))
            assert gone(point.harvested()) == (0, 0)
            assert holding(source(point.url)) is None
        assert shown() == before


def described(name: str, title: str, description: str, iri: str = "https://data.example/set/{}") -> str:
    return good(name, title, iri=iri.format(name)).replace("Discharges by diagnosis.", description)


# What comes under the identifiers of the data sets that were there.
OTHERS = {
    "all": [
        described(name, f"Fish {name}", "Catches of each month", "https://x.example/{}") for name in MANY
    ],
    "at the same addresses": [described(name, f"Fish {name}", "Catches") for name in MANY],
    "half": [*named(*MANY[15:]), *(described(name, f"Fish {name}", "Catches") for name in MANY[:15])],
    "another language": [
        described(name, f"Autre {name}", "Autre chose")
        .replace("<dct:title>", '<dct:title xml:lang="fr">')
        .replace("<dct:description>", '<dct:description xml:lang="fr">')
        for name in MANY
    ],
    "nonsense": [described(name, "Under maintenance", "Please come back later") for name in MANY],
}
RARE = ["alder", "birch", "cedar", "elm", "fir", "hazel", "lime", "maple", "oak", "pine", "willow", "yew"]


@pytest.mark.parametrize("records", OTHERS.values(), ids=OTHERS)
def test_another_catalogue_under_the_same_identifiers_is_held_at_every_run(records):
    with Point(named(*MANY), size=10) as point:
        point.harvested()
        before = shown()
        point.lists(records)
        for _ in range(3):
            report = point.harvested()
            assert report.run.error["rule"] == "other-content"
            assert "--approve-deletions" in report.run.error["advice"]
            assert shown() == before
        assert not point.harvested(approved=True).failed
        assert not point.harvested().failed
        assert shown() != before


def series(names: list[str]) -> list[str]:
    return [
        described(str(place), f"Trees: {tree}", f"Where each {tree} is") for place, tree in enumerate(names)
    ]


def test_identifiers_given_to_other_data_sets_of_a_series_are_held():
    with Point(series(RARE)) as point:
        point.harvested()
        point.lists(series([*RARE[4:], *RARE[:4]]))
        assert point.harvested().run.error["rule"] == "other-content"


SAME = {
    "a suffix": named(*MANY, title="About {} (2026)"),
    "a prefix": named(*MANY, title="Agency: about {}"),
    "other titles": named(*MANY, title="Renamed"),
    "a second language": [
        good(name, f"About {name}").replace(
            "<dct:description>",
            '<dct:title xml:lang="fr">Autre</dct:title><dct:description xml:lang="fr">Autre</dct:description>'
            "<dct:description>",
        )
        for name in MANY
    ],
    "other descriptions": [described(name, f"About {name}", "Something else altogether") for name in MANY],
    "other addresses": [good(name, f"About {name}", iri=f"https://x.example/{name}") for name in MANY],
    "less than half": [*named(*MANY[14:]), *(described(name, "Fish", "Catches") for name in MANY[:14])],
}


@pytest.mark.parametrize("records", SAME.values(), ids=SAME)
def test_a_source_that_edits_all_its_data_sets_is_not_another_catalogue(records):
    with Point(named(*MANY), size=10) as point:
        point.harvested()
        point.lists(records)
        report = point.harvested()
        assert not report.failed, report.run.error
        assert report.ledger["changed"] >= 14


def test_slow_shrinking_is_held_from_the_last_approval_on():
    with Point(many(100), size=10) as point:
        point.harvested()
        amount = 100
        for left in (90, 80):
            point.lists([*many(100)[100 - left :]])
            assert gone(point.harvested()) == (amount - left, 0)
            amount = left
        for left in (79, 70, 66):
            point.lists([*many(100)[100 - left :]])
            report = point.harvested()
            assert gone(report) == (0, 80 - left)
            assert report.run.held_because == "shrinking"
            assert len(national.titles()) == 80
        assert approve(report.run.settings).gone == 14
        point.lists([*many(100)[45:]])
        assert gone(point.harvested()) == (11, 0)  # of 66: what was before the approval no longer counts


def test_what_an_undone_run_brought_no_longer_counts():
    with Point(many(10), size=10) as point:
        point.harvested()
        point.lists(many(20))
        wrong = point.harvested()
        point.harvested()
        put_back(wrong.run)
        point.lists(many(9))
        assert gone(point.harvested()) == (1, 0)


@pytest.mark.parametrize("full", [1, 9])
def test_deleted_records_that_empty_the_catalogue_wait_until_a_person_approves(full):
    """In whole runs, and in those that only ask for what has changed."""
    names = [f"n{number:02}" for number in range(20)]
    with Dated(dict.fromkeys(names, DAY.format(1)), size=8) as point:
        harvest(point, full)
        before = shown()
        point.at({f"-{name}": DAY.format(3) for name in names})
        for _ in range(3):
            report = harvest(point, full)
            assert gone(report) == (0, 20)
            assert report.ledger["deleted"] == report.ledger["received"] == 20
            assert shown() == before
        assert approve(report.run.settings).gone == 20
        assert shown() == {}
        with pytest.raises(NothingHeld):
            approve(report.run.settings)
        assert gone(harvest(point, full)) == (0, 0)
        point.at(dict.fromkeys(names, DAY.format(5)))
        assert bins(harvest(point, full)) == {"changed": 20}


def test_what_incremental_runs_hold_adds_up_and_what_comes_back_is_held_no_longer():
    names = [f"n{number:02}" for number in range(20)]
    with Dated(dict.fromkeys(names, DAY.format(1)), size=8) as point:
        harvest(point, 9)
        for day, (deleted, held) in enumerate([(3, 0), (2, 2), (2, 4)], start=3):
            told, names = names[:deleted], names[deleted:]
            point.at({f"-{name}": DAY.format(day) for name in told})
            report = harvest(point, 9)
            assert (bins(report)["deleted"], gone(report)) == (deleted, (0, held))
        assert len(shown()) == 17
        point.at({told[0]: DAY.format(6), "new": DAY.format(6)})
        report = harvest(point, 9)
        assert (bins(report), gone(report)) == ({"changed": 1, "new": 1}, (0, 3))
        point.at({})
        report = harvest(point, 9)
        assert (bins(report), gone(report)) == ({}, (0, 3))
        assert approve(report.run.settings).gone == 3
        assert set(shown()) == {*names, told[0], "new"}


def test_what_fails_and_what_is_undone_deletes_nothing_that_it_was_told():
    names = [f"n{number:02}" for number in range(20)]
    with Dated(dict.fromkeys(names, DAY.format(1)), size=8) as point:
        harvest(point, 9)
        point.at({f"-{name}": DAY.format(3) for name in names})
        undone = harvest(point, 9)
        put_back(undone.run)
        assert holding(undone.run.settings) is None
        for listed in ({**dict.fromkeys(names, DAY.format(1)), names[0]: DAY.format(4)}, {}):
            point.at(listed)
            assert gone(harvest(point, 9)) == (0, 0)
        assert len(shown()) == 20


def cut(records: list[str], edited: list[int]) -> list[str]:
    """The list a week later, in which edited records have moved to the end, cut at 85 per cent."""
    moved = [records[place].replace("About", "Edited") for place in edited]
    rest = [record for place, record in enumerate(records) if place not in edited]
    return [*rest, *moved][: len(records) * 85 // 100]


@pytest.mark.parametrize("edited", [[], [3]], ids=["as it was", "edited meanwhile"])
def test_a_list_without_its_end_is_held_at_every_run(edited):
    """It looks whole and has lost less than the threshold; and the server knows no more when it is asked."""
    names = [f"n{number:02}" for number in range(40)]
    with Point(named(*names), size=9) as point:
        point.harvested()
        point.lists(cut(named(*names), edited))
        for _ in range(3):
            report = point.harvested()
            assert gone(report) == (0, 6)
            assert report.run.held_because == "end-of-list"
            assert len(shown()) == 40
        assert approve(report.run.settings).gone == 6
        assert gone(point.harvested()) == (0, 0)


@pytest.mark.parametrize(
    "lost", [range(36, 40), range(10, 16), range(0, 40, 7)], ids=["few", "within", "here and there"]
)
def test_what_is_missing_elsewhere_goes(lost):
    names = [f"n{number:02}" for number in range(40)]
    with Point(named(*names), size=9) as point:
        point.harvested()
        point.lists(named(*(name for place, name in enumerate(names) if place not in lost)))
        assert gone(point.harvested()) == (len(lost), 0)


@pytest.mark.parametrize("policy", ["strict", "lenient"])
def test_what_is_rejected_or_spoilt_in_masses_stays(policy):
    with Point(named(*MANY), size=10) as point:
        point.harvested(policy=policy)
        before = set(shown())
        for spoilt in (national.broken, lambda name: good(name, f"About {name}", valid=False)):
            point.lists([spoilt(name) for name in MANY])
            assert gone(point.harvested()) == (0, 0)
            assert set(shown()) == before


@pytest.mark.proof
@pytest.mark.django_db(transaction=True)
def test_killed_while_deletions_are_decided_on_it_ends_as_if_undisturbed(monkeypatch):
    monkeypatch.setattr("erpd.harvest.leaving._BATCH", 2)
    lists: dict[str, tuple[list[str], dict[str, Any]]] = {
        "held": ([*named(*SOME[:10]), *map(oai.deleted, SOME[10:])], {}),
        "gone": ([*named(*SOME[3:]), oai.deleted(SOME[0])], {}),
        "approved": ([*named(*SOME[:10]), *map(oai.deleted, SOME[10:15])], {"approved": True}),
    }
    with Point(size=20) as point:

        def prepared(records: list[str]) -> None:
            Run.objects.all().delete()
            DataSet.objects.all().delete()
            point.lists(named(*SOME))
            point.harvested()
            point.lists(records)

        def outcome(report: Report) -> tuple[Any, ...]:
            return shown().keys(), national.ledger(report), report.run.held_because

        for records, how in lists.values():
            prepared(records)
            with killed_at(-1) as statements:
                expected = outcome(point.harvested(**how))
            step = len(statements) // length(4, 60) or 1
            for number in range(len(statements) // 2, len(statements), step):
                prepared(records)
                with suppress(Killed), killed_at(number):
                    point.harvested(**how)
                if Run.objects.filter(state=Run.State.DONE).count() == 2:
                    break  # it had ended, and was counting
                interrupted_by(dead_holder())
                assert outcome(point.harvested()) == expected, statements[number]
