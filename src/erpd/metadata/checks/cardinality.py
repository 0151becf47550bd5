"""How often a property stands: mandatory, recommended, at most n times (G4.1, G4.2; DCAT-AP section 4)."""

from collections.abc import Iterator
from functools import cache

from erpd.metadata.findings import Finding
from erpd.metadata.parts import Part, Shape
from erpd.metadata.profile import Property
from erpd.metadata.terms import DCAT

# Where a missing recommended property is worth a word.
_RECOMMENDED_OF = frozenset({DCAT.Dataset, DCAT.Distribution})


def cardinality(part: Part) -> Iterator[Finding]:
    properties, shape = part.properties, part.shape
    for wanted in _expected(shape):
        if wanted.iri not in properties:
            rule = "mandatory-missing" if wanted.min else "recommended-missing"
            yield Finding(rule, shape.severity(wanted), part.path(wanted.iri), section=wanted.section)
    for wanted, most in _limited(shape):
        values = properties.get(wanted.iri)
        if values and len(values) > most:
            severity, path = shape.severity(wanted), part.path(wanted.iri)
            yield Finding("too-many", severity, path, str(len(values)), wanted.section)


@cache
def _expected(shape: Shape) -> list[Property]:
    return [
        wanted
        for wanted in shape.properties.values()
        if wanted.min or (wanted.obligation == "recommended" and shape.kind in _RECOMMENDED_OF)
    ]


@cache
def _limited(shape: Shape) -> list[tuple[Property, int]]:
    return [(wanted, wanted.max) for wanted in shape.properties.values() if wanted.max is not None]
