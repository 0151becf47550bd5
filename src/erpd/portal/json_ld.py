"""The data set in schema.org terms, which search engines for data read in its page.

Google Dataset Search takes a description of 50 to 5,000 characters, and a distribution only with the address
of its download; ``sameAs`` tells copies in several registers from different data sets
(https://developers.google.com/search/docs/appearance/structured-data/dataset).
"""

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from erpd.metadata.licences import licence_of, licence_page
from erpd.metadata.view import Moment, View
from erpd.metadata.vocabularies import language_tag
from erpd.pages.presentation import Distribution, Party, Presentation
from erpd.pages.values import LONGEST_TITLE, Value, href_of, shortened
from erpd.portal.coverage import spatial_coverage, temporal_coverage

SHORTEST, LONGEST = 50, 5_000  # characters of a description
MOST_IDENTIFIERS = 10
# Escape everything that could end the script element or begin another.
_ESCAPES = {
    ord(">"): "\\u003E",
    ord("<"): "\\u003C",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


def json_ld(
    shown: Presentation,
    view: View,
    languages: tuple[str, ...],
    *,
    url: str,
    catalogue: str,
    catalogue_url: str,
) -> SafeString:
    """JSON-LD for a script element; "" for a record that search engines refuse, with no title or description.

    ``url`` is the address of the page, ``catalogue`` and ``catalogue_url`` name and address of its catalogue.
    """
    description = shown.description.text.strip() if shown.description else ""
    if shown.title.is_address or len(description) < SHORTEST:
        return SafeString("")
    publishers = [_organization(party) for party in shown.publishers if _is_name(party.name)]
    iri = href_of(view.record.iri)
    facts = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": url,
        "url": url,
        "name": shown.title.text,
        "description": description if len(description) <= LONGEST else shortened(description, LONGEST - 1),
        "sameAs": iri if iri.startswith("http") and iri != url else None,
        "identifier": [shortened(name, LONGEST_TITLE) for name in view.identifiers[:MOST_IDENTIFIERS]],
        "inLanguage": [tag for tag in map(language_tag, view.languages) if tag] or shown.title.language,
        "keywords": [keyword.text for keyword in shown.keywords],
        "about": [
            {"@type": "Thing", "name": theme.text, "sameAs": theme.href}
            for theme in shown.themes
            if _is_name(theme)
        ],
        "publisher": publishers,
        "creator": publishers,
        "dateModified": _date(view.modified),
        "datePublished": _date(view.issued),
        "temporalCoverage": temporal_coverage(view),
        "spatialCoverage": spatial_coverage(view, languages),
        "license": _licences([one.value for one in shown.all_licences if not one.distributions]),
        "conditionsOfAccess": [value.text for value in shown.access_rights if _is_name(value)],
        "isAccessibleForFree": True if shown.is_open else None,
        "acquireLicensePage": [] if shown.is_open else [way.href for way in shown.ways_in],
        "includedInDataCatalog": {"@type": "DataCatalog", "name": catalogue, "url": catalogue_url},
        "distribution": [_download(each, shown.is_open) for each in shown.distributions],
    }
    return mark_safe(json.dumps(_filled(facts), ensure_ascii=False).translate(_ESCAPES))  # noqa: S308


def _organization(party: Party) -> dict[str, Any]:
    """With what tells it from others of the same name."""
    facts = {
        "@type": "Organization",
        "name": party.name.text,
        "sameAs": party.name.href,
        "url": [page for page in _links(party.pages) if page != party.name.href],
    }
    return _filled(facts)


def _download(distribution: Distribution, is_open: bool) -> dict[str, Any]:
    """Empty if there is nothing to download: where access is free, also from the page that gives it."""
    downloads, pages = _links(distribution.downloads), _links(distribution.access)
    if is_open and not downloads:
        downloads, pages = pages, []
    if not downloads:
        return {}
    facts = {
        "@type": "DataDownload",
        "name": distribution.title.text if distribution.title else None,
        "encodingFormat": [value.text for value in distribution.formats],
        "contentSize": distribution.size,
        "contentUrl": downloads,
        "url": pages,
        "license": _licences(distribution.licences),
    }
    return _filled(facts)


def _licences(values: list[Value]) -> list[str | dict[str, Any]]:
    """The address of each licence, its own where we know it; a name where there is no address."""
    return [
        licence_page(licence_of(value.machine or value.href or value.text))
        or value.href
        or {"@type": "CreativeWork", "name": shortened(value.text, LONGEST - 1)}
        for value in values
        if value.href or value.text
    ]


def _is_name(value: Value) -> bool:
    return bool(value.text) and not value.is_address


def _date(moment: Moment | None) -> str:
    return moment.text if moment else ""


def _links(values: list[Value]) -> list[str]:
    return [value.href for value in values if value.href]


def _filled(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts that are not empty, at any depth; a list with one item becomes that item."""
    filled = {name: _without_empty(value) for name, value in facts.items()}
    return {name: value for name, value in filled.items() if value}


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        return _filled(value)
    if isinstance(value, list):
        some = [one for one in map(_without_empty, value) if one]
        return some[0] if len(some) == 1 else some
    return value
