"""A walk through a list that is paged by position (CSW, OData), though records come and go meanwhile.

Each page begins with the last record of the one before: found again, it proves that nothing was passed over.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from erpd.formats.reading import Reading
from erpd.sources.errors import SourceError
from erpd.sources.page import Page

_MOST_STEPS_BACK = 5
# Sizes of a page to which servers may hold us.
_SMALLER = (50, 10)
_NAMES_SIZE = re.compile(r"maxRecords|\$top|at most|maximum", re.IGNORECASE)
_AGAIN = (
    "Harvest again. If it keeps happening, contact the source's operator. Nothing was treated as deleted."
)

Checkpoint: TypeAlias = dict[str, object]
Asked = TypeVar("Asked")


@dataclass(slots=True)
class Slice:
    """One answer. ``sent``: how many records the server says are in it; ``after``: the position at which it
    says that the next ones begin; ``ended``: it says that there are no more.

    ``broken`` is why the answer cannot be trusted; what could be read is in ``readings``.
    """

    readings: list[Reading] = field(default_factory=list)
    total: int | None = None
    sent: int | None = None
    after: int | None = None
    ended: bool = False
    broken: SourceError | None = None


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
    "done",
)


@dataclass(slots=True)
class Positions:
    """Where a walk stands: ``start`` is the position, from 0, that is asked for next.

    ``ordered``: the list is asked for sorted by identifier, so an edit moves no record; ``kept``: and so it
    comes. Without an order the list is complete only if it did not change at all.
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
    back: int = 0
    done: bool = False

    def checkpoint(self) -> Checkpoint:
        return {name: getattr(self, name) for name in _CHECKPOINT}

    def asked(self, ask: "Callable[[Positions], Asked]") -> Asked:
        """One answer; before the first one also without an order, and smaller, where the server wants that.

        Raises SourceError.
        """
        try:
            return ask(self)
        except SourceError as error:
            if self.count or error.rule not in ("protocol-error", "server-error"):
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
        smaller = [most for most in _SMALLER if most < size] if error.rule == "protocol-error" else []
        if not _NAMES_SIZE.search(error.message):
            yield False, size
        yield from ((ordered, most) for ordered in (True, False) for most in smaller)

    def step(self, answer: Slice) -> Page | None:
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
        if answer.broken is None:
            self._advance(answer, len(fresh))
            answer.broken = self._dead_end(answer, fresh)
        if answer.broken is not None:
            return Page(fresh, before, answer.total)
        self.done = not self._more(answer, fresh)
        return Page(fresh, self.checkpoint(), answer.total, last=self.done)

    def _fresh(self, answer: Slice) -> list[Reading] | None:
        """What has not been read yet; None where the place must be found again."""
        names = [reading.identifier for reading in answer.readings]
        known = set(self.recent)
        if not self.recent or self.start == self.count:
            if names and known.issuperset(names):
                raise self._error(
                    "token-loop", "The server keeps sending the same records, whatever is requested"
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
                    "token-loop", "The server keeps sending the same records, whatever is requested"
                )
            self.start = self.count  # pages so short that there is no room for the last record
            return None
        return fresh

    def _step_back(self) -> None:
        """Records were withdrawn that had been read: those that follow have moved to the front."""
        self.back += 1
        if self.start == 0 or self.back > _MOST_STEPS_BACK:
            raise self._error("count-mismatch", "The list is changing faster than it can be read")
        self.start = max(0, self.start - self.size)

    def _advance(self, answer: Slice, fresh: int) -> None:
        behind = self.start + len(answer.readings)
        # Believed only so far as the page can reach: some servers count on in steps of what was asked for.
        reach = min(self.start + self.size, self.totals[2] if self.totals else behind)
        for said in (answer.after, self.start + (answer.sent or 0)):
            if said is not None and behind < said <= reach:
                self.missing += said - behind
                behind = said
        self.count, self.back = behind, 0
        self.given += fresh
        names = [reading.identifier for reading in answer.readings]
        self.kept = self.kept and _ascend([name for name in names if name])
        named = [place for place, name in enumerate(names) if name]
        self.recent = [names[place] for place in named][-self.size :]
        self.overlap = len(names) - named[-1] if named else 0
        self.start = self.start + named[-1] if named else self.count

    def _more(self, answer: Slice, fresh: list[Reading]) -> bool:
        """Does the list go on?"""
        if answer.total is None:
            return bool(fresh) and not answer.ended
        return self.count < answer.total

    def _dead_end(self, answer: Slice, fresh: list[Reading]) -> SourceError | None:
        """Why this is not the end though nothing follows, so far as counting can tell."""
        more, in_order = self._more(answer, fresh), self.ordered and self.kept
        if more and fresh:
            return None
        if more:
            message = f"The list ended after {self.count} records although {answer.total} were announced"
        elif self.missing:
            message = f"{self.missing} records were announced in pages but not sent"
        elif not self.totals:
            return None
        elif in_order and self.given < self.totals[1]:
            message = f"The list ended after {self.given} records although {self.totals[1]} were announced"
        elif not in_order and len({self.given, *self.totals}) > 1:
            message = "The list changed while it was being read, and the server does not sort it"
        else:
            return None
        return self._error("count-mismatch", message)

    def _error(self, rule: str, message: str) -> SourceError:
        return SourceError(rule, message, _AGAIN, url=self.url)


def positions_from(checkpoint: Checkpoint | None, url: str, size: int) -> Positions:
    """From the start, or from what ``checkpoint`` gave."""
    facts = checkpoint or {}
    kept = facts.get("size")
    walk = Positions(url, size=kept if isinstance(kept, int) and kept > 0 else size)
    for name in ("start", "count", "given", "missing", "overlap"):
        value = facts.get(name)
        setattr(walk, name, value if isinstance(value, int) else 0)
    for name, kind in (("recent", str), ("totals", int)):
        values = facts.get(name)
        setattr(
            walk,
            name,
            [value for value in values if isinstance(value, kind)] if isinstance(values, list) else [],
        )
    walk.ordered = facts.get("ordered") is not False
    walk.kept = facts.get("kept") is not False
    walk.done = facts.get("done") is True
    return walk


def _ascend(names: list[str]) -> bool:
    """Whether the server has sorted them: by code point, or without regard to case."""
    return names == sorted(names) or names == sorted(names, key=str.casefold)
