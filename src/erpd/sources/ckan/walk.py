"""A walk through a list of packages that changes meanwhile. It misses nothing that is there all the time.

It goes by key if the server can: each page has what comes after the last id. Otherwise it goes by place, in
any order: each page begins with something from the page before; if not, the list has moved, and we go back.
"""

from array import array
from collections.abc import Generator, Iterator
from hashlib import blake2b
from itertools import pairwise
from typing import Protocol

from erpd.formats.reading import Reading
from erpd.metadata.text import counted
from erpd.sources.answer import most_plausible
from erpd.sources.ckan.answer import Package, PackageAnswer
from erpd.sources.errors import Reason, SourceError
from erpd.sources.page import Page

# Rounds through a list by place until one finds as many packages as announced.
_ROUNDS = 3
# This many in a row are sorted by chance once in 40,000 times.
_TELLING = 8
_MOST_VAIN = 50  # pages in a row without anything new


class Listing(Protocol):
    """How to ask a portal for its list. Each method raises SourceError."""

    url: str
    dialect: str

    @property
    def keyed(self) -> bool:
        """Whether ``by_key`` may be used."""
        ...

    def asked(self) -> dict[str, object]:
        """Return what a checkpoint keeps about how to ask."""
        ...

    def by_place(self, start: int) -> PackageAnswer:
        """Return a page from the place ``start`` on, sorted by id if the server sorts at all."""
        ...

    def by_key(self, last: str) -> PackageAnswer | None:
        """Return a page of what comes after the id ``last``; None if the server cannot do that."""
        ...

    def count(self) -> int:
        """Return how many packages there are."""
        ...


