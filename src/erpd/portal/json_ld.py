"""The data set in schema.org terms, which search engines for data read in its page.

Google Dataset Search takes a description of 50 to 5,000 characters and an address for each distribution
(https://developers.google.com/search/docs/appearance/structured-data/dataset).
"""

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from erpd.metadata.view import Moment, View
from erpd.pages.values import Value, shortened
from erpd.portal.coverage import spatial_coverage, temporal_coverage
from erpd.portal.presentation import Distribution, Presentation

SHORTEST, LONGEST = 50, 5_000  # characters of a description
# Escape everything that could end the script element or begin another.
_ESCAPES = {
    ord(">"): "\\u003E",
    ord("<"): "\\u003C",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


def json_ld(
    shown: Presentation, view: View, languages: tuple[str, ...], *, url: str, catalogue: str
) -> SafeString:
    """JSON-LD for a script element; "" for a record that search engines refuse, with no title or description.

    ``url`` is the address of the page, ``catalogue`` the name of its catalogue.
    """
    description = shown.description.text.strip() if shown.description else ""
    if shown.title.is_address or len(description) < SHORTEST:
        return SafeString("")
    publishers = [
        {"@type": "Organization", "name": party.name.text} for party in shown.publishers if party.name.text
    ]
    facts = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": url,
        "url": url,
        "name": shown.title.text,
        "description": description if len(description) <= LONGEST else shortened(description, LONGEST - 1),
        "identifier": view.record.iri,
        "inLanguage": shown.title.language,
        "keywords": [keyword.text for keyword in shown.keywords],
        "about": [theme.text for theme in shown.themes],
        "publisher": publishers,
        "creator": publishers,
        "dateModified": _date(view.modified),
        "datePublished": _date(view.issued),
        "temporalCoverage": temporal_coverage(view),
        "spatialCoverage": spatial_coverage(view, languages),
        "license": _licences([one.value for one in shown.all_licences if not one.distributions]),
        "conditionsOfAccess": [value.text for value in shown.access_rights],
        "isAccessibleForFree": True if shown.is_open else None,
        "includedInDataCatalog": {"@type": "DataCatalog", "name": catalogue},
        "distribution": [
            _download(each) for each in shown.distributions if _links([*each.downloads, *each.access])
        ],
    }
    return mark_safe(json.dumps(_filled(facts), ensure_ascii=False).translate(_ESCAPES))  # noqa: S308


def _download(distribution: Distribution) -> dict[str, Any]:
    facts = {
        "@type": "DataDownload",
        "name": distribution.title.text if distribution.title else None,
        "encodingFormat": [value.text for value in distribution.formats],
        "contentSize": distribution.size,
        "contentUrl": _links(distribution.downloads),
        "url": _links(distribution.access),
        "license": _licences(distribution.licences),
    }
    return _filled(facts)


def _licences(values: list[Value]) -> list[str | dict[str, str]]:
    return [
        value.href or {"@type": "CreativeWork", "name": value.text}
        for value in values
        if value.href or value.text
    ]


def _date(moment: Moment | None) -> str:
    return moment.text if moment else ""


def _links(values: list[Value]) -> list[str]:
    return [value.href for value in values if value.href]


def _filled(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts that are not empty; a list with one item becomes that item."""
    single = {
        name: value[0] if isinstance(value, list) and len(value) == 1 else value
        for name, value in facts.items()
    }
    return {name: value for name, value in single.items() if value}
