"""When a source may be harvested, and when it is due (G3.4.1; rows 13 and 14 of the checklist in G6.1)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated

from erpd.metadata.declared import expected

WEEKLY = 7  # G3.4.1
GRACE = timedelta(days=2)  # until a source that is due is overdue: it may be closed for a night

# Each says which sources may not be harvested now, by their keys, for reasons of a floor above, which adds it
# in its AppConfig.ready.
BARS: list[Callable[[], set[int]]] = []


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a source may be harvested. Times are UTC."""

    every: Annotated[int, expected("a number of days from 1 to 366", "every = 7", ge=1, le=366)] = WEEKLY
    """Days between two runs."""
    full: Annotated[int, expected("a number of runs from 1 to 366", "full = 4", ge=1, le=366)] = 1
    """Every how many runs everything is read; the others read only what has changed (OAI-PMH)."""
    begin: Annotated[time, expected("a time without quotes", "begin = 20:00:00")] = time(20)
    """Start of the hours in which the source may be harvested; the same as ``end`` for the whole day."""
    end: Annotated[time, expected("a time without quotes", "end = 06:00:00")] = time(6)
    """End of these hours."""
    not_on: Annotated[
        tuple[date, ...], expected("a list of dates without quotes", "not_on = [2026-12-24]")
    ] = ()
    """Days of maintenance."""
    pause: Annotated[float, expected("a number of seconds from 0 to 60", "pause = 0.5", ge=0, le=60)] = 0.0
    """Seconds between two requests."""

    def allows(self, now: datetime) -> bool:
        """Whether the source may be harvested at this time."""
        if now.date() in self.not_on:
            return False
        if self.begin < self.end:
            return self.begin <= now.time() < self.end
        return now.time() >= self.begin or now.time() < self.end

    def due(self, last: datetime | None, now: datetime, *, failed: bool = False) -> bool:
        """Whether a source last harvested at ``last`` is due; after a failure, it is due the next night.

        A night counts as a whole: a run that began late one night may be followed by one early in another.
        """
        return self.allows(now) and (last is None or now >= self.earliest(last, failed=failed))

    def earliest(self, last: datetime, *, failed: bool = False) -> datetime:
        """From when a source last harvested at ``last`` is due, at the hours that are allowed."""
        return last + timedelta(days=1 if failed else self.every) - self._slack()

    def _slack(self) -> timedelta:
        """Half a day, so that no run slips by a night; less if the source is closed for less than that."""
        closed = (_since_midnight(self.begin) - _since_midnight(self.end)) % timedelta(days=1)
        return min(timedelta(hours=12), closed)


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)
