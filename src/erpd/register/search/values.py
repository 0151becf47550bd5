"""All values of one facet: for pages that list them, and for suggestions."""

from collections.abc import Mapping, Sequence

from erpd.register.scope import Scope
from erpd.register.search.asked import Asked, Asking, by_country, catalogues_of, chosen_of, parts_of
from erpd.register.search.facets import every_value
from erpd.register.search.reading import doubt, opened
from erpd.register.search.soundness import is_failure
from erpd.register.words import known_language

_REMEMBERED = 200  # lists of values, of whole scopes only: what people ask for is endless


def values(
    scope: Scope,
    name: str,
    question: str = "",
    filters: Mapping[str, Sequence[str]] = {},
    *,
    languages: Sequence[str] = ("en",),
) -> list[tuple[str, int]]:
    """The values of the facet ``name`` with their numbers, as ``search`` counts them, but up to 10,000.

    Those with the largest number come first. Raises ValueError for an unknown facet, and IndexNotReady.
    """
    chosen = chosen_of({name: (), **filters})
    catalogues = catalogues_of(scope)
    if not catalogues:
        return []
    index = opened()
    parts = parts_of(question)
    key = repr(("values", name, sorted(catalogues.items()))) if not parts and not chosen else ""
    if key in index.counted:
        return index.counted[key][name]
    near_by = frozenset(map(known_language, languages))
    asking = Asking(index.schema, index.searcher, near_by, by_country(catalogues))
    try:
        asked = Asked(index.schema, asking.query(parts), chosen, catalogues, index.is_covered_by(catalogues))
        found = every_value(index.searcher, asked, name)
    except BaseException as error:
        if is_failure(error):
            doubt(index, error)
        raise
    if key:
        if len(index.counted) >= _REMEMBERED:
            index.counted.clear()
        index.counted[key] = {name: found}
    return found
