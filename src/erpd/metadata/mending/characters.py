"""Characters that no text may have: U+0003 in a title would break the XML that it goes out in (XML 1.0, 2.2).

U+0080 to U+009F stand where text in Windows-1252 was taken for ISO 8859-1: they become what was meant, as in
every browser (HTML, 13.2.5.80). Other kinds of line breaks become line breaks; the rest is left out.
"""

import re
from collections.abc import Iterator

from pyoxigraph import Literal

from erpd.metadata.findings import Finding, Severity
from erpd.metadata.graph import Term
from erpd.metadata.parts import places
from erpd.metadata.record import Record
from erpd.metadata.terms import shorten

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_WINDOWS = {chr(code): bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}
_MEANT = {"\v": "\n", "\f": "\n", **_WINDOWS}
_AROUND = 40  # characters of the text that a finding shows on either side


def mend_characters(record: Record) -> Iterator[Finding]:
    """All texts of the record, of whatever property."""
    faulty = [
        (node, predicate, values)
        for node, properties in record.graph.nodes.items()
        for predicate, values in properties.items()
        if any(_has_forbidden(value) for value in values)
    ]
    where = places(record) if faulty else {}
    for node, predicate, values in faulty:
        mended = [_mended(value) for value in values]
        path = where.get(node, "[_:]/") + shorten(predicate)
        for old, new in zip(values, mended, strict=True):
            if old != new:
                was = _passage(old.value)
                shown = _FORBIDDEN.sub(lambda sign: f"[U+{ord(sign[0]):04X}]", was)
                yield Finding("character", Severity.REPAIR, path, shown, "XML 1.0, 2.2", _legal(was))
        record.graph.set(node, predicate, mended)


def _has_forbidden(value: Term) -> bool:
    # What is printable has none of them, and that is told ten times faster.
    return (
        isinstance(value, Literal) and not value.value.isprintable() and bool(_FORBIDDEN.search(value.value))
    )


def _mended(value: Term) -> Term:
    if not isinstance(value, Literal):
        return value
    if value.language:
        return Literal(_legal(value.value), language=value.language)
    return Literal(_legal(value.value), datatype=value.datatype)


def _legal(text: str) -> str:
    return _FORBIDDEN.sub(lambda sign: _MEANT.get(sign[0], ""), text)


def _passage(text: str) -> str:
    """The text around the first of them."""
    first = _FORBIDDEN.search(text)
    place = first.start() if first else 0
    return text[max(place - _AROUND, 0) : place + _AROUND]
