"""The data sets whose title a reader has begun to type."""

from uuid import UUID

from tantivy import Order, Query

from erpd.register.scope import Scope
from erpd.register.search.asked import Asked, beginning, catalogues_of
from erpd.register.search.reading import doubt, opened
from erpd.register.search.soundness import is_failure
from erpd.register.words import LONGEST_WORD, folded, words

SHORTEST = 2  # letters; all titles begin with one of few single letters
_MOST_WORDS = 12


def begun(scope: Scope, typed: str, size: int) -> list[UUID]:
    """The keys of ``size`` data sets whose title begins with ``typed``, otherwise contains words that do.

    In the order of their titles. The last word need not be complete. Raises IndexNotReady.
    """
    said = [word[:LONGEST_WORD] for word in folded(words(typed))][:_MOST_WORDS]
    catalogues = catalogues_of(scope)
    if len("".join(said)) < SHORTEST or not catalogues:
        return []
    index = opened()
    first = beginning(index.schema, "title_order", " ".join(said))
    if len(said) == 1:
        inside = beginning(index.schema, "title", said[0])
    else:
        inside = Query.phrase_prefix_query(index.schema, "title", said)  # type: ignore[arg-type]
    found: list[UUID] = []
    try:
        for query in (first, inside):
            hits = index.searcher.search(
                Asked(index.schema, query, {}, catalogues, index.is_covered_by(catalogues)).query(),
                limit=size,
                count=False,
                order_by_field="title_order",
                order=Order.Asc,
            ).hits
            found += [UUID(index.searcher.doc(address)["key"][0]) for _, address in hits]
            if len(hits) == size:
                break
    except BaseException as error:
        if is_failure(error):
            doubt(index, error)
        raise
    return list(dict.fromkeys(found))[:size]
