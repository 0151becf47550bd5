"""Suggestions while somebody types in a search field: data sets, publishers and themes of the scope."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

from erpd.metadata.terms import DCT
from erpd.metadata.view import View
from erpd.pages.languages import reader_languages
from erpd.pages.values import LONGEST_TITLE, legible, tag_of
from erpd.portal.facet_page import plain, within
from erpd.portal.facets import LABELS, label_of_value
from erpd.portal.search_address import TEXT, SearchAddress
from erpd.publish.methods import safe
from erpd.register.content import listed
from erpd.register.scope import Scope
from erpd.register.search import SHORTEST, IndexNotReady, begun, values

LONGEST = 100  # characters of what is typed; the rest is ignored
MOST = {"title": 5, "publisher": 3, "theme": 3}
_TITLES = frozenset({str(DCT.title).encode()})

Suggestion = dict[str, str]


@safe
def suggestions(request: HttpRequest, name: str | None = None, catalogue: str | None = None) -> HttpResponse:
    """What ``?q=`` may become, as JSON: each option with its text, what it is, and its address."""
    place = within(name, catalogue)
    typed = request.GET.get(TEXT, "")[:LONGEST].replace("\0", " ")
    wanted = plain(typed)
    languages = reader_languages(request)
    options: list[Suggestion] = []
    if len(wanted) > SHORTEST:
        try:
            options += _data_sets(place, typed, languages)
            for facet in ("publisher", "theme"):
                options += _values(place, facet, wanted, languages)
        except IndexNotReady:
            options = []
    told = ngettext("%(total)s suggestion", "%(total)s suggestions", len(options)) % {"total": len(options)}
    response = JsonResponse({"told": told, "options": options})
    response["Cache-Control"] = "private, max-age=60"
    patch_vary_headers(response, ("Accept-Language", "Cookie"))
    return response


def _data_sets(place: Scope, typed: str, languages: tuple[str, ...]) -> Iterator[Suggestion]:
    keys = begun(place, typed, MOST["title"])
    found = {data_set.key: (data_set, record) for data_set, record in listed(place.among(keys), _TITLES)}
    for key in filter(found.__contains__, keys):
        data_set, record = found[key]
        title, language = _title(View(record), plain(typed), languages)
        yield {
            "text": legible(title, LONGEST_TITLE),
            "language": tag_of(language),
            "note": gettext("Data set"),
            "url": reverse("portal:data-set", kwargs={"key": data_set.key}),
        }


def _title(view: View, wanted: str, languages: tuple[str, ...]) -> tuple[str, str]:
    """The title that the reader sees, unless only one in another language has the words that were typed."""
    title, language = view.title.best(*languages)
    if wanted not in plain(title):
        for other, texts in view.title.by_language.items():
            if wanted in plain(texts[0]):
                return texts[0], other
    return title, language


def _values(place: Scope, facet: str, wanted: str, languages: tuple[str, ...]) -> Iterator[Suggestion]:
    left = MOST[facet]
    for value, number in values(place, facet):
        label = label_of_value(facet, value, languages, {})
        if wanted in plain(label.text):
            numbered = ngettext("%(total)s data set", "%(total)s data sets", number)
            yield {
                "text": legible(label.text, LONGEST_TITLE),
                "language": label.language,
                "note": f"{LABELS[facet]}, {numbered % {'total': number_format(number)}}",
                "url": SearchAddress(place.prefix or "/", filters={facet: (value,)}).url,
            }
            left -= 1
            if not left:
                return
