"""Numbers get the type that the profile demands; sizes are in bytes (G4.2: "approximated (as a decimal)").

Text that may mean two numbers stays as received: "1.234" is a thousand in most of Europe, and one and a bit
elsewhere; "1.5" bytes have lost their unit.
"""

import re
from decimal import Decimal

from pyoxigraph import Literal, NamedNode

from erpd.metadata.graph import Term
from erpd.metadata.mending.mender import Mender
from erpd.metadata.parts import Part
from erpd.metadata.profile import Property
from erpd.metadata.rules import Repair
from erpd.metadata.terms import DCAT, RDF, XSD, expand

_BYTE_SIZE, _DECIMAL, _INTEGER = DCAT.byteSize, XSD.decimal, XSD.nonNegativeInteger
_TEXT_TYPES = frozenset({XSD.string, RDF.langString})
_NUMERIC = frozenset(
    expand(f"xsd:{name}")
    for name in (
        *(
            "decimal",
            "integer",
            "nonNegativeInteger",
            "positiveInteger",
            "double",
            "float",
            "long",
            "int",
            "short",
            "byte",
        ),
        *("unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
    )
)
_WITH_POINT = frozenset({XSD.double, XSD.float, _DECIMAL})
DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_FLOAT = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]{1,2}")
_EITHER = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")
_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")
_WHOLE = re.compile(r"\+?([0-9]+)(?:\.0*)?")
_FRACTION = re.compile(r".*\.[0-9]*[1-9]")
# 1.234.567 and 1 234 cannot be one and a bit.
_GROUPED = re.compile(
    r"[1-9][0-9]{0,2}(?:([.,])[0-9]{3}(?:\1[0-9]{3})+|(?:([ \u00a0\u202f'’])[0-9]{3})(?:\2[0-9]{3})*)"
)
_SIZE = re.compile(r"([0-9][0-9., \u00a0\u202f'’]*+)([A-Za-z]{1,6})")
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
    kind = wanted.datatypes[0]
    if not isinstance(value, Literal) or value.datatype == kind:
        return None
    text = value.value
    if len(text) > _LONGEST:
        return None
    sized = wanted.iri == _BYTE_SIZE
    number = ""
    if value.datatype in _TEXT_TYPES:
        number = number_of(text, sized=sized)
    elif value.datatype in _NUMERIC:
        is_valid = value.datatype in _WITH_POINT or "." not in text
        number = _typed(text.strip()) if is_valid else number_of(text, sized=sized)
    return _literal(number, kind)


def retyped(value: Literal, kind: NamedNode) -> Literal:
    """Return the same number as a decimal or a nonNegativeInteger; any other value as it is.

    >>> retyped(Literal("18006.0", datatype=XSD.decimal), XSD.nonNegativeInteger).value
    '18006'
    """
    if value.datatype == kind or value.datatype not in _NUMERIC or len(value.value) > _LONGEST:
        return value
    return _literal(_typed(value.value.strip()), kind) or value


def _literal(number: str, kind: NamedNode) -> Literal | None:
    if kind == _INTEGER:
        match = _WHOLE.fullmatch(number)
        number = match[1] if match else ""
    return Literal(number, datatype=kind) if number else None


def _typed(text: str) -> str:
    """In a number of another type, a point is a decimal point (XML Schema 2)."""
    if DECIMAL.fullmatch(text):
        return text
    return _plain(Decimal(text)) if _FLOAT.fullmatch(text) else ""


def number_of(text: str, *, sized: bool = False) -> str:
    """Return a number as digits with a point; "" if it is none, or may mean two. ``sized``: it is of bytes.

    >>> number_of("1 234 567"), number_of("1.234"), number_of("1,5 GB", sized=True)
    ('1234567', '', '1500000000')
    """
    text = text.strip()
    if len(text) > _LONGEST or _EITHER.fullmatch(text):
        return ""
    if _GROUPED.fullmatch(text):
        return re.sub(r"[^0-9]", "", text)
    match = _SIZE.fullmatch(text) if sized else None
    if match:
        # "12 b" and "5 Mb" may be bits; 1,234 MB a thousand, or one and a bit.
        factor = None if match[2].endswith("b") else _UNITS.get(match[2].lower())
        amount = number_of(match[1]) if factor else ""
        number = _plain(Decimal(amount) * factor) if amount and factor else ""
        return "" if _FRACTION.match(number) else number
    number = _typed(text.replace(",", ".") if _COMMA.fullmatch(text) else text)
    return "" if sized and _FRACTION.match(number) else number


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


NUMBERS = Mender(
    Repair.NUMBER, True, lambda wanted: not {_DECIMAL, _INTEGER}.isdisjoint(wanted.datatypes), _number
)
