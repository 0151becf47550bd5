"""A dump in pages (G5.1.4): what a document says about its page, in the Hydra Core Vocabulary.

We understand the older terms (hydra:PagedCollection, nextPage, lastPage) and the newer ones
(hydra:PartialCollectionView, next, last; totalItems of the collection), and links as IRIs or texts, relative
or not.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import SplitResult, urljoin, urlsplit

from pyoxigraph import BlankNode, NamedNode, Quad

from erpd.formats.rdf.references import resolved
from erpd.metadata.masking import plain
from erpd.metadata.terms import DCAT, HYDRA, RDF
from erpd.sources.errors import Reason, SourceError
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
    """What a document says about its pages, noted while its triples pass.

    It was received from ``address``, and may declare another ``base`` for its links, from which ``bare``
    removes our own keys.
    """

    def __init__(self, address: str, bare: Callable[[str], str] = str) -> None:
        self.address = address
        self._bare = bare
        self.base = ""
        self._said: dict[NamedNode, dict[object, set[str]]] = defaultdict(lambda: defaultdict(set))
        # DCAT 3 has series: lists count them, but they are not data sets.
        self.series: set[str] = set()
        self._noted = 0
        self._lost = False

    def noting(self, triples: Iterable[Quad]) -> Iterator[Quad]:
        """Yield the same triples, and note what they say."""
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
        """Whether the document says how many records there are."""
        return bool(self._said.get(HYDRA.totalItems))

    def note_broken(self, content: bytes) -> None:
        """Note a piece that could not be read: it may have named the next page."""
        self._lost = self._lost or (_LINK.search(content) is not None and b"hydra" in content)

    def total(self) -> int | None:
        """hydra:totalItems, if there is only one: how many records there are on all pages."""
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
        """Return the address of the next page, or "" if this is the last one.

        Raises SourceError if there are two next pages, if the page calls another one the last, or if what it
        says about them is broken.
        """
        following = {self._place_of(link) for link in self._links(_NEXT)}
        last = {self._place_of(link) for link in self._links(_LAST)}
        here = any(same_page(link, self.address) for link in last)
        if following == last and (here or last == self._called()):
            following = set()  # the last page names itself as the next
        if len(following) == 1:
            return following.pop()
        if following:
            raise self._error(
                Reason.PROTOCOL_ERROR,
                f"The page names more than one next page: {', '.join(sorted(following))}",
            )
        if self._lost:
            raise self._error(Reason.BROKEN_SYNTAX, "The page's link to the next page cannot be read")
        if last and not (here or last == self._called() or self._is_only(last)):
            raise self._error(
                Reason.CUT,
                f"The page names no next page, but calls another one the last: {', '.join(sorted(last))}",
            )
        return ""

    def _links(self, predicates: frozenset[NamedNode]) -> set[str]:
        """The links of this page; if the document does not describe it, of all pages that it describes."""
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
        """What the page calls itself, if it describes one page: its address may be different."""
        subjects = {
            subject.value
            for predicate in _LINKS
            for subject in self._said[predicate]
            if isinstance(subject, NamedNode)
        }
        return {self._place_of(subject) for subject in subjects} if len(subjects) == 1 else set()

    def _is_only(self, last: set[str]) -> bool:
        """Whether the first page is also the last, with nothing before or after it."""
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
        return self._bare(place_of(link, self.address, _ADVICE, "G5.1.4"))

    def _error(self, rule: Reason, message: str) -> SourceError:
        return SourceError(rule, plain(message), _ADVICE, "G5.1.4", self.address)


def same_page(one: str, other: str) -> bool:
    """Whether two addresses lead to the same page.

    The first page is often requested without ``page=1``. On another host, the path may be different too.
    """
    here, there = urlsplit(one), urlsplit(other)
    return _asked(here) == _asked(there) and (here.path == there.path or origin(here) != origin(there))


def _asked(address: SplitResult) -> frozenset[str]:
    return frozenset(part for part in address.query.split("&") if part and part.lower() != "page=1")
