"""A walk through a list that is paged by position (CSW, OData), while records come and go.

Each page begins with the last record of the page before. Finding it again proves that nothing was missed.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TypeAlias, TypeVar

from erpd.formats.reading import Reading
from erpd.metadata.text import counted
from erpd.sources.answer import Answer, most_plausible
from erpd.sources.errors import Reason, SourceError
from erpd.sources.page import Page

_MOST_STEPS_BACK = 5
# A total may be wrong by this many records, and in a long list by a hundredth, but never by more than a
# tenth.
_FEW = 3
_MOST_EMPTY = 50  # answers in a row
_PART = 10  # we ask for an empty page again in this many parts
# Page sizes to which servers may limit us.
_SMALLER = (50, 10)
_NAMES_SIZE = re.compile(r"maxRecords|\$top|at most|maximum", re.IGNORECASE)
_AGAIN = (
    "Harvest again. If it keeps happening, contact the source's operator. Nothing was treated as deleted."
)

Checkpoint: TypeAlias = dict[str, object]
Asked = TypeVar("Asked")


@dataclass(slots=True)
class PlacedAnswer(Answer):
    """An answer with its place in the list, as the server states it."""

    sent: int | None = None
    """How many records it contains."""
    after: int | None = None
    """The position at which the next ones begin."""
    ended: bool = False
    """Whether there are no more."""


_CHECKPOINT = (
    "ordered",
    "kept",
    "size",
    "start",
    "count",
    "given",
    "missing",
    "overlap",
    "recent",
    "totals",
    "sum",
    "first",
    "anew",
    "done",
)


@dataclass(slots=True)
class Positions:
    """How far a walk has come. Without an order, a list is only complete if it did not change at all.

    We accept that a total is wrong by a few if a second look at the whole list finds the same records.
    """

    url: str
    ordered: bool = True
    """Whether we ask for the list sorted by identifier, so that an edit moves no record."""
    kept: bool = True
    """Whether the list does come sorted."""
    size: int = 100
    """Records per page."""
    start: int = 0
    """The position, from 0, to ask for next."""
    count: int = 0
    """Records of the list that we have passed."""
    given: int = 0
    """Readings yielded."""
    missing: int = 0
    """Records announced but not sent."""
    overlap: int = 0
    """Entries of the last page from its last named record on."""
    recent: list[str] = field(default_factory=list)
    """Identifiers on the last page."""
    totals: list[int] = field(default_factory=list)
    """Announced sizes of the list: the first, the smallest, the last."""
    sum: int = 0
    """A checksum of the records received."""
    first: list[int] = field(default_factory=list)
    """``given`` and ``sum`` of the first look."""
    anew: bool = False
    """Whether the second look is beginning."""
    back: int = 0
    """Steps back in a row."""
    empty: int = 0
    """Empty answers in a row."""
    done: bool = False

    @property
    def most(self) -> int:
        """How many records to ask for: fewer after an empty page, because one of them may be the cause."""
        return max(1, self.size // _PART) if self.empty else self.size

    def checkpoint(self) -> Checkpoint:
        return {name: getattr(self, name) for name in _CHECKPOINT}

    def asked(self, ask: "Callable[[Positions], Asked]") -> Asked:
        """Return an answer. If the server refuses the first request, ask without an order, or for less.

        Raises SourceError.
        """
        try:
            return ask(self)
        except SourceError as error:
            if self.count or error.rule not in (Reason.PROTOCOL_ERROR, Reason.SERVER_ERROR):
                raise
            for ordered, size in list(self._less(error)):
                self.ordered, self.size = ordered, size
                try:
                    return ask(self)
                except SourceError:
                    continue
            raise

    def _less(self, error: SourceError) -> Iterator[tuple[bool, int]]:
        """What to ask for instead of what was refused. A busy server is only asked once more."""
        size = self.size
        smaller = [most for most in _SMALLER if most < size] if error.rule == Reason.PROTOCOL_ERROR else []
        if not _NAMES_SIZE.search(error.message):
            yield False, size
        yield from ((ordered, most) for ordered in (True, False) for most in smaller)

    def step(self, answer: PlacedAnswer) -> Page | None:
        """Return the next page, or None to ask again, from the new ``start``. Raises SourceError.

        If the answer leads nowhere, its ``broken`` says why, and the checkpoint makes the source read it
        again: the caller yields the page and then raises.
        """
        before = self.checkpoint()
        if answer.total is not None:
            first, fewest = (self.totals or [answer.total] * 2)[:2]
            self.totals = [first, min(fewest, answer.total), answer.total]
        fresh = self._fresh(answer)
        if fresh is None:
            return None
        anew, self.anew = self.anew, False
        if answer.broken is None:
            self._advance(answer, fresh)
            answer.broken = self._dead_end(answer, fresh)
        if answer.broken is not None:
            return Page(fresh, before, answer.total, anew=anew)
        self.done = not self.anew and not self._more(answer, fresh)
        return Page(fresh, self.checkpoint(), answer.total, last=self.done, anew=anew)

    def _fresh(self, answer: PlacedAnswer) -> list[Reading] | None:
        """The readings that are new; None if the place must be found again."""
        names = [reading.identifier for reading in answer.readings]
        known = set(self.recent)
        if not names and answer.broken is None and self.start < (answer.total or 0):
            return self._behind_nothing(answer.total or 0)
        if not self.recent or self.start == self.count:
            if names and known.issuperset(names):
                raise self._error(
                    Reason.TOKEN_LOOP, "The server keeps sending the same records, whatever is requested"
                )
            return answer.readings
        if self.recent[-1] in names:
            fresh = answer.readings[names.index(self.recent[-1]) + self.overlap :]
        elif known.isdisjoint(names):
            if answer.broken is not None:
                return []
            self._step_back()
            return None
        else:
            fresh = answer.readings[max(place for place, name in enumerate(names) if name in known) + 1 :]
        more = not answer.ended if answer.total is None else self.count < answer.total
        if not fresh and more and answer.broken is None:
            if len(names) > self.overlap:
                raise self._error(
                    Reason.TOKEN_LOOP, "The server keeps sending the same records, whatever is requested"
                )
            self.start = self.count  # pages so short that they have no room for the last record
            return None
        return fresh

    def _behind_nothing(self, total: int) -> list[Reading] | None:
        """For records that it cannot show, GeoNetwork sends an empty page that calls itself the last."""
        self.empty += 1
        if self.start < self.count:
            self.start = self.count
        elif self.empty > 1:
            self.start = self.count = self.start + self.most
        return [] if self.start >= total or self.empty > _MOST_EMPTY else None

    def _step_back(self) -> None:
        """Records that we have read were withdrawn, so the following ones have moved forward."""
        self.back += 1
        if self.start == 0 or self.back > _MOST_STEPS_BACK:
            raise self._error(Reason.COUNT_MISMATCH, "The list is changing faster than it can be read")
        self.start = max(0, self.start - self.size)

    def _advance(self, answer: PlacedAnswer, fresh: list[Reading]) -> None:
        behind = self.start + len(answer.readings)
        # Only believed as far as the page can reach: some servers count in steps of the size requested.
        reach = min(self.start + self.size, self.totals[2] if self.totals else behind)
        for said in (answer.after, self.start + (answer.sent or 0)):
            if said is not None and behind < said <= reach:
                self.missing += said - behind
                behind = said
        self.count, self.back, self.empty = behind, 0, 0
        self.given += len(fresh)
        self.sum = sum(map(_mark, fresh), self.sum) % 2**63
        names = [reading.identifier for reading in answer.readings]
        self.kept = self.kept and _ascend([name for name in names if name])
        named = [place for place, name in enumerate(names) if name]
        self.recent = [names[place] for place in named][-self.size :]
        self.overlap = len(names) - named[-1] if named else 0
        self.start = self.start + named[-1] if named else self.count

    def _more(self, answer: PlacedAnswer, fresh: list[Reading]) -> bool:
        """Whether the list goes on. It may be longer than the server says."""
        return (bool(fresh) and not answer.ended) or self.count < (answer.total or 0)

    def _dead_end(self, answer: PlacedAnswer, fresh: list[Reading]) -> SourceError | None:
        """Why this is not the end although nothing follows, as far as counting shows.

        If that is doubtful, the walk starts again for a second look.
        """
        if self._more(answer, fresh):
            if fresh and self.given <= most_plausible(max(self.totals, default=None), self.size):
                return None
            return self._ended("goes on" if fresh else "ended", answer.total or 0)
        if self.missing:
            return self._error(
                Reason.COUNT_MISMATCH, f"Announced in pages but not sent: {counted(self.missing, 'record')}"
            )
        if not self.totals:
            return None
        changed = len(set(self.totals)) > 1
        if self.ordered and self.kept:
            doubt = self._ended("ended", self.totals[1]) if self.given < self.totals[1] else None
        elif changed or self.given != self.totals[2]:
            message = "The list changed while it was being read, and the server does not sort it"
            doubt = self._error(Reason.COUNT_MISMATCH, message)
        else:
            doubt = None
        if doubt is None or self.first == [self.given, self.sum]:
            return None
        few = max(self.totals[2] // 100, min(_FEW, self.totals[2] // 10))
        if changed or self.first or self.totals[2] - self.given > few:
            return doubt
        self.first, self.anew = [self.given, self.sum], True
        self.start = self.count = self.given = self.overlap = self.sum = 0
        self.recent, self.totals = [], []
        return None

    def _ended(self, how: str, announced: int) -> SourceError:
        message = (
            f"The list {how} after {counted(self.given, 'record')} although {announced:,} were announced"
        )
        return self._error(Reason.COUNT_MISMATCH, message)

    def _error(self, rule: Reason, message: str) -> SourceError:
        return SourceError(rule, message, _AGAIN, url=self.url)


def positions_from(checkpoint: Checkpoint | None, url: str, size: int) -> Positions:
    """Return a walk from the start, or from what ``checkpoint`` returned."""
    facts = checkpoint or {}
    kept = facts.get("size")
    walk = Positions(url, size=kept if isinstance(kept, int) and kept > 0 else size)
    for name in ("start", "count", "given", "missing", "overlap", "sum"):
        value = facts.get(name)
        setattr(walk, name, value if isinstance(value, int) else 0)
    for name, kind in (("recent", str), ("totals", int), ("first", int)):
        values = facts.get(name)
        setattr(
            walk,
            name,
            [value for value in values if isinstance(value, kind)] if isinstance(values, list) else [],
        )
    walk.ordered = facts.get("ordered") is not False
    walk.kept = facts.get("kept") is not False
    walk.anew = facts.get("anew") is True
    walk.done = facts.get("done") is True
    return walk


def _mark(reading: Reading) -> int:
    """A number that identifies a record."""
    name = reading.identifier.encode("utf-8", "surrogatepass") or reading.content
    return int.from_bytes(blake2b(name, digest_size=8).digest())


def _ascend(names: list[str]) -> bool:
    """Whether the server has sorted them, by code point or ignoring case."""
    return names == sorted(names) or names == sorted(names, key=str.casefold)
