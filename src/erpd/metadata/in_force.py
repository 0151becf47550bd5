"""The profile of one record: that of its catalogue, with those that an act of law turns on by itself."""

from collections.abc import Iterable

from pyoxigraph import NamedNode

from erpd.metadata.acts import act_of
from erpd.metadata.graph import Term
from erpd.metadata.profile import AND, Profile, load_profile
from erpd.metadata.record import Record
from erpd.metadata.terms import DCATAP

ACTS = DCATAP.applicableLegislation


def in_force(record: Record, profile: Profile) -> Profile:
    """Return ``profile``, with what its ``turns_on`` adds because of the acts that the data set names."""
    named = record.graph.nodes.get(record.dataset, {}).get(ACTS) if profile.turns_on else None
    for case, further in profile.turns_on.items() if named else ():
        if case.act and names_act(named or (), case.act) and further not in profile.name.split(AND):
            profile = load_profile(f"{profile.name}{AND}{further}")
    return profile


def names_act(values: Iterable[Term], act: NamedNode) -> bool:
    """Whether one of the values is the act, in any version or language of it."""
    return any(isinstance(value, NamedNode) and _act(value.value) == _act(act.value) for value in values)


def _act(iri: str) -> str:
    """The number of an act; other IRIs stay as they are."""
    return act_of(iri) or iri
