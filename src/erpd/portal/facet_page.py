"""All values of a facet, A to Z: a page in each scope, with the search that it belongs to."""

from dataclasses import dataclass
from functools import lru_cache

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from erpd.pages.alphabet import alphabetical
from erpd.pages.languages import reader_languages
from erpd.pages.turning import Turning
from erpd.portal.facets import SHOWN, Choice, label_of_value
from erpd.portal.freshness import kept_while_unchanged
from erpd.portal.results import titles_of
from erpd.portal.search_address import LONGEST_TEXT, PAGE, SearchAddress
from erpd.publish.methods import safe
from erpd.register.models import WHOLE
from erpd.register.scope import NoSuchScope, Scope, scope
from erpd.register.search import IndexNotReady, values
from erpd.register.words import folded, words

AMONG = "among"  # field of the address: words that the values shown begin with
ON_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class Way:
    """A value, and the address of the search in which it is chosen, or no longer."""

    choice: Choice
    url: str


def within(name: str | None, catalogue: str | None) -> Scope:
    """The scope that an address names. Raises Http404 if there is none."""
    if catalogue in WHOLE:  # each scope has only one address
        raise Http404(catalogue)
    try:
        return scope(name or catalogue or "all")
    except NoSuchScope:
        raise Http404(catalogue) from None


@safe
@kept_while_unchanged
def facet_page(
    request: HttpRequest, facet: str, name: str | None = None, catalogue: str | None = None
) -> HttpResponse:
    """The values of a facet, A to Z, counted as beside the search with the same filters."""
    if facet not in SHOWN:
        raise Http404(facet)
    place = within(name, catalogue)
    languages = reader_languages(request)
    asked = SearchAddress.read(place.prefix or "/", request.GET)
    among = " ".join(request.GET.get(AMONG, "").replace("\0", " ").split())[:LONGEST_TEXT]
    facts = {"label": SHOWN[facet], "asked": asked, "among": among, "place": "search"}
    try:
        counted = values(place, facet, asked.text, asked.filters, languages=languages)
    except IndexNotReady:
        response = render(request, "portal/facet_page.html", facts, status=503)
        response["Retry-After"] = "10"
        return response
    titles = titles_of(place, languages) if facet == "catalogue" else {}
    chosen = asked.filters.get(facet, ())
    choices = [
        Choice(value, label_of_value(facet, value, languages, titles), number, value in chosen)
        for value, number in counted
    ]
    if wanted := plain(among):
        choices = [choice for choice in choices if wanted in plain(choice.label.text)]
    found = sorted(choices, key=lambda choice: (alphabetical(choice.label.text, languages[0]), choice.value))
    turning = Turning.read(request, PAGE, len(found), ON_A_PAGE, "values")
    ways = [
        Way(choice, (asked.without if choice.chosen else asked.having)(facet, choice.value).url)
        for choice in found[turning.start : turning.start + turning.size]
    ]
    facts |= {"ways": ways, "number": len(found), "turning": turning}
    return render(request, "portal/facet_page.html", facts)


@lru_cache(maxsize=20_000)
def plain(text: str) -> str:
    """Text as it is compared: in lower case, without diacritics and punctuation, a space before each word."""
    return "".join(f" {word}" for word in folded(words(text)))
