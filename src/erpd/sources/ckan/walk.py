"""A walk through a list of packages that changes meanwhile: what was there all the time is not missed.

By key where the server can: each page holds what comes after the last id. Else by place, in any order: each
page begins with something of the page before, or the list has moved and is read again from further up.
"""

from array import array
from collections.abc import Generator, Iterator
from hashlib import blake2b
from itertools import pairwise
from typing import Protocol

from erpd.formats.reading import Reading
from erpd.sources.ckan.answer import Answer, Piece
from erpd.sources.errors import Reason, SourceError
from erpd.sources.page import Page

# Rounds through a list by place, until one finds as many packages as are announced.
_ROUNDS = 3
# So many in a row are sorted by chance once in 40,000 times.
_TELLING = 8
_MOST_VAIN = 50  # pages in a row without anything new
_MOST_UNANNOUNCED = 100_000  # a list without an end must end here too


class Listing(Protocol):
    """What a portal can be asked. Each raises SourceError."""

    url: str
    dialect: str

    @property
    def keyed(self) -> bool:
        """Whether ``by_key`` may be asked."""
        ...

    def asked(self) -> dict[str, object]:
        """How it is asked: what a checkpoint keeps of it."""
        ...

    def by_place(self, start: int) -> Answer:
        """A page from the place ``start`` on; by id, if the server sorts at all."""
        ...

    def by_key(self, last: str) -> Answer | None:
        """A page of what comes after the id ``last``; None where the server cannot tell."""
        ...

    def count(self) -> int:
        """How many there are in all."""
        ...


