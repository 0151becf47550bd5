"""Numbers typed as the profile wants them, sizes in bytes (G4.2: "approximated (as a decimal)")."""

import re
from decimal import Decimal

from pyoxigraph import Literal

from erpd.metadata.graph import Term
from erpd.metadata.mending.mender import Mender
from erpd.metadata.parts import Part
from erpd.metadata.profile import Property
from erpd.metadata.terms import DCAT, XSD

_BYTE_SIZE, _DECIMAL = DCAT.byteSize, XSD.decimal
DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_FLOAT = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]{1,2}")
# 1.234 may be one and a bit; 1.234.567 and 1 234 may not.
_GROUPED = re.compile(r"[0-9]{1,3}(?:([.,])[0-9]{3}(?:\1[0-9]{3})+|(?:[ \u00a0\u202f'’][0-9]{3})+)")
# 1,234 MB may be a thousand or one and a bit.
_SIZE = re.compile(r"([0-9]+|[0-9]+[.,](?:[0-9]{1,2}|[0-9]{4,9}))\s*([A-Za-z]{1,6})")
_LONGEST = 40
_UNITS = {
    **dict.fromkeys(("b", "byte", "bytes", "octet", "octets", "o"), 1),
    **{
        unit: factor**power
        for power, letter in enumerate("kmgtp", 1)
        for factor, unit in (
            (1000, f"{letter}b"),
            (1000, f"{letter}o"),
            (1024, f"{letter}ib"),
            (1024, f"{letter}io"),
        )
    },
}


def _number(value: Term, wanted: Property, part: Part) -> Term | None:
    if not isinstance(value, Literal):
        return None
    text = value.value
    if DECIMAL.fullmatch(text):
        return None if value.datatype == _DECIMAL else Literal(text, datatype=_DECIMAL)
    number = _read(text.strip(), sized=wanted.iri == _BYTE_SIZE) if len(text) <= _LONGEST else ""
    return Literal(number, datatype=_DECIMAL) if number else None


def _read(text: str, *, sized: bool) -> str:
    if DECIMAL.fullmatch(text):
        return text
    if _FLOAT.fullmatch(text):
        return _plain(Decimal(text))
    if _GROUPED.fullmatch(text):
        return re.sub(r"[^0-9]", "", text)
    match = _SIZE.fullmatch(text) if sized else None
    factor = _UNITS.get(match[2].lower()) if match else None
    return _plain(Decimal(match[1].replace(",", ".")) * factor) if match and factor else ""


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


NUMBERS = Mender("number", True, lambda wanted: _DECIMAL in wanted.datatypes, _number)
