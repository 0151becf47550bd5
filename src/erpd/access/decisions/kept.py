"""Figures of a period: of everything, of each body, of each data set. Pages ask for them all the time."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from django.utils import timezone

from erpd.access.decisions.figures import End, Figures, figures
from erpd.access.decisions.periods import Period, last_12_months
from erpd.access.models import Line
from erpd.register.prepared import Prepared

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


def of_data_set(iri: str) -> Lately | None:
    """How requests for a data set ended in the last 12 months. One quick query."""
    period = last_12_months(timezone.localdate())
    found = of_period(period).data_sets.get(iri)
    return Lately(period, found) if found else None


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


_newest = Prepared(_newest_of)  # type: ignore[arg-type]
_NOTHING = Kept(None, {}, {})
_kept: dict[Period, tuple[object, Kept]] = {}
