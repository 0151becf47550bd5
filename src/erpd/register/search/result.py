"""Search within a scope: hits in order, and how many data sets each further filter would leave."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from tantivy import Order

from erpd.register.scope import Scope
from erpd.register.search.asked import FACETS, Asked, catalogues_of, chosen_of, parts_of, query_of
from erpd.register.search.facets import facets
from erpd.register.search.reading import opened

SORTS = ("relevance", "modified", "title")
FURTHEST = 10_000  # nobody turns so many pages; programs have doors that page by key
MOST_HITS = 1_000


@dataclass(frozen=True, slots=True)
class Hit:
    key: UUID
    score: float  # 0.0 where the order is not by relevance


@dataclass(frozen=True, slots=True)
class Result:
    """``facets``: name -> (value, number), most first; values that are chosen are always among them."""

    total: int
    hits: list[Hit] = field(default_factory=list)
    facets: dict[str, list[tuple[str, int]]] = field(default_factory=lambda: {name: [] for name in FACETS})


def search(
    scope: Scope,
    question: str = "",
    filters: Mapping[str, Sequence[str]] = {},
    *,
    sort: str = "relevance",
    offset: int = 0,
    size: int = 10,
    languages: Sequence[str] = ("en",),
) -> Result:
    """``size`` data sets of ``scope`` after the first ``offset``; a ``question`` may be any text (see Asked).

    ``filters``: facet -> values, one of which must fit. A facet is counted with all filters but its own.
    Where no word is asked for, "relevance" is "modified", the newest first.
    Raises ValueError for an unknown facet or sort, or an offset or size out of bounds; IndexNotReady.
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
    asked = Asked(index.schema, query_of(index.schema, parts, languages), chosen, catalogues)
    relevance = sort == "relevance" and not all(part.excluded for part in parts)
    found = index.searcher.search(
        asked.query(),
        limit=max(size, 1),
        offset=offset,
        order_by_field=None if relevance else "title_order" if sort == "title" else "modified",
        order=Order.Asc if sort == "title" else Order.Desc,
    )
    hits = [
        Hit(UUID(index.searcher.doc(address)["key"][0]), score if relevance else 0.0)
        for score, address in found.hits[:size]
    ]
    total = found.count  # type: ignore[attr-defined]
    return Result(total, hits, facets(index.searcher, asked))
