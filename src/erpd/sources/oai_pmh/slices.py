"""The dates by which we ask for a list, slice after slice (OAI-PMH 2.0, 2.7.1)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import inf

from erpd.formats.reading import Reading
from erpd.sources.errors import Reason, SourceError
from erpd.sources.oai_pmh.answer import Identity
from erpd.sources.oai_pmh.walk import OaiWalk

_STEPS = {"YYYY-MM-DD": 86_400, "YYYY-MM-DDTHH:MM:SSZ": 1}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Servers write late: the last hour may still get new records (OAI-PMH, implementation guidelines 4.4).
_UNSETTLED = 3600
# A slice is held in memory until it is complete; one that cannot be split comes page by page.
_MOST_RECORDS = 5_000
_MOST_BYTES = 16 * 2**20
_MOST_LISTS = 1_000_000


@dataclass(slots=True)
class Slices:
    """How far a run by dates has come. Times are in steps of ``step`` seconds since 1970."""

    step: int
    """The server's granularity, in seconds."""
    start: int
    """Where the next slice starts. At 0 it has no start, because not every earliestDatestamp is true."""
    until: int | None
    """The last step wanted."""
    total: int | None
    """Records announced for the whole list."""
    settled: int = 0
    """Before this, no new records appear."""
    span: int = 1
    """The length of the next slice."""
    crowded: int = 0
    """From ``start`` up to here, there are more than ``most`` records."""
    most: int = _MOST_RECORDS
    """How many records a slice should have at most."""
    given: int = 0
    """Records so far."""
    lists: int = 0
    """Lists begun."""

    @property
    def end(self) -> int | None:
        """The first step after the slice; None for the last slice.

        That one is open, so that a record that is edited meanwhile moves into it.
        """
        end = self.start + self.span
        return end if end <= self.settled else None

    def settled_by(self, identity: Identity) -> int:
        """Return what is settled by the server's clock. Raises SourceError."""
        settled = (_wanted(identity.now, 1, "responseDate") - _UNSETTLED) // self.step
        return settled if self.until is None else min(settled, self.until)

    def dates(self) -> dict[str, str]:
        """Return the arguments for the slice, which reach one step too far.

        Some servers leave out what changed at ``until`` itself, or later in that second. The next slice
        begins there.
        """
        until = self.until if self.end is None else self.end
        return {
            "from": self.text(self.start) if self.start else "",
            "until": "" if until is None else self.text(until),
        }

    def text(self, moment: int) -> str:
        when = (_EPOCH + timedelta(seconds=moment * self.step)).isoformat().replace("+00:00", "Z")
        return when if self.step == 1 else when[:10]

    def inside(self, readings: list[Reading]) -> list[Reading]:
        """Return the readings in the slice.

        Raises SourceError if the server sends what we did not ask for.
        """
        last = self.until if self.end is None else self.end
        lower, upper = self.start or -inf, inf if last is None else last
        found = []
        for reading in readings:
            moment = _moment(reading.datestamp, self.step)
            if moment is None or not lower <= moment <= upper:
                if reading.fault is None:
                    told = f"asked for {self.shown()}, the server gave a record of “{reading.datestamp}”"
                    raise SourceError(Reason.PROTOCOL_ERROR, told, "")
            elif moment == self.end:
                continue
            found.append(reading)
        return found

    def too_long(self, records: list[Reading], total: int | None) -> bool:
        """Whether it is better to split the slice, given what has come of it."""
        size = sum(len(reading.content) for reading in records)
        return max(len(records), total or 0) > self.most or size > _MOST_BYTES

    def shown(self) -> str:
        """Return the slice in words."""
        dates = self.dates()
        return " ".join(f"{name} {date}" for name, date in dates.items() if date) or "all dates"

    def cut(self, identify: Callable[[], Identity]) -> bool:
        """Halve the slice. Returns False if it is too short for that. Raises SourceError."""
        if self.end is not None:
            whole, least = self.span, 2
        elif self.start < self.settled:
            whole, least = self.settled - self.start, 1
        else:  # the harvest takes so long that more is settled by now
            settled = self.settled_by(identify())
            whole, least = settled - self.start, max(1, _UNSETTLED // self.step)
            self.settled = settled if whole >= least else self.settled
        if whole >= least:
            self.halve(whole)
        return whole >= least

    def advance(self, count: int) -> None:
        """To the next slice; ``count`` records are in this one, which is not the last."""
        self.start += self.span
        if not count and self.start < self.crowded:  # then they are all in the rest
            self.halve(self.crowded - self.start)
        elif 2 * count <= self.most:
            self.span *= 2

    def halve(self, whole: int) -> None:
        """Take half of ``whole``, the length from ``start`` on that is too long."""
        self.span, self.crowded = max(1, whole // 2), self.start + whole

    def begin(self, walk: OaiWalk) -> OaiWalk:
        """Return a walk through the slice, which asks as ``walk`` has learnt to. Raises SourceError."""
        self.lists += 1
        if self.lists > _MOST_LISTS:
            raise SourceError(Reason.TOKEN_LOOP, f"it has more than {_MOST_LISTS:,} slices", "")
        return OaiWalk(walk.url, prefix=walk.prefix, with_prefix=walk.with_prefix)


def slices_of(walk: OaiWalk, selection: Mapping[str, str], identity: Identity) -> Slices:
    """Return how to read by dates what ``walk`` could not. Raises SourceError if Identify says too little."""
    step = _STEPS.get(identity.granularity.upper())
    if step is None:
        message = f"the granularity of its dates is “{identity.granularity}”"
        raise SourceError(Reason.PROTOCOL_ERROR, message, "")
    from_, until = selection["from"], selection["until"]
    if len(until) == len("2026-01-31"):
        until += "T23:59:59Z"
    slices = Slices(
        step,
        start=_wanted(from_, step, "from") if from_ else 0,
        until=_wanted(until, step, "until") if until else None,
        total=walk.total,
        most=min(_MOST_RECORDS, walk.count or _MOST_RECORDS),
    )
    slices.settled = slices.settled_by(identity)
    slices.halve(slices.settled - slices.start)
    return slices


def slices_from(checkpoint: dict[str, object] | None) -> Slices | None:
    """Return the slices of a page's checkpoint; None if it was not read by dates."""
    facts = (checkpoint or {}).get("slices")
    return Slices(**facts) if isinstance(facts, dict) else None


def _moment(text: str, step: int) -> int | None:
    """A date or time in steps since 1970; None if it is neither."""
    try:
        when = datetime.fromisoformat(text)
        when = when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return int(when.timestamp() // step)


def _wanted(text: str, step: int, name: str) -> int:
    moment = _moment(text, step)
    if moment is None:
        raise SourceError(Reason.PROTOCOL_ERROR, f"{name} is “{text}”, which is no date", "")
    return moment
