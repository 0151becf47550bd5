"""The results of a search with the filters beside them: one region, on the search and the catalogue pages."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from erpd.pages.languages import reader_languages
from erpd.portal.catalogues import title_of
from erpd.portal.facets import Chosen, Facet, chosen, facets
from erpd.portal.hits import Hit, hits
from erpd.portal.query import LAST_PAGE, SIZE, Query, pages
from erpd.register.models import Catalogue
from erpd.register.scope import VISIBLE, Scope
from erpd.register.search import Result, search

SWITCH = ("search", "protected", "open")  # names of the pages between which the reader switches


@dataclass(frozen=True, slots=True)
class Page:
    """``number`` 0: pages that are left out."""

    number: int
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Results:
    query: Query
    total: int
    hits: list[Hit]
    facets: list[Facet]
    chosen: list[Chosen]
    last_page: int

    @property
    def first(self) -> int:
        """The place of the first hit on this page."""
        return self.query.offset + 1

    @property
    def pages(self) -> list[Page]:
        here = self.query.page
        return [
            Page(number, self.query.turned_to(number).url if number else "", number == here)
            for number in pages(here, self.last_page)
        ]

    @property
    def previous(self) -> str:
        return self.query.turned_to(self.query.page - 1).url if self.query.page > 1 else ""

    @property
    def next(self) -> str:
        return self.query.turned_to(self.query.page + 1).url if self.query.page < self.last_page else ""


def results(request: HttpRequest, within: Scope) -> Results:
    """What the address asks for, within a scope; the last page for one behind it. Raises IndexNotReady."""
    query = Query.read(request.path, request.GET)
    languages = reader_languages(request)
    found = _ask(query, within, languages)
    last = min(max(1, -(-found.total // SIZE)), LAST_PAGE)
    if query.page > last:
        query = query.turned_to(last)
        found = _ask(query, within, languages)
    titles = {
        catalogue.slug: title_of(catalogue, languages).text
        for catalogue in Catalogue.objects.filter(pk__in=within.catalogues)
    }
    return Results(
        query,
        found.total,
        hits(within, [hit.key for hit in found.hits], query.text, languages),
        facets(found.facets, query, languages, titles),
        chosen(query, languages, titles),
        last,
    )


def _ask(query: Query, within: Scope, languages: tuple[str, ...]) -> Result:
    return search(
        within,
        query.text,
        query.filters,
        sort=query.sort,
        offset=query.offset,
        size=SIZE,
        languages=languages,
    )


def switch(query: Query) -> list[tuple[str, str, bool]]:
    """(kind, address, is it this one) of the same search in all, protected and open data."""
    addresses = [reverse(f"portal:{name}") for name in SWITCH]
    return [
        (kind, query.at(address).url, query.path.rstrip("/") == address.rstrip("/"))
        for kind, address in zip(("all", *VISIBLE), addresses, strict=True)
    ]
