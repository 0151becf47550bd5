"""The results of a search with the filters beside them: one region, on the search and the catalogue pages."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from erpd.pages.languages import reader_languages
from erpd.portal.catalogues import title_of
from erpd.portal.facets import Chosen, Facet, chosen, facets
from erpd.portal.hits import Hit, hits
from erpd.portal.search_address import LAST_PAGE, SIZE, SearchAddress, page_numbers
from erpd.register.models import Catalogue
from erpd.register.scope import VISIBLE, Scope
from erpd.register.search import Result, search

SWITCH = ("search", "protected", "open")  # names of the pages between which the reader switches


@dataclass(frozen=True, slots=True)
class PageLink:
    """``number`` 0: pages that are left out."""

    number: int
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Results:
    asked: SearchAddress
    total: int
    hits: list[Hit]
    facets: list[Facet]
    chosen: list[Chosen]
    last_page: int

    @property
    def first(self) -> int:
        """The place of the first hit on this page."""
        return self.asked.offset + 1

    @property
    def pages(self) -> list[PageLink]:
        here = self.asked.page
        return [
            PageLink(number, self.asked.turned_to(number).url if number else "", number == here)
            for number in page_numbers(here, self.last_page)
        ]

    @property
    def previous(self) -> str:
        return self.asked.turned_to(self.asked.page - 1).url if self.asked.page > 1 else ""

    @property
    def next(self) -> str:
        return self.asked.turned_to(self.asked.page + 1).url if self.asked.page < self.last_page else ""


def results(request: HttpRequest, within: Scope) -> Results:
    """What the address asks for, within a scope; the last page for one behind it. Raises IndexNotReady."""
    asked = SearchAddress.read(request.path, request.GET)
    languages = reader_languages(request)
    found = _ask(asked, within, languages)
    last = min(max(1, -(-found.total // SIZE)), LAST_PAGE)
    if asked.page > last:
        asked = asked.turned_to(last)
        found = _ask(asked, within, languages)
    titles = {
        catalogue.slug: title_of(catalogue, languages).text
        for catalogue in Catalogue.objects.filter(pk__in=within.catalogues)
    }
    return Results(
        asked,
        found.total,
        hits(within, [hit.key for hit in found.hits], asked.text, languages),
        facets(found.facets, asked, languages, titles),
        chosen(asked, languages, titles),
        last,
    )


def _ask(asked: SearchAddress, within: Scope, languages: tuple[str, ...]) -> Result:
    return search(
        within,
        asked.text,
        asked.filters,
        sort=asked.sort,
        offset=asked.offset,
        size=SIZE,
        languages=languages,
    )


def switch(asked: SearchAddress) -> list[tuple[str, str, bool]]:
    """(kind, address, is it this one) of the same search in all, protected and open data."""
    addresses = [reverse(f"portal:{name}") for name in SWITCH]
    return [
        (kind, asked.at(address).url, asked.path.rstrip("/") == address.rstrip("/"))
        for kind, address in zip(("all", *VISIBLE), addresses, strict=True)
    ]
