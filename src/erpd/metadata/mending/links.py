"""Addresses given as text where a link is expected: "https://example.eu/data" -> <https://example.eu/data>."""

import re

from pyoxigraph import Literal, NamedNode

from erpd.metadata.graph import Term
from erpd.metadata.mending.mender import Mender
from erpd.metadata.mending.terms import right_iri
from erpd.metadata.parts import Part
from erpd.metadata.profile import Property
from erpd.metadata.rules import Repair

_ADDRESS = re.compile(r"\s*(?:(?:https?|ftps?)://|urn:|doi:|mailto:|tel:|www\.)\S", re.IGNORECASE)

# An address in a sentence or next to others remains text. Addresses that are not web addresses have their own
# rules for blanks.
_SPACED = re.compile(r"tel:|mailto:", re.IGNORECASE)
_SEVERAL = re.compile(r"\s|[,;|](?:https?://|ftps?://|www\.)", re.IGNORECASE)


def _link(value: Term, wanted: Property, part: Part) -> Term | None:
    if not isinstance(value, Literal) or not _ADDRESS.match(value.value):
        return None
    text = value.value.strip()
    if not _SPACED.match(text) and _SEVERAL.search(text):
        return None
    iri = right_iri(text)
    return NamedNode(iri) if iri else None


LINKS = Mender(Repair.LINK, True, lambda wanted: wanted.kind != "literal", _link)
