"""What one origin changed is put back, and nothing else; the doors out follow."""

from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from erpd.metadata.findings import Finding, Severity
from erpd.metadata.rules import Flaw
from erpd.register import undoing
from erpd.register.arrival import Arrival
from erpd.register.intake import take_in, withdraw
from erpd.register.models import ChangeCounter, DataSet, Review, Source, Version
from erpd.register.scope import scope
from erpd.register.search import follow, search
from erpd.register.undoing import Undone, undo
from tests.proofs import length
from tests.register import arrivals
from tests.register.arrivals import coming, history, leaving, one

pytestmark = pytest.mark.django_db

# identifier -> None for a deletion, or IRI, title and a finding's value
Step = dict[str, tuple[str, str, str] | None]
NAMES = st.sampled_from("abcd")
STEP = st.dictionaries(NAMES, st.one_of(st.none(), st.tuples(*map(st.sampled_from, ("wxyz", "12", "pq")))))


@pytest.fixture
def source(db: None) -> Source:
    return arrivals.source()


def run(source: Source, number: int, step: Step) -> None:
    arriving = [
        brought(source, name, *facts) if facts else leaving(source, name) for name, facts in step.items()
    ]
    take_in(source, arriving, origin=f"run {number}")


def brought(source: Source, name: str, iri: str, title: str, value: str = "") -> Arrival:
    """``value``: of a finding; the bytes that came are others where it is another, the metadata are not."""
    warning = Finding(Flaw.RECOMMENDED_MISSING, Severity.WARNING, "dcat:theme", value, "G4.1")
    return coming(
        source, name, title, f"http://data.example/{iri}", [warning] if value else [], title + value
    )


def state() -> dict[str, tuple[Any, ...]]:
    """What the register shows: digest of the canonical graph, address, findings."""
    shown = DataSet.objects.filter(deleted=False)
    return {d.identifier: (d.iri, d.digest, d.received, str(d.findings)) for d in shown}


def tombstones() -> dict[str, str]:
    return dict(DataSet.objects.filter(deleted=True).values_list("identifier", "iri"))


def touched(*numbers: int) -> set[str]:
    origins = [f"run {number}" for number in numbers]
    return {
        identifier
        for model in (Version, Review)
        for (identifier,) in model.objects.filter(origin__in=origins).values_list("data_set__identifier")
    }


def empty() -> None:
    for model in (DataSet, Source, ChangeCounter):
        model.objects.all().delete()


