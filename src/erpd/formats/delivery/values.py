"""Values of JSON <-> terms: links, texts, dates, numbers. One ``Kind`` each, with what it refuses."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import cache, partial
from typing import Any, TypeAlias

import msgspec
from pyoxigraph import Literal, NamedNode

from erpd.formats.delivery.faults import Code
from erpd.formats.draft import dated
from erpd.formats.geometry import geometry
from erpd.metadata.graph import Term
from erpd.metadata.iri import is_iri, runs
from erpd.metadata.iso8601 import date_type
from erpd.metadata.terms import AUTHORITY, XSD
from erpd.metadata.vocabularies import code_in, vocabulary

Json: TypeAlias = Any
_MOST_DIGITS = 40
_MOST_DAYS = 99_999
_MOST_COUNTED = 10**15
_FLAGS = {"true": True, "1": True, "false": False, "0": False}  # XML Schema 2, 3.3.2
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_DURATION = re.compile(
    r"-?P(?=.)(?:\d{1,9}Y)?(?:\d{1,9}M)?(?:\d{1,9}W)?(?:\d{1,9}D)?"
    r"(?:T(?=.)(?:\d{1,9}H)?(?:\d{1,9}M)?(?:\d{1,9}(?:\.\d{1,9})?S)?)?"
)
_ACCESS_RIGHT = re.compile(rf"https?{re.escape(AUTHORITY[4:])}access-right/(PUBLIC|NON_PUBLIC|RESTRICTED)")
_THEME = re.compile(rf"https?{re.escape(AUTHORITY[4:])}data-theme/")
_REST_OF_A_DATE = {4: "-01-01", 7: "-01"}


class Wrong(ValueError):
    """Raised by ``Kind.read``: why a value is refused."""

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code = code


class Text(msgspec.Struct, forbid_unknown_fields=True, rename={"language": "lang"}):
    """A text in a language. The national API has texts without one only."""

    value: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """How one value is read and written."""

    json: Any
    """Its type in JSON, for msgspec."""
    read: Callable[[Json], Term]
    """Raises Wrong."""
    write: Callable[[Term], Json]
    """None where JSON cannot say it: the stored record keeps it."""
    table: str = ""
    """The authority table, or the list of ours, that its links are from; "" if none."""


def _link(value: str, example: str = "https://…") -> NamedNode:
    """``example``: how such a link is written."""
    if runs(value):
        raise Wrong(Code.INVALID_URI, f"“{_cut(value)}” is not a link. Write an address: {example}.")
    if not is_iri(value):
        raise Wrong(
            Code.INVALID_URI, f"“{_cut(value)}” is not a URI (RFC 3986). Write it in full: {example}."
        )
    return NamedNode(value)


def _linked(term: Term) -> Json:
    return term.value if isinstance(term, NamedNode) else None


def link_like(example: str, table: str = "") -> Kind:
    """Return the kind of links that are written like ``example``, perhaps from an authority table."""
    return Kind(str, partial(_link, example=example), _linked, table)


def _access_right(value: str) -> NamedNode:
    if not _ACCESS_RIGHT.fullmatch(value):
        raise Wrong(
            Code.INVALID_PATTERN,
            f"“{_cut(value)}” is not an access right (G4.1). Use PUBLIC, NON_PUBLIC or RESTRICTED from "
            f"{AUTHORITY}access-right.",
        )
    return NamedNode(value)


def _theme(value: str) -> NamedNode:
    if _THEME.match(value) and not code_in("data-theme", value):
        raise Wrong(
            Code.INVALID_PATTERN,
            f"“{_cut(value)}” is not a theme of the authority table. Choose one from "
            f"{AUTHORITY}data-theme, such as …/ENVI.",
        )
    return _link(value, f"{AUTHORITY}data-theme/ENVI")


@cache
def concept(name: str, *, closed: bool = False) -> Kind:
    """Return the kind of the concepts of a list of ours (metadata/vocabularies/lists).

    Unless the list is ``closed``, IRIs of other lists are read as well; the checks point them out.
    """
    return Kind(str, partial(_concept, name, closed), _linked, name)


def _concept(name: str, closed: bool, value: str) -> NamedNode:
    table = vocabulary(name)
    if value not in table.iris and (closed or value.startswith(table.base) or not is_iri(value)):
        raise Wrong(
            Code.INVALID_PATTERN,
            f"“{_cut(value)}” is not in the list. Write {table.base}… with one of: "
            f"{', '.join(table.concepts)}.",
        )
    return NamedNode(value)


def words(value: str | Text) -> Literal:
    """Return a text as a literal. Raises Wrong."""
    text, language = (value, None) if isinstance(value, str) else (value.value, value.language)
    if not text:
        raise Wrong(Code.INVALID_SIZE, "The text is empty. Write it, or leave the field out.")
    if _CONTROLS.search(text):
        raise Wrong(Code.INVALID_FIELD_VALUE, "The text contains control characters. Remove them.")
    try:
        return Literal(text, language=language) if language else Literal(text)
    except ValueError:
        raise Wrong(
            Code.INVALID_FIELD_VALUE,
            f"“{_cut(language or '')}” is not a language tag (BCP 47). Write it as nl or en-GB.",
        ) from None


def worded(term: Term) -> Json:
    """Return what JSON says of a text; None if it is none."""
    if not isinstance(term, Literal) or term.datatype not in _TEXTS or _CONTROLS.search(term.value):
        return None
    if not term.value:
        return None
    return {"value": term.value, "lang": term.language} if term.language else term.value


def _moment(value: str) -> Literal:
    """A date, or a time with its zone: one without is refused, as the national API does."""
    moment = _at(value) if date_type(value) in (XSD.date, XSD.dateTime) else None
    if moment is None or (date_type(value) == XSD.dateTime and moment.tzinfo is None):
        raise Wrong(
            Code.INVALID_DATE,
            f"“{_cut(value)}” is not an ISO 8601 date, or a time with its zone (G6.1). "
            "Write it as 2026-01-22 or 2026-01-22T10:30:00Z.",
        )
    return dated(value)


def utc(term: Term) -> Json:
    """A moment as the national API returns it: in UTC, a date as its midnight."""
    moment = _at(term.value) if isinstance(term, Literal) else None
    if moment is None:
        return None
    try:
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:
        return None
    return moment.isoformat().replace("+00:00", "Z")


def _at(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text + _REST_OF_A_DATE.get(len(text), ""))
    except ValueError:
        return None


def _day(value: str) -> Literal:
    if date_type(value) is None:
        raise Wrong(
            Code.INVALID_DATE, f"“{_cut(value)}” is not an ISO 8601 date (G6.1). Write it as 2026-01-22."
        )
    return dated(value)


def _dated(term: Term) -> Json:
    return term.value if isinstance(term, Literal) and date_type(term.value) else None


def _duration(value: str) -> Literal:
    if not _DURATION.fullmatch(value):
        raise Wrong(
            Code.INVALID_DURATION,
            f"“{_cut(value)}” is not an ISO 8601 duration. Write it as P1D, PT15M or P1Y2M3D.",
        )
    return Literal(value, datatype=XSD.duration)


def _lasting(term: Term) -> Json:
    return term.value if isinstance(term, Literal) and _DURATION.fullmatch(term.value) else None


def _number(value: float) -> Literal:
    # 18006.0 is 18006: JSON knows no other difference between whole numbers and fractions.
    text = str(value) if isinstance(value, int) else format(Decimal(repr(value)), "f").removesuffix(".0")
    if value < 0 or len(text) > _MOST_DIGITS:
        raise Wrong(
            Code.INVALID_NUMERIC_VALUE,
            f"{_cut(text)} cannot be a size or a distance. Write a number from 0, with at most "
            f"{_MOST_DIGITS} digits.",
        )
    return Literal(text, datatype=XSD.decimal)


def _counted(term: Term) -> Json:
    text = term.value if isinstance(term, Literal) else ""
    if not text or len(text) > _MOST_DIGITS:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite() or number < 0:
        return None
    if number == number.to_integral_value() and number.adjusted() < _MOST_DIGITS:
        return int(number)
    nearest = float(number)
    return nearest if Decimal(repr(nearest)) == number else None


def _count(value: int) -> Literal:
    if not 0 <= value <= _MOST_DAYS:
        raise Wrong(Code.INVALID_NUMERIC_VALUE, f"Write a whole number from 0 to {_MOST_DAYS:,}.")
    return Literal(str(value), datatype=XSD.decimal)


def _whole(term: Term) -> Json:
    return int(term.value) if isinstance(term, Literal) and re.fullmatch("[0-9]{1,5}", term.value) else None


def _whole_number(value: int) -> Literal:
    if not 0 <= value <= _MOST_COUNTED:
        raise Wrong(Code.INVALID_NUMERIC_VALUE, f"Write a whole number from 0 to {_MOST_COUNTED:,}.")
    return Literal(str(value), datatype=XSD.nonNegativeInteger)


def _whole_numbered(term: Term) -> Json:
    said = _counted(term)
    return said if isinstance(said, int) and said <= _MOST_COUNTED else None


def _flag(value: bool) -> Literal:
    return Literal("true" if value else "false", datatype=XSD.boolean)


def _flagged(term: Term) -> Json:
    return _FLAGS.get(term.value) if isinstance(term, Literal) else None


def _place(value: str) -> Literal:
    if not value or _CONTROLS.search(value):
        raise Wrong(
            Code.INVALID_FIELD_VALUE, "This is not a geometry. Write well-known text: POINT (4.8 52.3)."
        )
    return geometry(value)


def _placed(term: Term) -> Json:
    return term.value if isinstance(term, Literal) and term.value else None


def _only_text(value: str) -> Literal:
    return words(value)


def _only_worded(term: Term) -> Json:
    return worded(term) if isinstance(term, Literal) and not term.language else None


def _cut(value: str) -> str:
    return value if len(value) <= 80 else f"{value[:80]}…"


_TEXTS = frozenset((XSD.string, Literal("x", language="en").datatype))
LINK = Kind(str, _link, _linked)
MAILBOX = link_like("mailto:data@example.org")
TELEPHONE = link_like("tel:+31-70-123-4567")
MEDIA_TYPE = link_like("https://www.iana.org/assignments/media-types/text/csv")
ACCESS_RIGHT = Kind(
    str,
    _access_right,
    lambda term: _linked(term) if _ACCESS_RIGHT.fullmatch(term.value) else None,
    "access-right",
)
THEME = Kind(str, _theme, _linked, "data-theme")
TEXT = Kind(str | Text, words, worded)
PLAIN = Kind(str, _only_text, _only_worded)
MOMENT = Kind(str, _moment, utc)
DAY = Kind(str, _day, _dated)
DURATION = Kind(str, _duration, _lasting)
COUNT = Kind(int, _count, _whole)
WHOLE = Kind(int, _whole_number, _whole_numbered)
FLAG = Kind(bool, _flag, _flagged)
NUMBER = Kind(int | float, _number, _counted)
SIZE = Kind(int | float, _number, _counted)
"""In bytes."""
GEOMETRY = Kind(str, _place, _placed)
