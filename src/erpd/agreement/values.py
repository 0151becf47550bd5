"""Values that can be written in several ways: a store of RDF keeps the value, not how it was written."""

import re
from collections.abc import Callable
from decimal import Decimal

from pyoxigraph import Literal, NamedNode, Quad

from erpd.metadata.terms import XSD


def _decimal(text: str) -> str:
    return f"{Decimal(text).normalize():f}" if len(text) < _LONGEST else text


def _integer(text: str) -> str:
    return str(int(text)) if len(text) < _LONGEST else text


def _moment(text: str) -> str:
    text = re.sub(r"[+-]00:00$", "Z", text)
    return re.sub(r"(\.\d*?)0+(?=\D|$)", r"\1", text).replace(".Z", "Z").removesuffix(".")


_LONGEST = 60  # digits
_WRITTEN: dict[NamedNode, Callable[[str], str]] = {
    XSD.decimal: _decimal,
    XSD.double: lambda text: repr(float(text)),
    XSD.float: lambda text: repr(float(text)),
    XSD.boolean: lambda text: {"1": "true", "0": "false"}.get(text, text),
    XSD.dateTime: _moment,
    XSD.time: _moment,
    **{
        getattr(XSD, name): _integer
        for name in ("integer", "nonNegativeInteger", "positiveInteger", "int", "long", "short", "byte")
    },
}


def by_value(triple: Quad) -> Quad:
    """A triple with its number, truth value or time written in one way; an invalid one stays as it is."""
    value = triple.object
    if not isinstance(value, Literal) or (write := _WRITTEN.get(value.datatype)) is None:
        return triple
    try:
        text = write(value.value.strip())
    except (ValueError, ArithmeticError):  # it is none
        return triple
    return Quad(triple.subject, triple.predicate, Literal(text, datatype=value.datatype))