def sound() -> None:
    """Each data set stands at its last version, and changes are numbered without a gap."""
    numbers = list(Version.objects.order_by("change").values_list("change", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    for data_set in DataSet.objects.all():
        version = data_set.versions.latest("change")
        assert (version.change, bool(version.content)) == (data_set.change, not data_set.deleted)
        assert (version.iri, version.digest) == (data_set.iri, data_set.digest)
        seen = data_set.reviews.filter(change=version.change).order_by("pk").last() or version
        assert (seen.received, seen.findings) == (data_set.received, data_set.findings)


@pytest.mark.proof
@settings(max_examples=length(12, 200), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(STEP, min_size=1, max_size=5), st.integers(0, 4), st.integers(1, 3))
@pytest.mark.django_db(transaction=True)
def test_any_run_can_be_undone_and_that_as_well(steps, chosen, batch):
    empty()
    source = arrivals.source()
    chosen %= len(steps)
    before: dict[str, tuple[Any, ...]] = {}
    for number, step in enumerate(steps):
        if number == chosen:
            before = state()
        run(source, number, step)
    present = state()
    mine, later = touched(chosen), touched(*range(chosen + 1, len(steps)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(undoing, "_BATCH", batch)
        done = undo(f"run {chosen}")
        after = state()
        restored = {name for name in mine - later if after.get(name) == before.get(name)}
        assert done == Undone(len(restored), len(mine) - len(restored))
        for name in present.keys() | after.keys() | before.keys():
            if name not in restored:
                assert after.get(name) == present.get(name), name
        for name in mine - later - restored:  # its address has another owner now
            assert before[name][0] in {facts[0] for other, facts in after.items() if other != name}
        sound()
        assert undo(f"run {chosen}") == Undone(0, done.later)
        assert state() == after
        again = undo(f"undo of run {chosen}")
        assert again == Undone(len(restored), 0)
        assert state() == present
        sound()
        assert undo(f"run {chosen}") == done
        assert state() == after


@pytest.mark.proof
@settings(max_examples=length(10, 200), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(STEP, min_size=1, max_size=5), st.integers(1, 3))
@pytest.mark.django_db(transaction=True)
def test_run_after_run_undone_leads_back_to_the_beginning(steps, batch):
    empty()
    source = arrivals.source()
    states = []
    for number, step in enumerate(steps):
        states.append((state(), tombstones()))
        run(source, number, step)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(undoing, "_BATCH", batch)
        for number in reversed(range(len(steps))):
            assert undo(f"run {number}") == Undone(len(touched(number)), 0)
            shown, gone = states[number]
            assert state() == shown
            assert gone.items() <= tombstones().items()  # what was new is one more
            sound()


def test_an_address_that_another_has_taken_meanwhile_stays_with_it(source):
    run(source, 1, {"a": ("x", "1"), "b": ("y", "1")})
    run(source, 2, {"a": ("z", "1"), "b": ("w", "2")})
    other = arrivals.source("be-source")
    take_in(other, [coming(other, "c", iri="http://data.example/x")], origin="run 3")
    assert undo("run 2") == Undone(restored=1, later=1)
    assert {name: facts[0][-1] for name, facts in state().items()} == {"a": "z", "b": "y", "c": "x"}
    withdraw(DataSet.objects.filter(identifier="c"), origin="run 4")
    assert undo("run 2") == Undone(restored=1, later=0)  # now it is free
    assert one("a").iri == "http://data.example/x"


def test_a_chain_of_addresses_of_which_one_end_is_taken(source):
    """None of it can go back, and none may collide with another."""
    run(source, 1, {"a": ("x", "1"), "b": ("y", "1"), "c": ("z", "1")})
    run(source, 2, {"c": ("w", "1"), "b": ("z", "1"), "a": ("y", "1")})
    run(source, 3, {"d": ("x", "1")})
    present = state()
    assert undo("run 2") == Undone(restored=0, later=3)
    assert state() == present


def test_an_address_that_another_took_while_the_run_went_on_stays_with_it(source):
    """The other is touched by the run as well, but nothing of it but its findings is put back."""
    run(source, 1, {"a": ("x", "1", "p")})
    run(source, 2, {"a": ("w", "1", "p")})
    run(source, 3, {"b": ("x", "1", "p")})
    run(source, 2, {"b": ("x", "1", "q")})
    assert undo("run 2") == Undone(restored=1, later=1)
    assert {name: facts[0][-1] for name, facts in state().items()} == {"a": "w", "b": "x"}
    assert [one("b").received, one("b").change] == ["1p", 3]


def test_findings_are_put_back_and_harvesters_are_not_told(source):
    run(source, 1, {"a": ("x", "1", "p"), "b": ("y", "1", "p")})
    run(source, 2, {"a": ("x", "1", "q"), "b": ("y", "2", "p")})
    run(source, 3, {"b": ("y", "2", "q")})
    assert undo("run 3") == Undone(restored=1)
    assert undo("run 2") == Undone(restored=2)
    assert {name: facts[2] for name, facts in state().items()} == {"a": "1p", "b": "1p"}
    assert (history("a"), history("b")) == ([1], [2, 3, 4])


def test_what_others_changed_is_none_of_it(source):
    run(source, 1, {"a": ("x", "1"), "b": ("y", "1")})
    other = arrivals.source("be-source")
    take_in(other, [coming(other, "a", iri="http://data.example/o")], origin="form")
    assert undo("run 7") == Undone()
    assert undo("run 1") == Undone(restored=2)
    assert [d.source for d in DataSet.objects.filter(deleted=False)] == [other]


def test_thousands_are_put_back_without_a_query_for_each(source, django_assert_max_num_queries):
    names = [f"d{number:04}" for number in range(1200)]
    take_in(source, [coming(source, name) for name in names], origin="run 1")
    before = state()
    take_in(source, [coming(source, name, "Changed") for name in names], origin="run 2")
    with django_assert_max_num_queries(80):
        assert undo("run 2") == Undone(restored=1200)
    assert state() == before


def test_harvesters_and_search_see_it(source):
    run(source, 1, {"a": ("x", "1")})
    take_in(
        source, [coming(source, "a", "Changed", "http://data.example/x"), coming(source, "b")], origin="run 2"
    )
    follow()
    assert _found("Changed") == 1
    undo("run 2")
    assert history("a") == [1, 2, 4]
    follow()
    assert (_found("Changed"), _found("title"), _found("1")) == (0, 0, 1)
    answer = Client().get("/oai", {"verb": "ListRecords", "metadataPrefix": "oai_dc"}).content.decode()
    assert answer.count('status="deleted"') == 1
    assert answer.count("<metadata>") == 1
    assert "Changed" not in answer


def _found(words: str) -> int:
    return search(scope(), words).total
