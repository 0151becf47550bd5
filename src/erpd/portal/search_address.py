"""A search as its address describes it, so that it can be bookmarked and shared."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Self
from urllib.parse import urlencode

from django.http import QueryDict

from erpd.pages.turning import page_number
from erpd.register.search import FACETS

TEXT = "q"
PAGE = "page"
SORT = "sort"
QUICKEST = "days"  # to a decision
SORTS = ("relevance", "modified", "title", QUICKEST)
SIZE = 10
LAST_PAGE = 1000  # beyond it, people narrow their search and programs use the doors
LONGEST_TEXT = 500
MOST_CHOSEN = 50


@dataclass(frozen=True, slots=True)
class SearchAddress:
    """The parts of the address of a search."""

    path: str
    """That of the page with the search."""
    text: str = ""
    """The question."""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Facet -> values chosen."""
    sort: str = "relevance"
    """One of SORTS."""
    page: int = 1
    """The number of the page, from 1."""

    @classmethod
    def read(cls, path: str, parameters: QueryDict) -> Self:
        """Read an address. Invalid parts are ignored, so an address that was cut or edited still works."""
        chosen = {name: tuple(dict.fromkeys(parameters.getlist(name)))[:MOST_CHOSEN] for name in FACETS}
        text = " ".join(parameters.get(TEXT, "").replace("\0", " ").split())[:LONGEST_TEXT]
        sort = parameters.get(SORT, "")
        if sort not in SORTS or (sort == "modified" and not text):
            sort = "relevance"  # without words, this sorts by date
        return cls(
            path,
            text,
            {name: tuple(filter(None, values)) for name, values in chosen.items() if any(values)},
            sort,
            min(page_number(parameters.get(PAGE, "")), LAST_PAGE),
        )

    @property
    def offset(self) -> int:
        return (self.page - 1) * SIZE

    @property
    def url(self) -> str:
        """The address of this search, without defaults."""
        written = _written(tuple(self.fields))
        if self.page > 1:
            written += f"{'&' if written else ''}{PAGE}={self.page}"
        return f"{self.path}?{written}" if written else self.path

    def asking(self, text: str) -> Self:
        """Another question, with the same filters."""
        return replace(self, text=text[:LONGEST_TEXT], page=1)

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The fields of a form that repeats this search, without defaults and page."""
        fields: list[tuple[str, str]] = [(TEXT, self.text)] if self.text else []
        fields += [(name, value) for name, values in self.filters.items() for value in values]
        if self.sort != "relevance":
            fields.append((SORT, self.sort))
        return fields

    def at(self, path: str) -> Self:
        """The same search on another page."""
        return replace(self, path=path, page=1)

    def turned_to(self, page: int) -> Self:
        return replace(self, page=page)

    def having(self, name: str, value: str) -> Self:
        """The same search with one more value of a filter."""
        values = (*self.filters.get(name, ()), value)
        return replace(self, filters={**self.filters, name: values}, page=1)

    def without(self, name: str, value: str) -> Self:
        """The same search without one value of a filter."""
        left = tuple(other for other in self.filters.get(name, ()) if other != value)
        filters = {**self.filters, name: left}
        return replace(self, filters={key: values for key, values in filters.items() if values}, page=1)

    def cleared(self) -> Self:
        """The same search without filters."""
        return replace(self, filters={}, page=1)


@lru_cache(100)
def _written(fields: tuple[tuple[str, str], ...]) -> str:
    """The fields as an address has them: a page of results links to itself some twenty times."""
    return urlencode(fields)
