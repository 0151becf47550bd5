"""What the ends of many requests come to: how many were granted, and how long it took. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

from erpd.access.decisions.suppression import LEAST

GRANTED, PARTLY, REFUSED = "granted", "partly", "refused"
WITHDRAWN, LAPSED = "withdrawn", "lapsed"  # the requester took it back, or never answered
OUTCOMES = (GRANTED, PARTLY, REFUSED, WITHDRAWN, LAPSED)


class End(NamedTuple):
    """How a request ended."""

    outcome: str
    days: int | None
    """From receipt to decision."""
    late: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """Of at least ``LEAST`` decisions. Requests that ended without one are counted apart."""

    decided: int
    granted: int
    """In whole or in part."""
    refused: int
    withdrawn: int | None
    """Or never answered by the requester. None if it is not said."""
    late: int
    median_days: int | None
    """Half of the decisions took no longer. None if no line says how long it took."""
    most_days: int | None
    """Nine of ten decisions took no longer (90th percentile)."""

    @property
    def percent_granted(self) -> int:
        """Of those that were decided."""
        return round(100 * self.granted / self.decided)


def figures(ends: Iterable[End]) -> Figures | None:
    """The figures of some requests; None if too few of them were decided."""
    found = list(ends)
    decided = [end for end in found if end.outcome in (GRANTED, PARTLY, REFUSED)]
    if len(decided) < LEAST:
        return None
    days = sorted(end.days for end in decided if end.days is not None)
    refused = sum(end.outcome == REFUSED for end in decided)
    return Figures(
        decided=len(decided),
        granted=len(decided) - refused,
        refused=refused,
        withdrawn=sum(end.outcome in (WITHDRAWN, LAPSED) for end in found),
        late=sum(end.late for end in decided),
        median_days=round(median(days)) if days else None,
        most_days=_percentile(days, 90) if days else None,
    )


def _percentile(ordered: Sequence[int], percent: int) -> int:
    """By the nearest rank: always the days of a decision that there was."""
    return ordered[-(-len(ordered) * percent // 100) - 1]
