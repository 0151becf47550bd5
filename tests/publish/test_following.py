"""Harvesters that ask only for what changed since the answer before have, at every door, what it shows."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from erpd.harvest.source_settings import OtherCatalogue, Wanted, settings_for
from erpd.register.content import records
from erpd.register.intake import take_in, withdraw
from erpd.register.models import Catalogue, ChangeCounter, DataSet, Source
from erpd.register.scope import NoSuchScope, scope
from erpd.register.undoing import undo
from tests.proofs import length
from tests.register.arrivals import coming, leaving

from .conftest import Follower, Reader

# Two catalogues of one country, and another country.
SOURCES = [("NL", False), ("NL", True), ("BE", False)]
DOORS = ("all", "protected", "open", "nl", "nl-open", "be", "erpd")

_CHOSEN = (st.integers(0, len(SOURCES) - 1), st.sampled_from("ab"))
# What may happen between two visits; addresses are few, so that they go from one source to another.
STEP = st.one_of(
    st.tuples(st.just("bring"), *_CHOSEN, st.sampled_from("xyz")),
    st.tuples(st.just("delete"), *_CHOSEN),
    st.tuples(st.just("withdraw"), *_CHOSEN),
    st.tuples(st.just("undo"), st.integers(0, 9)),
    st.tuples(st.just("redescribe"), st.integers(0, len(SOURCES) - 1), st.sampled_from(SOURCES)),
)


def wanted(number: int, described: tuple[str, bool] | None = None) -> Wanted:
    country, open_data = described or SOURCES[number]
    return Wanted("oai-pmh", f"https://source{number}.example/oai", country, open_data)


def happen(number: int, step: Sequence) -> None:
    match step:
        case "bring", chosen, name, address:
            source = settings_for(wanted(chosen)).source
            arriving = coming(source, name, f"Title {number}", f"http://data.example/{address}")
            take_in(source, [arriving], origin=f"run {number}")
        case "delete", chosen, name:
            source = settings_for(wanted(chosen)).source
            take_in(source, [leaving(source, name)], origin=f"run {number}")
        case "withdraw", chosen, name:
            source = settings_for(wanted(chosen)).source
            withdraw(DataSet.objects.filter(source=source, identifier=name), origin=f"run {number}")
        case "undo", chosen:
            undo(f"run {chosen}")
        case "redescribe", chosen, described:
            if described == SOURCES[chosen]:
                settings_for(wanted(chosen, described))
            else:
                settings_for(wanted(chosen))  # it is known
                with pytest.raises(OtherCatalogue):
                    settings_for(wanted(chosen, described))


@pytest.mark.proof
@settings(max_examples=length(12, 200), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(STEP, st.sets(st.sampled_from(DOORS))), max_size=10))
@pytest.mark.django_db
def test_at_every_door_a_harvester_has_what_it_shows(steps):
    """No step moves a data set to another catalogue, so that none leaves a door without a tombstone."""
    for model in (DataSet, Source, ChangeCounter):
        model.objects.all().delete()
    for whole in (False, True):
        Catalogue.objects.filter(part_of__isnull=whole).delete()
    followers = {name: Follower(name) for name in DOORS}
    reader, clock = Reader(Client()), [datetime(2026, 1, 1, tzinfo=UTC)]
    places: dict[object, int] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: clock[0])
        for number, (step, visitors) in enumerate([*steps, (("undo", 99), set(DOORS))]):
            happen(number, step)
            clock[0] += timedelta(seconds=1)
            for data_set in DataSet.objects.all():
                assert places.setdefault(data_set.key, data_set.catalogue_id) == data_set.catalogue_id
            for name in sorted(visitors):
                try:
                    shown = scope(name).data_sets()
                except NoSuchScope:
                    continue
                followers[name].visits(reader)
                assert followers[name].has == {
                    f"oai:testserver:{one.key}": record.title.best()[0] for one, record in records(shown)
                }
                clock[0] += timedelta(seconds=1)
