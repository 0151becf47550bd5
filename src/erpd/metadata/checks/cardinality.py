"""How often a property occurs: mandatory, recommended, at most n times (G4.1, G4.2; DCAT-AP section 4)."""

from collections.abc import Iterator
from functools import cache

from pyoxigraph import NamedNode

from erpd.metadata.findings import Finding, Severity
from erpd.metadata.parts import Part, Shape
from erpd.metadata.profile import Property
from erpd.metadata.rules import Flaw
from erpd.metadata.terms import DCAT

# The classes for which a missing recommended property is worth a warning.
_RECOMMENDED_OF = frozenset({DCAT.Dataset, DCAT.Distribution})


def cardinality(part: Part) -> Iterator[Finding]:
    properties, shape = part.properties, part.shape
    expected, names = _expected(shape)
    missing = names.difference(properties)
    for wanted in expected if missing else ():
        if wanted.iri in missing:
            rule, severity = Flaw.RECOMMENDED_MISSING, Severity.WARNING
            if wanted.min:
                rule, severity = Flaw.MANDATORY_MISSING, part.severity(wanted)
            yield Finding(rule, severity, part.path(wanted.iri), section=wanted.section)
    for predicate, values in properties.items():
        if len(values) > 1 and predicate in shape.properties:
            wanted = shape.properties[predicate]
            if wanted.max is not None and len(values) > wanted.max:
                severity, path = part.severity(wanted), part.path(predicate)
                yield Finding(Flaw.TOO_MANY, severity, path, str(len(values)), wanted.section)


@cache
def _expected(shape: Shape) -> tuple[list[Property], frozenset[NamedNode]]:
    """The mandatory and recommended properties of a class, in order, and their IRIs."""
    expected = [
        wanted
        for wanted in shape.properties.values()
        if wanted.min or (wanted.obligation == "recommended" and shape.kind in _RECOMMENDED_OF)
    ]
    return expected, frozenset(wanted.iri for wanted in expected)
