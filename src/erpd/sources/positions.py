"""A walk through a list that is paged by position (CSW, OData), though records come and go meanwhile.

Each page begins with the last record of the one before: found again, it proves that nothing was passed over.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TypeAlias, TypeVar

from erpd.formats.reading import Reading
from erpd.sources.answer import Answer
from erpd.sources.errors import Reason, SourceError
from erpd.sources.page import Page

_MOST_STEPS_BACK = 5
# By so many records, and in a long list by a hundredth, a total may be wrong, if by no more than a tenth.
_FEW = 3
_MOST_EMPTY = 50  # answers in a row
_PART = 10  # an empty page is asked for in so many parts
_MOST_UNANNOUNCED = 100_000  # a list without an end must end here too
# Sizes of a page to which servers may hold us.
_SMALLER = (50, 10)
_NAMES_SIZE = re.compile(r"maxRecords|\$top|at most|maximum", re.IGNORECASE)
_AGAIN = (
    "Harvest again. If it keeps happening, contact the source's operator. Nothing was treated as deleted."
)

Checkpoint: TypeAlias = dict[str, object]
Asked = TypeVar("Asked")


@dataclass(slots=True)
class PlacedAnswer(Answer):
    """``sent``: how many records the server says are in it; ``after``: the position at which it says that the
    next ones begin; ``ended``: it says that there are no more.
    """

    sent: int | None = None
    after: int | None = None
    ended: bool = False


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
    """Where a walk stands: ``start`` is the position, from 0, that is asked for next.

    ``ordered``: the list is asked for sorted by identifier, so an edit moves no record; ``kept``: and so it
    comes. Without an order the list is complete only if it did not change at all.

    A total is believed to be wrong by a few once a second look at the whole list brings the same records:
    ``sum`` tells which came, ``first`` what the first look brought.
    """

    url: str
    ordered: bool = True
    kept: bool = True
    size: int = 100
    start: int = 0
    count: int = 0  # records of the list that lie behind
    given: int = 0
    missing: int = 0  # announced, not sent
    overlap: int = 0  # entries from the last named record on
    recent: list[str] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)  # first, fewest, last
    sum: int = 0
    first: list[int] = field(default_factory=list)  # given, sum
    anew: bool = False  # the second look begins
    back: int = 0
    empty: int = 0  # answers in a row
    done: bool = False

    @property
    def most(self) -> int:
        """How many records to ask for: fewer where a page was empty, for one of them may be the cause."""
        return max(1, self.size // _PART) if self.empty else self.size

    def checkpoint(self) -> Checkpoint:
        return {name: getattr(self, name) for name in _CHECKPOINT}

    def asked(self, ask: "Callable[[Positions], Asked]") -> Asked:
        """One answer; before the first one also without an order, and smaller, where the server wants that.

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
        """What may be asked for in place of what was refused. A busy server is asked once more only."""
        size = self.size
        smaller = [most for most in _SMALLER if most < size] if error.rule == Reason.PROTOCOL_ERROR else []
        if not _NAMES_SIZE.search(error.message):
            yield False, size
        yield from ((ordered, most) for ordered in (True, False) for most in smaller)

    def step(self, answer: PlacedAnswer) -> Page | None:
        """The next page; None: ask again, from the new ``start``. Raises SourceError.

        Where the answer leads nowhere, ``broken`` of it says why, and the checkpoint has it read again: the
        caller gives the page and then raises.
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
        """What has not been read yet; None where the place must be found again."""
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
            self.start = self.count  # pages so short that there is no room for the last record
            return None
        return fresh

    def _behind_nothing(self, total: int) -> list[Reading] | None:
        """GeoNetwork sends an empty page, which calls itself the last, for records that it cannot show."""
        self.empty += 1
        if self.start < self.count:
            self.start = self.count
        elif self.empty > 1:
            self.start = self.count = self.start + self.most
        return [] if self.start >= total or self.empty > _MOST_EMPTY else None

    def _step_back(self) -> None:
        """Records were withdrawn that had been read: those that follow have moved to the front."""
        self.back += 1
        if self.start == 0 or self.back > _MOST_STEPS_BACK:
            raise self._error(Reason.COUNT_MISMATCH, "The list is changing faster than it can be read")
        self.start = max(0, self.start - self.size)

    def _advance(self, answer: PlacedAnswer, fresh: list[Reading]) -> None:
        behind = self.start + len(answer.readings)
        # Believed only so far as the page can reach: some servers count on in steps of what was asked for.
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
        """Does the list go on? It may be longer than the server says."""
        return (bool(fresh) and not answer.ended) or self.count < (answer.total or 0)

    def _dead_end(self, answer: PlacedAnswer, fresh: list[Reading]) -> SourceError | None:
        """Why this is not the end though nothing follows, so far as counting can tell.

        Where that is doubtful, the walk begins anew for a second look.
        """
        if self._more(answer, fresh):
            if fresh and self.given <= 10 * max(self.totals, default=self.given) + _MOST_UNANNOUNCED:
                return None
            return self._ended("goes on" if fresh else "ended", answer.total or 0)
        if self.missing:
            return self._error(
                Reason.COUNT_MISMATCH, f"{self.missing} records were announced in pages but not sent"
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
        message = f"The list {how} after {self.given} records although {announced} were announced"
        return self._error(Reason.COUNT_MISMATCH, message)

    def _error(self, rule: Reason, message: str) -> SourceError:
        return SourceError(rule, message, _AGAIN, url=self.url)


def positions_from(checkpoint: Checkpoint | None, url: str, size: int) -> Positions:
    """From the start, or from what ``checkpoint`` gave."""
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
    """What tells a record from others, as a number."""
    name = reading.identifier.encode("utf-8", "surrogatepass") or reading.content
    return int.from_bytes(blake2b(name, digest_size=8).digest())


def _ascend(names: list[str]) -> bool:
    """Whether the server has sorted them: by code point, or without regard to case."""
    return names == sorted(names) or names == sorted(names, key=str.casefold)
