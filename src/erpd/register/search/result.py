"""Search within a scope: the hits in order, and how many data sets each further filter would leave."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TypeVar
from uuid import UUID

from tantivy import DocAddress, Occur, Order, Query, Searcher

from erpd.register.scope import Scope
from erpd.register.search.asked import FACETS, Asked, Asking, by_country, catalogues_of, chosen_of, parts_of
from erpd.register.search.facets import facets
from erpd.register.search.near import near
from erpd.register.search.reading import Opened, doubt, opened
from erpd.register.search.soundness import is_failure
from erpd.register.words import known_language

SORTS = ("relevance", "modified", "title")
FURTHEST = 10_000  # nobody turns that many pages, and programs have doors that page by key
MOST_HITS = 1_000
_TIES = (100, 1_000, 10_000)  # data sets after a page that are looked at for the same relevance
_REMEMBERED = 200  # searches, 10 kB each for their facets, and as much for what they found
_FIRST = 50  # hits of a search that are remembered: hardly anyone turns to further pages

K = TypeVar("K")
V = TypeVar("V")
_Found = tuple[list[tuple[float, DocAddress]], int, str]


@dataclass(frozen=True, slots=True)
class Hit:
    """A data set that was found."""

    key: UUID
    score: float  # 0.0 unless sorted by relevance


@dataclass(frozen=True, slots=True)
class Result:
    """What a search found."""

    total: int
    """The number of all data sets found."""
    hits: list[Hit] = field(default_factory=list)
    """Those on this page, in order."""
    facets: dict[str, list[tuple[str, int]]] = field(default_factory=lambda: {name: [] for name in FACETS})
    """Facet -> (value, number), largest number first; always includes the values that are chosen."""
    suggestion: str = ""
    """If nothing was found: a question with words that occur and are written nearly the same."""


def search(
    scope: Scope,
    question: str = "",
    filters: Mapping[str, Sequence[str]] = {},
    *,
    sort: str = "relevance",
    offset: int = 0,
    size: int = 10,
    languages: Sequence[str] = ("en",),
    leading: Sequence[UUID] = (),
) -> Result:
    """Find ``size`` data sets of ``scope`` after the first ``offset``. The ``question`` may be any text.

    ``filters`` maps a facet to values, one of which must match. A facet is counted with all filters except
    its own. If the question has no words to find, "relevance" sorts like "modified": newest first by the
    dates of the records, then dates in the future, then those without a date. What ``leading``
    names comes first, as far as it is found, in its order: for an order that the index does not know.

    Raises ValueError for an unknown facet or sort or if offset or size is out of bounds, and IndexNotReady.
    """
    if sort not in SORTS:
        raise ValueError(f"No such order: {sort}. There are {', '.join(SORTS)}.")
    if not (0 <= offset <= FURTHEST and 0 <= size <= MOST_HITS):
        raise ValueError(
            f"A search shows at most {MOST_HITS} data sets at a time and not beyond number {FURTHEST}: "
            "narrow the search, or harvest the catalogue to read all of it."
        )
    chosen = chosen_of(filters)
    catalogues = catalogues_of(scope)
    if not catalogues:
        return Result(0)
    index = opened()
    parts = parts_of(question)
    relevance = sort == "relevance" and not all(part.excluded for part in parts)
    # What a search depends on, besides the index: readers turn pages, sort, and most begin at the same ones.
    key = repr((parts, sorted(chosen.items()), sorted(catalogues.items())))
    order = "" if relevance else "title_order" if sort == "title" else "modified"
    near_by = frozenset(map(known_language, languages))

    @cache
    def asking() -> Asking:
        return Asking(index.schema, index.searcher, near_by, by_country(catalogues))

    @cache
    def asked() -> Asked:
        question = asking().query(parts)
        return Asked(index.schema, question, chosen, catalogues, index.is_covered_by(catalogues))

    def found(start: int, number: int) -> _Found:
        page, total = _led(index, asked().query(), leading, order, offset=start, size=number)
        meant = near(index.searcher, asking(), asked(), parts, languages) if parts and not total else ""
        return page, total, meant

    try:
        if offset + size <= _FIRST:
            first, total, meant = _once(
                index.found, (key, order, *languages, *leading), lambda: found(0, _FIRST)
            )
            page = first[offset : offset + size]
        else:
            page, total, meant = found(offset, size)
        hits = [
            Hit(UUID(index.searcher.doc(address)["key"][0]), score if relevance else 0.0)
            for score, address in page
        ]
        return Result(total, hits, _once(index.counted, key, lambda: facets(index.searcher, asked())), meant)
    except BaseException as error:
        if is_failure(error):
            doubt(index, error)
        raise


def _once(kept: dict[K, V], key: K, make: Callable[[], V]) -> V:
    """What is kept under ``key``, or made now."""
    answer = kept.get(key)
    if answer is None:
        answer = make()
        if len(kept) >= _REMEMBERED:
            kept.clear()
        kept[key] = answer
    return answer


def _led(
    index: Opened, query: Query, leading: Sequence[UUID], order: str, *, offset: int, size: int
) -> tuple[list[tuple[float, DocAddress]], int]:
    """As ``_page``, after those that come first."""
    if not leading:
        return _page(index.searcher, query, order, offset, size)
    named = Query.term_set_query(index.schema, "key", [key.hex for key in leading])
    both = Query.boolean_query([(Occur.Must, query), (Occur.Must, named)])
    hits = index.searcher.search(both, limit=len(leading)).hits
    places = {key.int >> 64: place for place, key in enumerate(leading)}
    keys = index.searcher.fast_field_values("id_order", [address for _, address in hits])
    ordered = [
        hit for _, hit in sorted(zip(keys, hits, strict=True), key=lambda one: places[int(one[0] or 0)])
    ]
    page, others = ordered[offset : offset + size], query.and_must_not_match(named)
    rest, count = _page(index.searcher, others, order, max(0, offset - len(ordered)), size - len(page))
    return page + rest, len(ordered) + count


def _page(
    searcher: Searcher, query: Query, order: str, offset: int, size: int
) -> tuple[list[tuple[float, DocAddress]], int]:
    """The hits of a page with their scores, and the number of all hits. ``order``: a field, "" for relevance.

    Of equally relevant data sets the newest come first. The index itself would order them by where they lie
    in its segments, which changes with every merge. Labels of codes make thousands equally relevant, so we
    look on after the page until the relevance changes, but not without end.
    """
    if order:
        found = searcher.search(
            query,
            limit=max(size, 1),
            offset=offset,
            order_by_field=order,
            order=Order.Asc if order == "title_order" else Order.Desc,
        )
        return found.hits[:size], found.count  # type: ignore[attr-defined]
    end = offset + max(size, 1)
    for more in _TIES:
        found = searcher.search(query, limit=end + more)
        hits = found.hits
        if len(hits) < end + more or hits[end - 1][0] > hits[-1][0]:
            break
    page = hits[offset:end]
    if page:
        first, last = page[0][0], page[-1][0]
        before = next(number for number, (score, _) in enumerate(hits) if score == first)
        alike = [hit for hit in hits[before:] if hit[0] >= last]
        newness = searcher.fast_field_values("modified", [address for _, address in alike])
        ordered = sorted(zip(alike, newness, strict=True), key=lambda each: (-each[0][0], -(each[1] or 0)))
        page = [hit for hit, _ in ordered[offset - before : end - before]]
    return page[:size], found.count  # type: ignore[attr-defined]
