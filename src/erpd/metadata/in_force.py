"""The profile of one record: that of its catalogue, with those that turn on by themselves."""

from collections.abc import Iterable

from pyoxigraph import NamedNode

from erpd.metadata.acts import act_of
from erpd.metadata.graph import Term
from erpd.metadata.profile import AND, Profile, load_profile
from erpd.metadata.record import Record
from erpd.metadata.terms import DCATAP

ACTS = DCATAP.applicableLegislation


def in_force(record: Record, profile: Profile) -> Profile:
    """Return ``profile``, with what ``turns_on`` adds for the acts that the data set names or what it has."""
    said = record.graph.nodes.get(record.dataset, {})
    for case, further in profile.turns_on.items():
        applies = case.act and ACTS in said and names_act(said[ACTS], case.act)
        if (applies or any(sign in said for sign in case.given)) and further not in profile.name.split(AND):
            profile = load_profile(f"{profile.name}{AND}{further}")
    return profile


def names_act(values: Iterable[Term], act: NamedNode) -> bool:
    """Whether one of the values is the act, in any version or language of it."""
    return any(isinstance(value, NamedNode) and _act(value.value) == _act(act.value) for value in values)


def _act(iri: str) -> str:
    """The number of an act; other IRIs stay as they are."""
    return act_of(iri) or iri
