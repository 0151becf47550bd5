"""The dates for which a list is asked, slice after slice (OAI-PMH 2.0, 2.7.1)."""

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
# Servers write late: into the last hour a record may still come (OAI-PMH, implementation guidelines 4.4).
_UNSETTLED = 3600
# A slice is held in memory until it is whole; what cannot be cut comes page by page.
_MOST_RECORDS = 5_000
_MOST_BYTES = 16 * 2**20
_MOST_LISTS = 1_000_000


@dataclass(slots=True)
class Slices:
    """Where a run by dates stands. Times are counted in steps of ``step`` seconds, Identify's granularity.

    The next slice is ``span`` long from ``start`` on; at 0, which is 1970, it has no beginning: not every
    server's earliestDatestamp is true. No record comes any more into the time before ``settled``. ``until``
    is the last that is wanted. ``most``: how many records a slice should have; up to ``crowded`` are more.
    ``given``: records so far; ``total``: announced of the whole list; ``lists``: how many were begun.
    """

    step: int
    start: int
    until: int | None
    total: int | None
    settled: int = 0
    span: int = 1
    crowded: int = 0
    most: int = _MOST_RECORDS
    given: int = 0
    lists: int = 0

    @property
    def end(self) -> int | None:
        """The first step behind the slice; None for the last one. That stays open, so that a record that is
        edited meanwhile moves into it."""
        end = self.start + self.span
        return end if end <= self.settled else None

    def settled_by(self, identity: Identity) -> int:
        """What is settled by the server's clock. Raises SourceError."""
        settled = (_wanted(identity.now, 1, "responseDate") - _UNSETTLED) // self.step
        return settled if self.until is None else min(settled, self.until)

    def dates(self) -> dict[str, str]:
        """The arguments of the slice. It is asked one step too far: some servers leave out what was changed
        at ``until`` itself, or later in its second, and the next slice begins there."""
        until = self.until if self.end is None else self.end
        return {
            "from": self.text(self.start) if self.start else "",
            "until": "" if until is None else self.text(until),
        }

    def text(self, moment: int) -> str:
        when = (_EPOCH + timedelta(seconds=moment * self.step)).isoformat().replace("+00:00", "Z")
        return when if self.step == 1 else when[:10]

    def inside(self, readings: list[Reading]) -> list[Reading]:
        """Those in the slice. Raises SourceError where the server gives what was not asked for."""
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
        """Whether the slice, of which that much has come, is better cut."""
        size = sum(len(reading.content) for reading in records)
        return max(len(records), total or 0) > self.most or size > _MOST_BYTES

    def shown(self) -> str:
        """The slice in words."""
        dates = self.dates()
        return " ".join(f"{name} {date}" for name, date in dates.items() if date) or "all dates"

    def cut(self, identify: Callable[[], Identity]) -> bool:
        """Half of the slice; False where it is too short for that. Raises SourceError."""
        if self.end is not None:
            whole, least = self.span, 2
        elif self.start < self.settled:
            whole, least = self.settled - self.start, 1
        else:  # the harvest takes so long that more has been settled meanwhile
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
        """``whole`` from ``start`` on is too long."""
        self.span, self.crowded = max(1, whole // 2), self.start + whole

    def begin(self, walk: OaiWalk) -> OaiWalk:
        """The slice from its first page on, asked as ``walk`` has learnt to. Raises SourceError."""
        self.lists += 1
        if self.lists > _MOST_LISTS:
            raise SourceError(Reason.TOKEN_LOOP, f"it has more than {_MOST_LISTS:,} slices", "")
        return OaiWalk(walk.url, prefix=walk.prefix, with_prefix=walk.with_prefix)


def slices_of(walk: OaiWalk, selection: Mapping[str, str], identity: Identity) -> Slices:
    """How to read by dates what ``walk`` could not. Raises SourceError where Identify says too little."""
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
    """From what a page gave; None where it was not read by dates."""
    facts = (checkpoint or {}).get("slices")
    return Slices(**facts) if isinstance(facts, dict) else None


def _moment(text: str, step: int) -> int | None:
    """A date or time in steps since 1970; None where it is neither."""
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
