"""The profile of one record: that of its catalogue, with those that turn on by themselves."""

from collections.abc import Iterable

from pyoxigraph import NamedNode

from erpd.metadata.acts import act_of
from erpd.metadata.graph import Term
from erpd.metadata.profile import AND, PROFILES, Profile, joined, load_profile
from erpd.metadata.record import Record
from erpd.metadata.terms import DCATAP

ACTS = DCATAP.applicableLegislation


def in_force(record: Record, profile: Profile) -> Profile:
    """Return ``profile``, with what ``turns_on`` adds for the acts that the data set names or what it has."""
    said = record.graph.nodes.get(record.dataset, {})
    for case, further in profile.turns_on.items():
        applies = case.act and ACTS in said and names_act(said[ACTS], case.act)
        if (applies or any(sign in said for sign in case.given)) and further not in profile.name.split(AND):
            profile = _with(profile, further)
    return profile


def _with(profile: Profile, further: str) -> Profile:
    """Both as one, made once."""
    if set(PROFILES).issuperset(profile.name.split(AND)) and load_profile(profile.name) is profile:
        return load_profile(f"{profile.name}{AND}{further}")
    known = _OWN.get((profile.name, further))
    if known is None or known[0] is not profile:
        known = _OWN[profile.name, further] = (profile, joined(profile, load_profile(further)))
    return known[1]


# Those that somebody wrote for themselves may have any name.
_OWN: dict[tuple[str, str], tuple[Profile, Profile]] = {}


def names_act(values: Iterable[Term], act: NamedNode) -> bool:
    """Whether one of the values is the act, in any version or language of it."""
    return any(isinstance(value, NamedNode) and _act(value.value) == _act(act.value) for value in values)


def _act(iri: str) -> str:
    """The number of an act; other IRIs stay as they are."""
    return act_of(iri) or iri
