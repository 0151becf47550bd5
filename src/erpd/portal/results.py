"""The results of a search with its filters: one region, on the search and the catalogue pages."""

from dataclasses import dataclass
from functools import cache

from django.http import HttpRequest
from django.urls import get_script_prefix, reverse

from erpd.access.decisions.kept import quickest
from erpd.pages.languages import reader_languages
from erpd.pages.turning import Turning
from erpd.pages.values import Value
from erpd.portal.catalogues import title_of
from erpd.portal.facets import Chosen, Facet, chosen, facets
from erpd.portal.hits import Hit, hits
from erpd.portal.search_address import LAST_PAGE, QUICKEST, SIZE, SearchAddress
from erpd.register.derived import is_late
from erpd.register.scope import VISIBLE, Scope
from erpd.register.search import DERIVED, Result, search, values

SWITCH = ("search", "protected", "open")  # names of the pages that readers switch between


@dataclass(frozen=True, slots=True)
class Results:
    """One page of results, with the filters."""

    asked: SearchAddress
    """The search itself."""
    total: int
    """The number of all data sets found."""
    hits: list[Hit]
    """Those on this page."""
    facets: list[Facet]
    """The filters on offer."""
    chosen: list[Chosen]
    """The active filters."""
    turning: Turning
    """This page among the others."""
    suggestion: SearchAddress | None
    """If nothing was found: what the reader may have meant."""
    late: bool
    """Whether the search is too far behind the register."""
    has_days: bool
    """Whether it can be sorted by the days that decisions take."""


def results(request: HttpRequest, within: Scope) -> Results:
    """The results that the address asks for, within a scope. Raises IndexNotReady.

    A page after the last one gives the last one.
    """
    asked = SearchAddress.read(request.path, request.GET)
    languages = reader_languages(request)
    found = _ask(asked, within, languages)
    last = min(max(1, -(-found.total // SIZE)), LAST_PAGE)
    if asked.page > last:
        asked = asked.turned_to(last)
        found = _ask(asked, within, languages)
    titles = titles_of(within, languages)
    return Results(
        asked,
        found.total,
        hits(within, [hit.key for hit in found.hits], asked.text, languages),
        facets(found.facets, asked, languages, titles),
        chosen(asked, languages, titles, lambda: _publishers(found, within)),
        Turning(asked.page, last, SIZE, lambda page: f"{asked.turned_to(page).url}#count"),
        asked.asking(found.suggestion) if found.suggestion else None,
        is_late(DERIVED),
        bool(quickest()),
    )


def titles_of(within: Scope, languages: tuple[str, ...]) -> dict[str, Value]:
    """Slug -> title in the reader's language, of the catalogues of a scope."""
    return {catalogue.slug: title_of(catalogue, languages) for catalogue in within.catalogues.values()}


def _publishers(found: Result, within: Scope) -> set[str]:
    """Those of the results; if one that is chosen has none, those of the whole scope."""
    counted = found.facets["publisher"]
    if all(number for _, number in counted):
        return {name for name, _ in counted}
    return {name for name, _ in values(within, "publisher")}


def _ask(asked: SearchAddress, within: Scope, languages: tuple[str, ...]) -> Result:
    return search(
        within,
        asked.text,
        asked.filters,
        sort="modified" if asked.sort == QUICKEST else asked.sort,
        offset=asked.offset,
        size=SIZE,
        languages=languages,
        leading=quickest() if asked.sort == QUICKEST else (),
    )


def switch(asked: SearchAddress) -> list[tuple[str, str, bool]]:
    """The same search in all, protected and open data: (kind, address, whether it is the current one)."""
    addresses = _switched(get_script_prefix())
    return [
        (kind, asked.at(address).url, asked.path.rstrip("/") == address.rstrip("/"))
        for kind, address in zip(("all", *VISIBLE), addresses, strict=True)
    ]


@cache
def _switched(_prefix: str) -> list[str]:
    """The addresses of the pages of SWITCH, while the program is reached under this prefix."""
    return [reverse(f"portal:{name}") for name in SWITCH]
