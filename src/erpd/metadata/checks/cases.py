"""Whether a part of a record is in a case that makes properties mandatory (``profiles/cases.toml``)."""

import re
from collections.abc import Iterable
from functools import lru_cache

from pyoxigraph import NamedNode

from erpd.metadata.graph import Term
from erpd.metadata.parts import Part
from erpd.metadata.profile import Case
from erpd.metadata.terms import DCATAP, shorten

ACTS = DCATAP.applicableLegislation

# An ELI of the Union: http://data.europa.eu/eli/reg/2022/868/oj, in any version and language, on either host.
_ELI = re.compile(r"https?://(?:data\.europa\.eu|eur-lex\.europa\.eu)/eli/([a-z_]+/\d+/\d+)(?:/.*)?")


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


@lru_cache(1024)
def _act(iri: str) -> str:
    """The number of an act; other IRIs stay as they are."""
    found = _ELI.fullmatch(iri) if len(iri) < 200 else None
    return found[1] if found else iri
