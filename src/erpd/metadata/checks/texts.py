"""Titles and descriptions that say nothing (G4.1, G4.2)."""

import re
from collections.abc import Iterator

from pyoxigraph import Literal

from erpd.metadata.findings import Finding, Severity
from erpd.metadata.parts import Part, excerpt
from erpd.metadata.terms import DCT

_PLACEHOLDERS = frozenset(
    {
        "n/a",
        "na",
        "none",
        "null",
        "nil",
        "undefined",
        "unknown",
        "todo",
        "tbd",
        "tba",
        "test",
        "untitled",
        "title",
    }
    | {
        "description",
        "no title",
        "no description",
        "to be completed",
        "not available",
        "lorem ipsum",
        "xxx",
        "asdf",
    }
)
_LONGEST_PLACEHOLDER = 20
_WORD = re.compile(r"\w")


def texts(part: Part) -> Iterator[Finding]:
    for predicate in (DCT.title, DCT.description):
        wanted = part.shape.properties.get(predicate)
        values = part.properties.get(predicate) if wanted else None
        if not wanted or not values:
            continue
        for value in values:
            rule = _fault(value.value) if isinstance(value, Literal) else ""
            if rule:
                told = len(values) > 1 and any(not _fault(other.value) for other in values)
                severity = Severity.WARNING if told else part.shape.severity(wanted)
                yield Finding(rule, severity, part.path(predicate), excerpt(value.value), wanted.section)


def _fault(text: str) -> str:
    if len(text) > _LONGEST_PLACEHOLDER and not text.isspace():
        return ""
    if not text.strip():
        return "text-empty"
    return "text-placeholder" if text.strip().casefold() in _PLACEHOLDERS or not _WORD.search(text) else ""