class Walk:
    """One walk, from the start or from a checkpoint."""

    def __init__(self, listing: Listing, checkpoint: dict[str, object] | None = None) -> None:
        facts = checkpoint or {}
        self.listing = listing
        self.total = _number(facts.get("total"))
        self._last = str(facts.get("last", ""))
        self._given = _number(facts.get("given"))
        self._forgotten = bool(self._last)  # which ones were given before the checkpoint
        self._marks = array("Q")  # of those given, 8 bytes each
        self._gist = blake2b(digest_size=16)
        # Known by place: how many to pass over, and what they must have been.
        self._skip = 0 if self._last else self._given
        self._skipped = str(facts.get("gist", ""))

    def pages(self) -> Iterator[Page]:
        """To the end of the list: an empty page with ``last``. Raises SourceError."""
        if self._last:
            yield from self._by_key()
            return
        answer = self.listing.by_place(0)
        self.total = self._announced(answer)
        telling = min(_TELLING, self.total)
        if not (self._skip or answer.pieces or self.total):
            yield self._end()
        elif (
            self._skip
            or len(answer.pieces) < telling
            or not (self.listing.keyed and _is_sorted(answer.pieces))
        ):
            yield from self._by_place(answer)
        else:
            yield from self._page_by_key(answer)
            yield from self._by_key()

    def _by_key(self) -> Iterator[Page]:
        # What is not remembered cannot be read again by place: then the smaller count must do.
        announced = min if self._forgotten else max
        while True:
            answer = self.listing.by_key(self._last)
            if answer is None or not _is_sorted(answer.pieces, self._last):
                break
            if answer.pieces or answer.broken:
                yield from self._page_by_key(answer)
            elif self._is_enough(self._given, announced(self.total, self.listing.count())):
                yield self._end()
                return
            else:
                break  # it may not have understood the question, or does not sort after all
        if self._forgotten:
            raise self._changed()
        yield from self._by_place()

    def _page_by_key(self, answer: Answer) -> Iterator[Page]:
        readings = self._give(answer.pieces)
        if answer.pieces:
            self._last = answer.pieces[-1].identifier
        yield Page(readings, self._checkpoint(last=self._last), self.total)
        if answer.broken:
            raise answer.broken

    def _by_place(self, opening: Answer | None = None) -> Iterator[Page]:
        given = set(self._marks)
        for number in range(1, _ROUNDS + 1):
            found, first, last = yield from self._round(given, opening)
            opening = None
            if len(self._marks) < self._skip:
                raise self._changed()
            # Where packages change places, one that moved up may have been passed: the counts must agree.
            if self._is_enough(found, max(first, last), exactly=True) or (
                number == _ROUNDS and self._is_enough(found, min(first, last))
            ):
                yield self._end()
                return
        raise SourceError(
            Reason.COUNT_MISMATCH,
            f"The list ended after {found} data sets although {max(self.total, first, last)} were announced",
            "Harvest again. If it stays so, the portal may hide some: enter a key, or ask its operator."
            " Nothing is taken as deleted.",
            "G5.2.1",
            self.listing.url,
        )

    def _round(self, given: set[int], opening: Answer | None) -> Generator[Page, None, tuple[int, int, int]]:
        """Once through the list. (packages found, announced at the start, announced at the end)."""
        here: set[int] = set()
        edge: list[int] = []
        found = first = start = vain = counted = 0
        back = 1
        while True:
            answer, opening = opening or self.listing.by_place(start), None
            marks = [piece.mark for piece in answer.pieces]
            if start == 0:
                first = self._announced(answer)
            if start and set(edge).isdisjoint(marks):
                # The list has become shorter above this place: something may have slipped past.
                start, back, vain = max(0, start - back), back * 2, vain + 1
                self._check_progress(vain)
                continue
            fresh = [piece for piece in answer.pieces if piece.mark not in here]
            here.update(marks)
            found += len(fresh)
            readings = self._give([piece for piece in fresh if piece.mark not in given])
            given.update(marks)
            if readings or (fresh and len(self._marks) > self._skip):
                yield Page(readings, self._checkpoint(), self.total)
            if answer.broken:
                raise answer.broken
            count = first if answer.count is None else answer.count
            if not fresh:
                if start + len(marks) >= count or len(marks) <= 1:
                    return found, first, self._announced(answer)
                # So it also is where as many packages were added before this place as a page has.
                if marks == edge and count <= counted:
                    raise self._loop()
            vain = 0 if fresh else vain + 1
            self._check_progress(vain)
            edge, start, back, counted = marks, start + max(len(marks) - 1, 0), 1, count

    def _announced(self, answer: Answer) -> int:
        return self.listing.count() if answer.count is None else answer.count

    def _is_enough(self, found: int, announced: int, *, exactly: bool = False) -> bool:
        """Whether the counts agree, though packages may have come and gone since the first.

        A hundredth is let pass: CKAN's search index may still count what is gone. A list that shrinks by more
        than a tenth is rather an index being rebuilt than the work of its editors.
        """
        if self.total - announced > max(2, self.total // 10):
            announced = self.total
        return found >= announced - (0 if exactly else announced // 100)

    def _give(self, pieces: list[Piece]) -> list[Reading]:
        readings = []
        for piece in pieces:
            self._marks.append(piece.mark)
            self._gist.update(piece.mark.to_bytes(8))
            if len(self._marks) > self._skip:
                readings.append(piece.reading)
            elif len(self._marks) == self._skip and self._gist.hexdigest() != self._skipped:
                raise self._changed()
        self._given = max(self._given, len(self._marks)) if not self._forgotten else self._given + len(pieces)
        if self._given > 10 * self.total + _MOST_UNANNOUNCED:
            raise SourceError(
                Reason.COUNT_MISMATCH,
                f"The list goes on after {self._given} data sets although only {self.total} were announced",
                "Ask the portal's operator to fix the parameters start and rows.",
                "G5.2.1",
                self.listing.url,
            )
        return readings

    def _checkpoint(self, **more: object) -> dict[str, object]:
        facts = {"dialect": self.listing.dialect, "given": self._given, "total": self.total}
        facts |= self.listing.asked()
        return {**facts, **(more or {"gist": self._gist.hexdigest()})}

    def _end(self) -> Page:
        return Page([], self._checkpoint(complete=True), self.total, last=True)

    def _check_progress(self, vain: int) -> None:
        if vain > _MOST_VAIN:
            raise self._loop()

    def _loop(self) -> SourceError:
        return SourceError(
            Reason.TOKEN_LOOP,
            "The portal keeps sending the same page, whatever offset is requested",
            "Ask the portal's operator to fix the parameters start and rows.",
            "G5.2.1",
            self.listing.url,
        )

    def _changed(self) -> SourceError:
        return SourceError(
            Reason.CHANGED,
            "The list has changed since the run was interrupted",
            "Harvest it from the beginning.",
            url=self.listing.url,
        )


def _is_sorted(pieces: list[Piece], last: str = "") -> bool:
    """Whether all have ids, in the order of their code points, after ``last``: Solr's order."""
    names = [piece.identifier for piece in pieces]
    if not all(names) or (names and names[0] <= last):
        return False
    return all(one <= other for one, other in pairwise(names))


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