class PackageWalk:
    """A walk from the start or from a checkpoint."""

    def __init__(self, listing: Listing, checkpoint: dict[str, object] | None = None) -> None:
        facts = checkpoint or {}
        self.listing = listing
        self.total = _number(facts.get("total"))
        self._last = str(facts.get("last", ""))
        self._given = _number(facts.get("given"))
        self._forgotten = bool(self._last)  # we no longer know which packages came before the checkpoint
        self._marks = array("Q")  # of the packages yielded, 8 bytes each
        self._gist = blake2b(digest_size=16)
        # By place: how many to skip, and what they must have been.
        self._skip = 0 if self._last else self._given
        self._skipped = str(facts.get("gist", ""))

    def pages(self) -> Iterator[Page]:
        """Yield pages to the end of the list, which is an empty page with ``last``. Raises SourceError."""
        if self._last:
            yield from self._by_key()
            return
        answer = self.listing.by_place(0)
        self.total = self._announced(answer)
        telling = min(_TELLING, self.total)
        if not (self._skip or answer.packages or self.total):
            yield self._end()
        elif (
            self._skip
            or len(answer.packages) < telling
            or not (self.listing.keyed and _is_sorted(answer.packages))
        ):
            yield from self._by_place(answer)
        else:
            yield from self._page_by_key(answer)
            yield from self._by_key()

    def _by_key(self) -> Iterator[Page]:
        # What we do not remember, we cannot read again by place: then the smaller count must do.
        announced = min if self._forgotten else max
        while True:
            answer = self.listing.by_key(self._last)
            if answer is None or not _is_sorted(answer.packages, self._last):
                break
            if answer.packages or answer.broken:
                yield from self._page_by_key(answer)
            elif self._is_enough(self._given, announced(self.total, self.listing.count())):
                yield self._end()
                return
            else:
                break  # it may not have understood the request, or does not sort after all
        if self._forgotten:
            raise self._changed()
        yield from self._by_place()

    def _page_by_key(self, answer: PackageAnswer) -> Iterator[Page]:
        readings = self._give(answer.packages)
        if answer.packages:
            self._last = answer.packages[-1].identifier
        yield Page(readings, self._checkpoint(last=self._last), self.total)
        if answer.broken:
            raise answer.broken

    def _by_place(self, opening: PackageAnswer | None = None) -> Iterator[Page]:
        given = set(self._marks)
        for number in range(1, _ROUNDS + 1):
            found, first, last = yield from self._round(given, opening)
            opening = None
            if len(self._marks) < self._skip:
                raise self._changed()
            # If packages change places, we may have missed one that moved up, so the counts must agree.
            if self._is_enough(found, max(first, last), exactly=True) or (
                number == _ROUNDS and self._is_enough(found, min(first, last))
            ):
                yield self._end()
                return
        announced = f"{max(self.total, first, last):,} were announced"
        raise SourceError(
            Reason.COUNT_MISMATCH,
            f"The list ended after {counted(found, 'data set')} although {announced}",
            "Harvest again. If it stays so, the portal may hide some: enter a key, or ask its operator."
            " Nothing is taken as deleted.",
            "G5.2.1",
            self.listing.url,
        )

    def _round(
        self, given: set[int], opening: PackageAnswer | None
    ) -> Generator[Page, None, tuple[int, int, int]]:
        """Once through the list. (packages found, announced at the start, announced at the end)."""
        here: set[int] = set()
        edge: list[int] = []
        found = first = start = vain = counted = 0
        back = 1
        while True:
            answer, opening = opening or self.listing.by_place(start), None
            marks = [package.mark for package in answer.packages]
            if start == 0:
                first = self._announced(answer)
            if start and set(edge).isdisjoint(marks):
                # The list has become shorter before this place: we may have missed something.
                start, back, vain = max(0, start - back), back * 2, vain + 1
                self._check_progress(vain)
                continue
            fresh = [package for package in answer.packages if package.mark not in here]
            here.update(marks)
            found += len(fresh)
            readings = self._give([package for package in fresh if package.mark not in given])
            given.update(marks)
            if readings or (fresh and len(self._marks) > self._skip):
                yield Page(readings, self._checkpoint(), self.total)
            if answer.broken:
                raise answer.broken
            count = first if answer.count is None else answer.count
            if not fresh:
                if start + len(marks) >= count or len(marks) <= 1:
                    return found, first, self._announced(answer)
                # The same happens if a whole page of packages was added before this place.
                if marks == edge and count <= counted:
                    raise self._loop()
            vain = 0 if fresh else vain + 1
            self._check_progress(vain)
            edge, start, back, counted = marks, start + max(len(marks) - 1, 0), 1, count

    def _announced(self, answer: PackageAnswer) -> int:
        return self.listing.count() if answer.count is None else answer.count

    def _is_enough(self, found: int, announced: int, *, exactly: bool = False) -> bool:
        """Whether the counts agree, although packages may have come and gone since the first.

        A hundredth may be missing, because CKAN's search index may still count what is gone. A list that
        shrinks by more than a tenth is more likely an index being rebuilt than the work of editors.
        """
        if self.total - announced > max(2, self.total // 10):
            announced = self.total
        return found >= announced - (0 if exactly else announced // 100)

    def _give(self, packages: list[Package]) -> list[Reading]:
        readings = []
        for package in packages:
            self._marks.append(package.mark)
            self._gist.update(package.mark.to_bytes(8))
            if len(self._marks) > self._skip:
                readings.append(package.reading)
            elif len(self._marks) == self._skip and self._gist.hexdigest() != self._skipped:
                raise self._changed()
        self._given = (
            max(self._given, len(self._marks)) if not self._forgotten else self._given + len(packages)
        )
        if self._given > most_plausible(self.total, len(packages)):
            given, announced = counted(self._given, "data set"), f"{self.total:,} were announced"
            raise SourceError(
                Reason.COUNT_MISMATCH,
                f"The list goes on after {given} although only {announced}",
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


def _is_sorted(packages: list[Package], last: str = "") -> bool:
    """Whether all have ids after ``last``, in the order of their code points, which is Solr's."""
    names = [package.identifier for package in packages]
    if not all(names) or (names and names[0] <= last):
        return False
    return all(one <= other for one, other in pairwise(names))


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
