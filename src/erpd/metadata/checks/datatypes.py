"""Typed values other than dates: the right datatype, written as it demands (XML Schema 2)."""

import re
from collections.abc import Iterator
from functools import cache

from pyoxigraph import Literal

from erpd.metadata.findings import Finding
from erpd.metadata.iso8601 import DATE_TYPES
from erpd.metadata.mending.numbers import DECIMAL
from erpd.metadata.parts import Part, Shape, excerpt
from erpd.metadata.profile import Property
from erpd.metadata.terms import DCAT, XSD

_SIZE = DCAT.byteSize
_FORMS = {
    XSD.decimal: DECIMAL,
    XSD.hexBinary: re.compile(r"(?:[0-9A-Fa-f]{2})*"),
    XSD.duration: re.compile(
        r"-?P(?=[\dT])(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?", re.ASCII
    ),
}


def datatypes(part: Part) -> Iterator[Finding]:
    for wanted in _typed(part.shape):
        for value in part.properties.get(wanted.iri, ()):
            if isinstance(value, Literal):
                rule = _fault(value, wanted)
                if rule:
                    severity = part.shape.severity(wanted)
                    yield Finding(rule, severity, part.path(wanted.iri), excerpt(value.value), wanted.section)


def _fault(value: Literal, wanted: Property) -> str:
    datatype, text = value.datatype, value.value
    form = _FORMS.get(datatype)
    if datatype not in wanted.datatypes or (form and not form.fullmatch(text)):
        return "datatype"
    return "size-negative" if wanted.iri == _SIZE and text.startswith("-") else ""


@cache
def _typed(shape: Shape) -> list[Property]:
    return [
        wanted
        for wanted in shape.properties.values()
        if wanted.datatypes and DATE_TYPES.isdisjoint(wanted.datatypes)
    ]
