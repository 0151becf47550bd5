"""Dates become typed ISO 8601 (G6.1, row 12), if they can only mean one day."""

import re

from pyoxigraph import Literal

from erpd.metadata.graph import Term
from erpd.metadata.iso8601 import DATE_TYPES, date_type
from erpd.metadata.mending.mender import Mender
from erpd.metadata.parts import Part
from erpd.metadata.profile import Property
from erpd.metadata.rules import Repair

_TIME = r"(?:[T ]\s*(?P<time>\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?)\s*(?P<zone>Z|UTC|[+-]\d\d:?\d\d)?)?"
_FORMS = [
    re.compile(form + _TIME, re.ASCII | re.IGNORECASE)
    for form in (
        r"(?P<year>\d{4})(?P<sign>[-/.])(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2})",
        r"(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)",
        r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})",
    )
]
# The first number may be the day or the month: it is only certain if one of the two is above 12.
_EITHER = re.compile(
    r"(?P<first>\d{1,2})(?P<sign>[-/])(?P<second>\d{1,2})(?P=sign)(?P<year>\d{4})" + _TIME, re.ASCII
)
_LONGEST = 40


def _date(value: Term, wanted: Property, part: Part) -> Term | None:
    if not isinstance(value, Literal):
        return None
    text = value.value
    kind = date_type(text)
    if kind is None:
        text = iso_of(text)
        kind = date_type(text)
    if kind is None or kind not in wanted.datatypes or (kind == value.datatype and text == value.value):
        return None
    return Literal(text, datatype=kind)


def iso_of(text: str) -> str:
    """Return a date in ISO 8601; "" if it is none, or may mean two days.

    >>> iso_of("31/05/2024"), iso_of("03/04/2024")
    ('2024-05-31', '')
    """
    text = text.strip()
    if len(text) > _LONGEST:
        return ""
    if date_type(text):
        return text
    for form in _FORMS:
        match = form.fullmatch(text)
        if match:
            return _written(match, match["month"], match["day"])
    match = _EITHER.fullmatch(text)
    if match:
        first, second = match["first"], match["second"]
        if int(first) > 12 or first == second:
            return _written(match, second, first)
        if int(second) > 12:
            return _written(match, first, second)
    return ""


def days_of(text: str) -> tuple[str, ...]:
    """Return the days that a date may mean, in ISO 8601: its day first, then its month first."""
    match = _EITHER.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if match is None:
        return ()
    both = (match["second"], match["first"]), (match["first"], match["second"])
    return tuple(dict.fromkeys(day for month, date in both if date_type(day := _written(match, month, date))))


def _written(match: re.Match[str], month: str, day: str) -> str:
    date = f"{match['year']}-{month:0>2}-{day:0>2}"
    time = match["time"]
    if not time:
        return date
    hour, _, rest = time.partition(":")
    zone = (match["zone"] or "").upper().replace("UTC", "Z")
    if len(zone) == 5:
        zone = f"{zone[:3]}:{zone[3:]}"
    return f"{date}T{hour:0>2}:{rest if ':' in rest else rest + ':00'}{zone}"


DATES = Mender(Repair.DATE, True, lambda wanted: not DATE_TYPES.isdisjoint(wanted.datatypes), _date)
