"""Dates and times in ISO 8601 and XML Schema (G6.1, row 12)."""

import re
from calendar import monthrange
from functools import lru_cache

from pyoxigraph import NamedNode

from erpd.metadata.terms import XSD

_DATE, _DATE_TIME, _YEAR, _YEAR_MONTH = XSD.date, XSD.dateTime, XSD.gYear, XSD.gYearMonth
DATE_TYPES = frozenset({_DATE, _DATE_TIME, _YEAR, _YEAR_MONTH})

_TIME = r"T(?:([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?)"
_ZONE = r"(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)?"
_REMEMBERED = 32  # characters; the same days occur in many records
_MOMENT = re.compile(rf"(-?\d{{4}})(?:-(\d\d)(?:-(\d\d)({_TIME})?)?)?{_ZONE}", re.ASCII)


def date_type(text: str) -> NamedNode | None:
    """Return the datatype of a date: xsd:date, dateTime, gYear or gYearMonth. None if it is not ISO 8601.

    >>> print(date_type("2026-02-28"), date_type("28/02/2026"))
    <http://www.w3.org/2001/XMLSchema#date> None
    """
    return _remembered(text) if len(text) <= _REMEMBERED else _read(text)


def _read(text: str) -> NamedNode | None:
    match = _MOMENT.fullmatch(text)
    if not match:
        return None
    year, month, day, time = match.group(1, 2, 3, 4)
    if month is None:
        return _YEAR
    if not 1 <= int(month) <= 12:
        return None
    if day is None:
        return _YEAR_MONTH
    if not "01" <= day <= "28" and not 29 <= int(day) <= monthrange(abs(int(year)) or 4, int(month))[1]:
        return None
    return _DATE_TIME if time else _DATE


_remembered = lru_cache(maxsize=8192)(_read)
