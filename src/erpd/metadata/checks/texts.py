"""Texts that say nothing (G4.1, G4.2) or contain HTML, and texts that have lost characters (RFC 3629)."""

import re
from collections.abc import Iterator
from functools import cache

from pyoxigraph import Literal

from erpd.metadata.findings import Finding, Severity
from erpd.metadata.mending.markup import leftover
from erpd.metadata.parts import Part, Shape, excerpt
from erpd.metadata.profile import Property
from erpd.metadata.rules import Flaw
from erpd.metadata.terms import DCT
from erpd.metadata.text import LOST

_PLACEHOLDER = re.compile(
    r"(?:n/?a|none|null|nil|undefined|unknown|not available|todo|tb[ad]|to be completed|test|asdf|x+|untitled"
    r"|(?:no )?(?:title|description)|lorem ipsum)\W*|\W+",
    re.IGNORECASE,
)
_TEXTS = frozenset({DCT.title, DCT.description})
_LONGEST_PLACEHOLDER = 20
_AROUND = 40  # characters that a finding shows on either side


def texts(part: Part) -> Iterator[Finding]:
    """Find titles and descriptions that say nothing, or contain HTML that could not be removed."""
    for wanted in _worded(part.shape):
        values = part.properties.get(wanted.iri, ())
        for value in values:
            if isinstance(value, Literal) and "<" in value.value and (left := leftover(value.value)):
                shown = value.value[max(left.start() - _AROUND, 0) : left.start() + _AROUND]
                yield Finding(
                    Flaw.MARKUP_LEFT, Severity.WARNING, part.path(wanted.iri), shown, wanted.section
                )
        faults = [_fault(value.value) if isinstance(value, Literal) else None for value in values]
        if not any(faults):
            continue
        # A meaningful text in another language makes up for an empty one.
        empty = part.shape.decisive(wanted) if None not in faults else Severity.WARNING
        for value, rule in zip(values, faults, strict=True):
            if rule:
                severity = empty if rule is Flaw.TEXT_EMPTY else Severity.WARNING
                yield Finding(rule, severity, part.path(wanted.iri), excerpt(value.value), wanted.section)


@cache
def _worded(shape: Shape) -> list[Property]:
    return [wanted for predicate, wanted in shape.properties.items() if predicate in _TEXTS]


def _fault(text: str) -> Flaw | None:
    if len(text) > _LONGEST_PLACEHOLDER and not text.isspace():
        return None
    if not text.strip():
        return Flaw.TEXT_EMPTY
    return Flaw.TEXT_PLACEHOLDER if _PLACEHOLDER.fullmatch(text.strip()) else None


def characters(part: Part) -> Iterator[Finding]:
    """Find texts that have lost characters, at the source or in transit."""
    for predicate, values in part.properties.items():
        for value in values:
            if isinstance(value, Literal) and LOST in value.value:
                place = value.value.index(LOST)
                shown = value.value[max(place - _AROUND, 0) : place + _AROUND]
                yield Finding(Flaw.CHARACTER_LOST, Severity.WARNING, part.path(predicate), shown, "RFC 3629")
