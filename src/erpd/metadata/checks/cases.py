"""Whether a part of a record is in a case that makes properties mandatory (``profiles/cases.toml``)."""

from collections.abc import Iterable

from pyoxigraph import NamedNode

from erpd.metadata.acts import act_of
from erpd.metadata.graph import Term
from erpd.metadata.parts import Part
from erpd.metadata.profile import Case
from erpd.metadata.terms import DCATAP, shorten

ACTS = DCATAP.applicableLegislation


def sign_of(case: Case, part: Part) -> str:
    """Return by what the part, or its data set, shows that it is in the case; "" if it is not.

    That is the act that it names, or the property given.
    """
    whole = part.record.graph.nodes.get(part.record.dataset, {})
    for said in (part.properties, whole):
        if case.act and names_act(said.get(ACTS, ()), case.act):
            return case.act.value
        for sign in case.given:
            if sign in said:
                return shorten(sign)
    return ""


def names_act(values: Iterable[Term], act: NamedNode) -> bool:
    """Whether one of the values is the act, in any version or language of it."""
    return any(isinstance(value, NamedNode) and _act(value.value) == _act(act.value) for value in values)


def _act(iri: str) -> str:
    """The number of an act; other IRIs stay as they are."""
    return act_of(iri) or iri
