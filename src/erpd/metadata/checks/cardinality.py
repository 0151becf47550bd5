"""How often a property occurs: mandatory, recommended, at most n times (G4.1, G4.2; DCAT-AP section 4)."""

from collections.abc import Iterator
from functools import cache

from pyoxigraph import NamedNode

from erpd.metadata.checks.cases import sign_of
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.in_force import ACTS, names_act
from erpd.metadata.parts import Part, Shape
from erpd.metadata.profile import Duty, Property
from erpd.metadata.rules import Flaw
from erpd.metadata.terms import DCAT

# The classes for which a missing recommended property is worth a warning.
_RECOMMENDED_OF = frozenset({DCAT.Dataset, DCAT.Distribution})


def cardinality(part: Part) -> Iterator[Finding]:
    properties, shape = part.properties, part.shape
    expected, names = _expected(shape)
    missing = names.difference(properties)
    for wanted in expected if missing else ():
        if wanted.iri in missing and (found := _missing(part, wanted)):
            yield found
    for predicate, values in properties.items():
        if len(values) > 1 and predicate in shape.properties:
            wanted = shape.properties[predicate]
            if wanted.max is not None and len(values) > wanted.max:
                severity, path = part.severity(wanted), part.path(predicate)
                yield Finding(Flaw.TOO_MANY, severity, path, str(len(values)), wanted.section)
    if ACTS in names and ACTS not in missing:
        yield from _unnamed(part, shape.properties[ACTS])


def _missing(part: Part, wanted: Property) -> Finding | None:
    path = part.path(wanted.iri)
    if wanted.min:
        return Finding(Flaw.MANDATORY_MISSING, part.severity(wanted), path, section=wanted.section)
    for duty in wanted.duties:
        if sign := sign_of(duty.case, part):
            return Finding(Flaw.MANDATORY_HERE, _owing(part, wanted, duty), path, sign, duty.section)
    if _is_recommended(part.shape, wanted):
        return Finding(Flaw.RECOMMENDED_MISSING, Severity.WARNING, path, section=wanted.section)
    return None


def _unnamed(part: Part, wanted: Property) -> Iterator[Finding]:
    """Find legislation that does not name the act because of which it must be named."""
    for duty in wanted.duties:
        act = duty.case.act
        if act and not names_act(part.properties[ACTS], act) and sign_of(duty.case, part):
            severity, path = _owing(part, wanted, duty), part.path(ACTS)
            yield Finding(Flaw.ACT_UNNAMED, severity, path, act.value, duty.section)


def _owing(part: Part, wanted: Property, duty: Duty) -> Severity:
    """How serious it is if a duty is not met: that of a profile for which nobody asked decides nothing."""
    return Severity.WARNING if duty.beside and not part.shape.strict else part.obliging(wanted)


@cache
def _expected(shape: Shape) -> tuple[list[Property], frozenset[NamedNode]]:
    """The properties of a class that are mandatory, always or in some cases, or recommended; their IRIs."""
    expected = [
        wanted
        for wanted in shape.properties.values()
        if wanted.min or wanted.duties or _is_recommended(shape, wanted)
    ]
    return expected, frozenset(wanted.iri for wanted in expected)


def _is_recommended(shape: Shape, wanted: Property) -> bool:
    return wanted.obligation == "recommended" and shape.kind in _RECOMMENDED_OF
