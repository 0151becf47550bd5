"""Quarters and years, by which the register of decisions tells time. Pure."""

import re
from datetime import date
from typing import NamedTuple


class Period(NamedTuple):
    """Days from ``since`` on, before ``until``."""

    since: date
    until: date


class Quarter(NamedTuple):
    """Three months of a year; 1 is from January to March."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"

    @property
    def period(self) -> Period:
        """Its days."""
        after = (self.year + 1, 1) if self.number == _LAST else (self.year, self.number + 1)
        return Period(_first(*self), _first(*after))


def quarter_of(day: date) -> Quarter:
    """The quarter of a day."""
    return Quarter(day.year, (day.month - 1) // 3 + 1)


def read_quarter(said: str) -> Quarter | None:
    """``2026-Q3`` as a quarter; None if it is none."""
    match = re.fullmatch(r"([1-9][0-9]{3})-Q([1-4])", said, re.ASCII)
    return Quarter(int(match[1]), int(match[2])) if match and int(match[1]) < date.max.year else None


def year(number: int) -> Period:
    """The days of a year."""
    return Period(date(number, 1, 1), date(number + 1, 1, 1))


def last_12_months(today: date) -> Period:
    """The four whole quarters before that of ``today``."""
    until = quarter_of(today).period.since
    return Period(until.replace(year=until.year - 1), until)


_LAST = 4


def _first(of_year: int, number: int) -> date:
    return date(of_year, 3 * number - 2, 1)
