"""Properties under a wrong name: dct:distribution (as printed in G4.1), dcat:accessUrl, dc11:title."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from pyoxigraph import NamedNode

from erpd.metadata.findings import Finding, Severity
from erpd.metadata.parts import Part, Shape
from erpd.metadata.rules import Repair
from erpd.metadata.terms import DC11, DCAT, DCT, RDF, SCHEMA, shorten

# Seen in catalogues. The name on the left exists in no vocabulary; the class has the one on the right.
_MISSPELT = {
    "issue": DCT.issued,
    "frequency": DCT.accrualPeriodicity,
    "landindpage": DCAT.landingPage,
    "size": DCAT.byteSize,
}
# Replaced in DCAT-AP 2 (dcat-ap_2.1.1_shacl_deprecateduris.ttl).
_DEPRECATED = {SCHEMA.startDate: DCAT.startDate, SCHEMA.endDate: DCAT.endDate}
# DCAT 3 has these in addition to the Dublin Core terms with the same names.
_RIGHT_AS_THEY_ARE = frozenset({RDF.type, DCAT.hasVersion, DCAT.isVersionOf, DCT.hasVersion, DCT.isVersionOf})
# Easily confused: dct:distribution, dcat:title, dc11:publisher.
_MIXED_UP = (DCAT, DCT, DC11)
_LONGEST = 200


def mend_names(part: Part) -> Iterator[Finding]:
    """Rename misnamed properties, unless the node has the right name too."""
    properties, wanted = part.properties, part.shape.properties
    known = _known(part.shape)
    for predicate in [predicate for predicate in properties if predicate not in known]:
        right = _right_name(predicate, part.shape) if len(predicate.value) <= _LONGEST else None
        if right is not None and right not in properties:
            part.record.graph.rename(part.node, predicate, right)
            yield Finding(
                Repair.PROPERTY_NAME,
                Severity.REPAIR,
                part.path(right),
                shorten(predicate),
                wanted[right].section,
                shorten(right),
            )


@cache
def _known(shape: Shape) -> frozenset[NamedNode]:
    return _RIGHT_AS_THEY_ARE.union(shape.properties)


@lru_cache(maxsize=4096)
def _right_name(predicate: NamedNode, shape: Shape) -> NamedNode | None:
    """The property of the class that ``predicate`` was meant to be."""
    known = _names(shape)
    folded = _folded(predicate.value)
    right = known.get(folded) or _DEPRECATED.get(predicate)
    if right is None:
        for namespace in _namespaces():
            if folded.startswith(namespace):
                name = folded[len(namespace) :]
                right = (
                    known.get(_folded(f"{DCT}{name}"))
                    or known.get(_folded(f"{DCAT}{name}"))
                    or _MISSPELT.get(name)
                )
    return right if right in shape.properties else None


@cache
def _names(shape: Shape) -> dict[str, NamedNode]:
    """The properties of the class by their folded names."""
    return {_folded(name.value): name for name in shape.properties}


@cache
def _namespaces() -> list[str]:
    return [_folded(str(mixed_up)) for mixed_up in _MIXED_UP]


def _folded(iri: str) -> str:
    """Remove what people confuse: http or https, www., # or /, case."""
    return re.sub(r"[#/]+", "/", re.sub(r"^https?://(www\.)?", "", iri.lower()))
