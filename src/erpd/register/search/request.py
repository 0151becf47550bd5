"""One search, taken apart: what is asked, which catalogues it may see, which filters are set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tantivy import Occur, Query, Schema

from erpd.register.models import Catalogue
from erpd.register.scope import Scope
from erpd.register.search.schema import CODES

OF_CATALOGUE = ("country", "catalogue", "kind")
FACETS = ("country", "catalogue", "publisher", "theme", "format", "access_right", "language", "kind")
MOST_VALUES = 50  # of one facet, shown and chosen


@dataclass(frozen=True, slots=True)
class Request:
    """``catalogues``: those of the scope, id -> value of each facet in OF_CATALOGUE, from the database.

    So the scope is part of each query, and a catalogue that changes its country needs no new index.
    """

    schema: Schema
    asked: Query | None
    catalogues: Mapping[int, Mapping[str, str]]
    chosen: Mapping[str, Sequence[str]]

    def query(self, without: Sequence[str] = ()) -> Query:
        """What is asked, with all filters but those of the facets ``without``."""
        seen = [catalogue for catalogue in self.catalogues if self.fits(catalogue, without)]
        needed = [Query.term_set_query(self.schema, "catalogue", seen) if seen else Query.empty_query()]
        needed += [
            Query.term_set_query(self.schema, name, self.chosen[name])
            for name in CODES
            if name in self.chosen and name not in without
        ]
        clauses = [(Occur.Must, Query.const_score_query(filtered, 0.0)) for filtered in needed]
        if self.asked is not None:
            clauses.append((Occur.Must, self.asked))
        return Query.boolean_query(clauses)

    def fits(self, catalogue: int, without: Sequence[str] = ()) -> bool:
        """Whether a catalogue passes the filters on catalogues, those of ``without`` left out."""
        values = self.catalogues[catalogue]
        return all(
            values[name] in self.chosen[name]
            for name in OF_CATALOGUE
            if name in self.chosen and name not in without
        )


def catalogues_of(scope: Scope) -> dict[int, dict[str, str]]:
    """The catalogues of a scope, as in Request."""
    rows = Catalogue.objects.filter(pk__in=scope.catalogues).values_list("pk", *_COLUMNS)
    return {pk: dict(zip(OF_CATALOGUE, values, strict=True)) for pk, *values in rows}


def chosen_of(filters: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The filters that are set, at most MOST_VALUES values each; raises ValueError for an unknown facet."""
    unknown = sorted(set(filters) - set(FACETS))
    if unknown:
        raise ValueError(f"No such facet: {', '.join(unknown)}. There are {', '.join(FACETS)}.")
    return {
        name: [_encodable(value) for value in values][:MOST_VALUES]
        for name, values in filters.items()
        if values
    }


def _encodable(value: str) -> str:
    return value.encode("utf-8", "replace").decode()


_COLUMNS = ("country", "slug", "kind")  # in the order of OF_CATALOGUE
