"""The lines of the register as everybody may read them, on the page and in each file.

Of the day on which a request ended they say the quarter, of when it was received nothing, and who asked only
if that leads to nobody (``suppression``). Their order follows from what they say.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import count
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from erpd.access.decisions.periods import Period, Quarter, quarter_of, year
from erpd.access.decisions.suppression import sayable
from erpd.access.models import Line

AT_ONCE = 500  # lines
_COLUMNS = ("body_id", "body__slug", "body__title", "data_sets", "titles", "category", "ended", "days")
_MORE = ("outcome", "grounds", "late", "summary")
_ONE_DAY = timedelta(days=1)
_ORDER = ("body__slug", "data_sets", "outcome", "days", "late", "grounds", "summary")


class Asked(NamedTuple):
    """Which lines somebody asks for; what is None does not matter."""

    body: str | None = None
    year: int | None = None
    outcome: str | None = None


class After(NamedTuple):
    """Behind which line a page begins: the lines of its quarter are counted in their order."""

    quarter: Quarter
    number: int


@dataclass(frozen=True, slots=True)
class Published:
    """A line of the register."""

    body: str
    """The short name of the body."""
    name: Mapping[str, str]
    data_sets: tuple[str, ...]
    titles: tuple[Mapping[str, str], ...]
    category: str
    """Who asked; "" if that is not said."""
    quarter: Quarter
    days: int | None
    outcome: str
    grounds: tuple[str, ...]
    late: bool
    summary: str


def lines(
    asked: Asked, after: After | None = None, at_once: int = AT_ONCE
) -> Iterator[tuple[After, Published]]:
    """The lines, those that ended last first, each with its place. ``at_once``: how many a query brings."""
    found = _of(asked)
    begin = found if after is None else found.filter(ended__lt=after.quarter.period.until)
    said = cache(_sayable)  # once for each year
    while last := begin.order_by("-ended").values_list("ended", flat=True).first():
        quarter = quarter_of(last)
        skipped = after.number if after and after.quarter == quarter else 0
        rows = _within(found, quarter.period).order_by(*_ORDER).values_list(*_COLUMNS, *_MORE)
        for start in count(skipped, at_once):
            some = list(rows[start : start + at_once])
            for number, row in enumerate(some, start + 1):
                yield After(quarter, number), _published(row, said(last.year))
            if len(some) < at_once:
                break
        begin = found.filter(ended__lt=quarter.period.since)


def _of(asked: Asked) -> QuerySet[Line, Line]:
    found = Line.objects.filter(ended__isnull=False)
    if asked.body is not None:
        found = found.filter(body__slug=asked.body)
    if asked.outcome is not None:
        found = found.filter(outcome=asked.outcome)
    return found if asked.year is None else _within(found, year(asked.year))


def _within(found: QuerySet[Line, Line], period: Period) -> QuerySet[Line, Line]:
    return found.filter(ended__gte=period.since, ended__lt=period.until)


Sayable = Mapping[tuple[int, tuple[str, ...]], frozenset[str]]


def _sayable(of_year: int) -> Sayable:
    """Body and data sets -> the kinds of requesters that may be said. None before the year is over.

    Otherwise they would be said one by one: whoever reads the register each day would see who was last.
    """
    if of_year >= (timezone.localdate() - _ONE_DAY).year:  # it ends later in the west
        return {}
    counts: dict[tuple[int, tuple[str, ...]], dict[str, int]] = {}
    of_the_year = Q(ended__gte=date(of_year, 1, 1), ended__lt=date(of_year + 1, 1, 1))
    grouped = Line.objects.filter(of_the_year).order_by().values_list("body_id", "data_sets", "category")
    for body, data_sets, category, number in grouped.annotate(number=Count("pk")):
        counts.setdefault((body, tuple(data_sets)), {})[category] = number
    return {alike: sayable(by_kind) for alike, by_kind in counts.items()}


def _published(row: tuple[Any, ...], said: Sayable) -> Published:
    body, slug, name, data_sets, titles, category, ended, days, outcome, grounds, late, summary = row
    may_be_said = category in said.get((body, tuple(data_sets)), ())
    return Published(
        body=slug,
        name=name,
        data_sets=tuple(data_sets),
        titles=tuple(titles),
        category=category if may_be_said else "",
        quarter=quarter_of(ended),
        days=days,
        outcome=outcome,
        grounds=tuple(grounds),
        late=late,
        summary=summary,
    )
