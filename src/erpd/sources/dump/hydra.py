"""A dump in pages (G5.1.4): what a document says of the page it is, in the Hydra Core Vocabulary.

The older words (hydra:PagedCollection, nextPage, lastPage) and the newer (hydra:PartialCollectionView, next,
last; totalItems at the collection) are understood, links as IRIs or as texts, relative or not.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from urllib.parse import SplitResult, urljoin, urlsplit

from pyoxigraph import BlankNode, NamedNode, Quad

from erpd.formats.rdf.references import resolved
from erpd.metadata.terms import DCAT, HYDRA, RDF
from erpd.sources.errors import Reason, SourceError, plain
from erpd.sources.links import origin, place_of

_NEXT = frozenset({HYDRA.nextPage, HYDRA.next})
_LAST = frozenset({HYDRA.lastPage, HYDRA.last})
_FIRST = frozenset({HYDRA.firstPage, HYDRA.first})
_PREVIOUS = frozenset({HYDRA.previousPage, HYDRA.previous})
_OTHER = _FIRST | _PREVIOUS
_TOTAL = frozenset({HYDRA.totalItems})
_LINKS = _NEXT | _LAST | _OTHER
_TYPE, _SERIES = RDF.type, DCAT.DatasetSeries
_NOTED = _LINKS | _TOTAL | {_TYPE}
_MOST_NOTED = 1_000
_MOST_SERIES = 100_000
_ADVICE = "Ask the source's operator to fix the hydra statements of its pages."
_LINK = re.compile(rb"\b(?:nextPage|next)\b")


class Paging:
    """What one document says of its pages, noted while its triples go by. It came from ``address``, and may
    declare another ``base`` for its links."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.base = ""
        self._said: dict[NamedNode, dict[object, set[str]]] = defaultdict(lambda: defaultdict(set))
        # DCAT 3 has series, which are counted where they are listed, and are no data sets.
        self.series: set[str] = set()
        self._noted = 0
        self._lost = False

    def noting(self, triples: Iterable[Quad]) -> Iterator[Quad]:
        """The same triples."""
        for triple in triples:
            if triple.predicate in _NOTED:
                self._note(triple)
            yield triple

    def _note(self, triple: Quad) -> None:
        value = triple.object
        if triple.predicate == _TYPE:
            if value == _SERIES and len(self.series) < _MOST_SERIES:
                self.series.add(str(getattr(triple.subject, "value", "")))
            return
        text = "" if isinstance(value, BlankNode) else str(getattr(value, "value", "")).strip()
        if self.base and triple.predicate in _LINKS and text:
            text = urljoin(self.base, text)
        said = self._said[triple.predicate][resolved(triple.subject, self.base)]  # type: ignore[arg-type]
        if text in said:
            return
        if self._noted < _MOST_NOTED:
            self._noted += 1
            said.add(text)
        elif triple.predicate in _LINKS:
            self._lost = True

    @property
    def counts(self) -> bool:
        """Whether anything is said of how many there are."""
        return bool(self._said.get(HYDRA.totalItems))

    def note_broken(self, content: bytes) -> None:
        """A piece that could not be read may have been what names the next page."""
        self._lost = self._lost or (_LINK.search(content) is not None and b"hydra" in content)

    def total(self) -> int | None:
        """hydra:totalItems, where there is one number: of how many records this page is a part."""
        own = self._own()
        others = (
            {subject for predicate in _LINKS for subject in self._said[predicate]} - own if own else set()
        )
        said = {
            subject: texts for subject, texts in self._said[HYDRA.totalItems].items() if subject not in others
        }
        of_this = [texts for subject, texts in said.items() if subject in own]
        numbers = set().union(*(of_this or said.values()))
        number = next(iter(numbers)) if len(numbers) == 1 else ""
        return int(number[:12]) if number.isascii() and number.isdigit() else None

    def next(self) -> str:
        """The address of the next page; "" where this one is the last.

        Raises SourceError: two next pages; the page calls another one the last; what it said is broken.
        """
        following = {self._place_of(link) for link in self._links(_NEXT)}
        if len(following) == 1:
            return following.pop()
        if following:
            raise self._error(
                Reason.PROTOCOL_ERROR,
                f"The page names more than one next page: {', '.join(sorted(following))}",
            )
        if self._lost:
            raise self._error(Reason.BROKEN_SYNTAX, "The page's link to the next page cannot be read")
        last = {self._place_of(link) for link in self._links(_LAST)}
        here = any(same_page(link, self.address) for link in last)
        if last and not (here or last == self._called() or self._is_only(last)):
            raise self._error(
                Reason.CUT,
                f"The page names no next page, but calls another one the last: {', '.join(sorted(last))}",
            )
        return ""

    def _links(self, predicates: frozenset[NamedNode]) -> set[str]:
        """Those of this page; of all pages that the document describes, where none is this one."""
        own = self._own()
        return {
            text
            for predicate in predicates
            for subject, texts in self._said[predicate].items()
            if subject in own or not own
            for text in texts
            if text
        }

    def _called(self) -> set[str]:
        """What the page calls itself, where it describes one page: the address asked may be another."""
        subjects = {
            subject.value
            for predicate in _LINKS
            for subject in self._said[predicate]
            if isinstance(subject, NamedNode)
        }
        return {self._place_of(subject) for subject in subjects} if len(subjects) == 1 else set()

    def _is_only(self, last: set[str]) -> bool:
        """The first page is the last one, and nothing stands before or behind it: it is all there is."""
        first = {self._place_of(link) for link in self._links(_FIRST)}
        return first == last and not self._links(_PREVIOUS)

    def _own(self) -> set[object]:
        """What the document calls this page."""
        return {
            subject
            for predicate in _LINKS
            for subject in self._said[predicate]
            if isinstance(subject, NamedNode) and same_page(self._place_of(subject.value), self.address)
        }

    def _place_of(self, link: str) -> str:
        return place_of(link, self.address, _ADVICE, "G5.1.4")

    def _error(self, rule: Reason, message: str) -> SourceError:
        return SourceError(rule, plain(message), _ADVICE, "G5.1.4", self.address)


def same_page(one: str, other: str) -> bool:
    """Whether two addresses are of the same page. The first one is often asked for without ``page=1``; on
    another host, the path may be another one too."""
    here, there = urlsplit(one), urlsplit(other)
    return _asked(here) == _asked(there) and (here.path == there.path or origin(here) != origin(there))


def _asked(address: SplitResult) -> frozenset[str]:
    return frozenset(part for part in address.query.split("&") if part and part.lower() != "page=1")
