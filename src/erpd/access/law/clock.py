"""When a limit of time ends, by Regulation (EEC, Euratom) No 1182/71, Article 3."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from erpd.access.law.places import Place
from erpd.access.law.regime import Cause, Extension, Limit

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in which a request waits for the requester. The regime says if that stops the clock.

    As with receipt, the day of the event is not counted: the day on which the body returns a request still
    counts, that on which it comes back does not.
    """

    why: Cause
    since: date
    until: date | None = None
    """None as long as it lasts."""

    def covers(self, day: date) -> bool:
        return self.since < day and (self.until is None or day <= self.until)


def last_day(
    start: date,
    limit: Limit,
    place: Place,
    *,
    extension: Extension | None = None,
    pauses: Sequence[Pause] = (),
) -> date | None:
    """Return the last day of a period; None if a pause that still lasts stops it before.

    ``start`` is the day of the event, such as receipt, which is not counted (Art. 3(1)). A period in months
    ends on the same date, or on the last day of the month (3(2)(c)). An extension makes the period longer,
    so only the end of the whole moves: to the next working day (3(4)). A period of two days or more has two
    working days at least (3(5)). All days of ``pauses`` are left out; one that begins later changes
    nothing.

    Raises ``PlaceUnknown``.
    """
    place.is_working(start)  # a day of which we know nothing is refused before we count from it
    day: date | None = start
    for length in (limit, extension):
        if length and length.amount:
            day = _onwards(day, length, place, pauses) if day else None
    while day and not place.is_working(day):
        day = _next(day, pauses)
    if day and (limit.amount > 1 or limit.unit == "months"):
        second = _second_working_day(start, place, pauses)
        day = max(day, second) if second else None
    return day


def _onwards(start: date, length: Limit | Extension, place: Place, pauses: Sequence[Pause]) -> date | None:
    """The day so much later."""
    working = length.unit == "working-days"
    left = length.amount if length.unit != "months" else (_months_later(start, length.amount) - start).days
    day: date | None = start
    while left and (day := _next(day, pauses)):
        left -= not working or place.is_working(day)
    return day


def _second_working_day(start: date, place: Place, pauses: Sequence[Pause]) -> date | None:
    day, left = _next(start, pauses), 2
    while day:
        left -= place.is_working(day)
        if not left:
            return day
        day = _next(day, pauses)
    return None


def _next(day: date | None, pauses: Sequence[Pause]) -> date | None:
    """The next day that counts; None if a pause still lasts."""
    while day:
        day += _DAY
        over = [pause for pause in pauses if pause.covers(day)]
        if not over:
            return day
        ends = [pause.until for pause in over]
        day = None if None in ends else max(end for end in ends if end)
    return None


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
