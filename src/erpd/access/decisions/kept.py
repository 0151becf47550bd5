"""Figures of a period: of everything, of each body, of each data set. Pages ask for them all the time."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from erpd.access.decisions.figures import End, Figures, figures
from erpd.access.decisions.periods import Period, last_12_months
from erpd.access.models import Line
from erpd.harvest.models import DecisionsRead, PointFigures
from erpd.register.models import DataSet
from erpd.register.prepared import Prepared

MOST_QUICKEST = 10_000  # as far as a search shows
_MOST = 50  # periods


class Kept(NamedTuple):
    """The figures of one period. What has too few decisions is not here."""

    whole: Figures | None
    bodies: Mapping[int, Figures]
    data_sets: Mapping[str, Figures]
    """By their IRIs. A request for several counts for each."""


class Lately(NamedTuple):
    """Figures of the last 12 months."""

    period: Period
    figures: Figures
    said_at: str = ""
    """The address of the register that says so; "" if it is this node's."""


def of_data_set(data_set: DataSet) -> Lately | None:
    """How requests for a data set ended in the last 12 months. One quick query.

    On the European node: as it knows itself, else as the national point says. One more.
    """
    period = last_12_months(timezone.localdate())
    found = of_period(period).data_sets.get(data_set.iri)
    if found:
        return Lately(period, found)
    return _as_the_point_says(data_set) if settings.NODE.role == "european" else None


def quickest() -> list[UUID]:
    """The data sets of which a national point says how long decisions take, the shortest time first."""
    now = state()
    if not now:
        return []
    if not _quickest or _quickest[0][0] != now:
        known = PointFigures.objects.filter(median_days__isnull=False).order_by("median_days", "pk")
        _quickest[:] = [(now, [*known.values_list("pk", flat=True)[:MOST_QUICKEST]])]
    return _quickest[0][1]


def state() -> list[Any]:
    """Equal for two moments at which the national points are known to say the same; [] if none does."""
    return [*_all_read.raw()] if settings.NODE.role == "european" else []


def _as_the_point_says(data_set: DataSet) -> Lately | None:
    for row in _of_point(data_set.pk):
        since, until, decided, granted, refused, late, median_days, most_days, address = row
        of = Figures(decided, granted, refused, None, late, median_days, most_days)
        return Lately(Period(since, until), of, address)
    return None


def of_body(body: int) -> Lately | None:
    """How requests to a body ended in the last 12 months."""
    period = last_12_months(timezone.localdate())
    found = of_period(period).bodies.get(body)
    return Lately(period, found) if found else None


def of_period(period: Period) -> Kept:
    """All figures of a period: read again when there is a newer line, and after an hour."""
    newest = _newest.raw(period.since, period.until)
    if not newest:
        return _NOTHING
    now = timezone.now()
    stamp = newest, now.date(), now.hour
    known = _kept.get(period)
    if known is None or known[0] != stamp:
        if len(_kept) >= _MOST:
            _kept.clear()
        known = _kept[period] = stamp, _read(period)
    return known[1]


def _read(period: Period) -> Kept:
    whole = list[End]()
    bodies, data_sets = defaultdict[int, list[End]](list), defaultdict[str, list[End]](list)
    found = Line.objects.filter(ended__gte=period.since, ended__lt=period.until).order_by()
    for body, named, outcome, days, late in found.values_list("body", "data_sets", "outcome", "days", "late"):
        ended = End(outcome, days, late)
        whole.append(ended)
        bodies[body].append(ended)
        for iri in set(named):
            data_sets[iri].append(ended)
    return Kept(
        figures(whole),
        {body: of for body, ends in bodies.items() if (of := figures(ends))},
        {iri: of for iri, ends in data_sets.items() if (of := figures(ends))},
    )


def _newest_of(since: date, until: date) -> object:
    found = Line.objects.filter(ended__gte=since).filter(ended__lt=until).order_by("-ended", "-pk")
    return found.values_list("pk", "body", "data_sets", "received", "ended", "days", "outcome")[:1]


def _figures_of(key: UUID) -> object:
    said = PointFigures.objects.filter(data_set=key)
    figures = ("decided", "granted", "refused", "late", "median_days", "most_days")
    return said.values_list("since", "until", *figures, "read__address")


_all_read = Prepared(lambda: DecisionsRead.objects.order_by("pk").values_list("pk", "at"))
_of_point = Prepared(_figures_of)  # type: ignore[arg-type]
_newest = Prepared(_newest_of)  # type: ignore[arg-type]
_quickest = list[tuple[object, list[UUID]]]()
_NOTHING = Kept(None, {}, {})
_kept: dict[Period, tuple[object, Kept]] = {}
