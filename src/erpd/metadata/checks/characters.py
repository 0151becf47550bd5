"""Texts that have lost characters: a byte stood there that is no UTF-8, here or on the way (RFC 3629)."""

from collections.abc import Iterator

from pyoxigraph import Literal

from erpd.metadata.findings import Finding, Severity
from erpd.metadata.parts import Part
from erpd.metadata.text import LOST

_AROUND = 40  # characters of the text that a finding shows on either side


def characters(part: Part) -> Iterator[Finding]:
    for predicate, values in part.properties.items():
        for value in values:
            if isinstance(value, Literal) and LOST in value.value:
                place = value.value.index(LOST)
                shown = value.value[max(place - _AROUND, 0) : place + _AROUND]
                yield Finding("character-lost", Severity.WARNING, part.path(predicate), shown, "RFC 3629")
