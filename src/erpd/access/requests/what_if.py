"""What would change for open requests if another regime applied to them from the day of their receipt."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from erpd.access.can_i_get_it.by_body import iri_of
from erpd.access.law import Law, Regime
from erpd.access.models import Part
from erpd.access.requests.due import acts_of_part, counted, law_of, place_of, today_of
from erpd.access.requests.states import OPEN


@dataclass(frozen=True, slots=True)
class Would:
    """A part to which the regime would apply."""

    part: Part
    now: date | None
    """When its decision is due; None: there is no limit, or its clock stands still."""
    then: date | None
    """When it would be due."""
    late: bool
    """Whether it would be late today."""


def under(book: Law, regime: Regime, parts: Iterable[Part]) -> Iterator[Would]:
    """Return the parts to which a regime would apply, pending or not, and when they would be due by it.

    The regimes that it replaces no longer count; others do, and whichever ends first.
    """
    for part in parts:
        if part.received is None or acts_of_part(part).isdisjoint(regime.acts):
            continue
        body = part.body
        received = place_of(body).day_of(part.received)
        country = body.country or settings.NODE.country
        others = [each for each in law_of(part) if each.regime.id not in {regime.id, *regime.replaces}]
        then = counted(part, [*others, book.applied(regime, received, country, iri_of(body))]).due
        yield Would(part, part.due, then, bool(then and then < today_of(part)))


def open_parts() -> Iterator[Part]:
    """All open parts, one after the other."""
    rows = Part.objects.filter(state__in=OPEN).select_related("body", "request").order_by("pk")
    return rows.iterator(chunk_size=500)


def counts(book: Law, regime: Regime) -> dict[str, int]:
    """How many open requests there are, to how many the regime would apply, and what it would change."""
    parts = list(open_parts())
    found = list(under(book, regime, parts))
    both = [(each.now or date.max, each.then or date.max) for each in found]
    return {
        "open": len(parts),
        "applies": len(found),
        "earlier": sum(then < now for now, then in both),
        "later": sum(then > now for now, then in both),
        "late": sum(each.late for each in found),
    }
