"""Lists for programs: any number of pages, in an order that edits do not disturb, and what fields hold."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from tantivy import DocAddress, FieldType, Occur, Order, Query, Searcher

from erpd.register.scope import Scope
from erpd.register.search.asked import Asked, Asking, by_country, catalogues_of
from erpd.register.search.facets import every_value
from erpd.register.search.fielded import EVERYTHING, Condition, query_of
from erpd.register.search.reading import Opened, doubt, opened
from erpd.register.search.soundness import is_failure
from erpd.register.words import known_language

T = TypeVar("T")
# Orders by which lists are read: each data set has a place of its own in them.
ORDERS = ("registered", "changed", "modified", "id_order", "title_order")
RELEVANCE = ""
_TIED = 1_000  # data sets after a page of the same relevance that are put in order
_CRAWLS = 10_000  # readers whose place is remembered
_REMEMBERED = 3_600.0  # seconds


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a list."""

    total: int
    """The number of all data sets in the list."""
    keys: list[UUID] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list holds, and in which order."""

    condition: Condition = EVERYTHING
    order: str = "registered"
    """One of ORDERS, or RELEVANCE, where the last to be changed come first among equals."""
    descending: bool = False


def listing(
    scope: Scope, what: Listed, start: int, rows: int, *, reader: str = "", language: str = "en"
) -> Listing:
    """Return ``rows`` data sets of a list after the first ``start``, and the number of all.

    A reader who turns page after page continues after the last data set shown, even if others before it have
    been deleted meanwhile; then the number of all is what this reader will have seen. ``reader`` is anything
    that tells readers apart.

    Raises IndexNotReady.
    """
    catalogues = catalogues_of(scope)
    if not catalogues:
        return Listing(0)

    def read(index: Opened) -> Listing:
        asked = _asked(index, what.condition, catalogues, language)
        if what.order == RELEVANCE:
            return _relevant(index.searcher, asked, start, rows)
        return _ordered(index, asked, what, range(start, start + rows), (reader, scope.name, what))

    return _reading(read)


def values_of(
    scope: Scope, name: str, condition: Condition = EVERYTHING, language: str = "en"
) -> dict[str, int]:
    """The values of a field with codes, or of a facet of catalogues, and their numbers, largest first.

    Up to 10,000 of them. Those of whole scopes are remembered as long as the index is the same. Raises
    IndexNotReady.
    """
    catalogues = catalogues_of(scope)
    if not catalogues:
        return {}

    def read(index: Opened) -> dict[str, int]:
        key = repr(("all", name, sorted(catalogues.items()))) if condition == EVERYTHING else ""
        if key in index.counted:
            return dict(index.counted[key][name])
        found = every_value(index.searcher, _asked(index, condition, catalogues, language), name)
        if key:
            index.counted[key] = {name: found}
        return dict(found)

    return _reading(read)


def _reading(read: Callable[[Opened], T]) -> T:
    index = opened()
    try:
        return read(index)
    except BaseException as error:
        if is_failure(error):
            doubt(index, error)
        raise


def _asked(
    index: Opened, condition: Condition, catalogues: Mapping[int, Mapping[str, str]], language: str
) -> Asked:
    reader = frozenset({known_language(language)})
    asking = Asking(index.schema, index.searcher, reader, by_country(catalogues))
    question = None if condition == EVERYTHING else query_of(condition, asking, catalogues)
    return Asked(index.schema, question, {}, catalogues, index.is_covered_by(catalogues))


def _ordered(index: Opened, asked: Asked, what: Listed, window: range, crawl: tuple[object, ...]) -> Listing:
    start, rows = window.start, len(window)
    searcher, query = index.searcher, asked.query()
    seen = _bookmarks.after(crawl, start) if start and rows else None
    if seen is not None:
        ahead = Query.boolean_query([(Occur.Must, query), (Occur.Must, _beyond(index, what, seen))])
        found = searcher.search(ahead, limit=rows, order_by_field=what.order, order=_order(what))
        total, hits = start + found.count, found.hits  # type: ignore[attr-defined]
        _bookmark(crawl, what, start, hits)
        return Listing(total, _keys(searcher, hits))
    total = searcher.search(query, limit=1).count  # type: ignore[attr-defined]
    if start >= total or not rows:
        hits = []
    elif start > total // 2:  # nearer to the end: read from there
        size = min(rows, total - start)
        order = Order.Asc if what.descending else Order.Desc
        offset = total - start - size
        found = searcher.search(query, limit=size, offset=offset, order_by_field=what.order, order=order)
        hits = found.hits[::-1]
    else:
        found = searcher.search(
            query, limit=rows, offset=start, order_by_field=what.order, order=_order(what)
        )
        hits = found.hits
    _bookmark(crawl, what, start, hits)
    return Listing(total, _keys(searcher, hits))


def _bookmark(
    crawl: tuple[object, ...], what: Listed, start: int, hits: Sequence[tuple[Any, DocAddress]]
) -> None:
    if hits and what.order != "title_order":  # that one is text, which no range of numbers can begin after
        _bookmarks.put(crawl, start + len(hits), hits[-1][0])


def _order(what: Listed) -> Order:
    return Order.Desc if what.descending else Order.Asc


def _beyond(index: Opened, what: Listed, value: int) -> Query:
    kind = FieldType.Unsigned if what.order == "id_order" else FieldType.Integer
    lower, upper = (None, value) if what.descending else (value, None)
    return Query.range_query(
        index.schema,
        what.order,
        kind,
        lower,
        upper,
        include_lower=lower is None,
        include_upper=upper is None,
    )


def _relevant(searcher: Searcher, asked: Asked, start: int, rows: int) -> Listing:
    query = asked.query()
    total: int = searcher.search(query, limit=1).count  # type: ignore[attr-defined]
    end = min(start + rows, total)
    if start >= end:
        return Listing(total)
    hits = searcher.search(query, limit=end + _TIED, count=False).hits
    changed = searcher.fast_field_values("changed", [address for _, address in hits])
    ordered = sorted(zip(hits, changed, strict=True), key=lambda each: (-each[0][0], -(each[1] or 0)))
    return Listing(total, _keys(searcher, [hit for hit, _ in ordered[start:end]]))


def _keys(searcher: Searcher, hits: Sequence[tuple[Any, DocAddress]]) -> list[UUID]:
    return [UUID(searcher.doc(address)["key"][0]) for _, address in hits]


class _Bookmarks:
    """Where readers of long lists have got to. Each process has its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._marks: OrderedDict[tuple[object, ...], list[tuple[int, int, float]]] = OrderedDict()

    def after(self, crawl: tuple[object, ...], start: int) -> int | None:
        """The place of the last data set that this reader saw before number ``start``."""
        since = time.monotonic() - _REMEMBERED
        with self._lock:
            known = self._marks.get(crawl, ())
        return next((place for number, place, at in known if number == start and at > since), None)

    def put(self, crawl: tuple[object, ...], start: int, place: int) -> None:
        """Remember the last page and the one before, which may be asked for once more."""
        with self._lock:
            before = [mark for mark in self._marks.get(crawl, ()) if mark[0] < start]
            self._marks[crawl] = [(start, place, time.monotonic()), *before[:1]]
            self._marks.move_to_end(crawl)
            if len(self._marks) > _CRAWLS:
                self._marks.popitem(last=False)


_bookmarks = _Bookmarks()
