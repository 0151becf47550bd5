"""The data set in schema.org terms, which search engines for data read in its page."""

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from erpd.pages.values import Value
from erpd.portal.presentation import Distribution, Presentation

# Escape everything that could end the script element or begin another.
_ESCAPES = {
    ord(">"): "\\u003E",
    ord("<"): "\\u003C",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


def json_ld(shown: Presentation, url: str, catalogue: str, record: dict[str, str]) -> SafeString:
    """JSON-LD for a script element. ``record``: further facts, by their names in schema.org."""
    publishers = [
        {"@type": "Organization", "name": party.name.text} for party in shown.publishers if party.name.text
    ]
    facts = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": url,
        "url": url,
        "name": shown.title.text,
        "description": shown.description.text if shown.description else None,
        "inLanguage": shown.title.language,
        "keywords": [keyword.text for keyword in shown.keywords],
        "about": [theme.text for theme in shown.themes],
        "publisher": publishers,
        "creator": publishers,
        "license": _links([one.value for one in shown.all_licences if not one.distributions]),
        "conditionsOfAccess": [value.text for value in shown.access_rights],
        "isAccessibleForFree": True if shown.is_open else None,
        "includedInDataCatalog": {"@type": "DataCatalog", "name": catalogue},
        "distribution": [_download(each) for each in shown.distributions if _links(each.downloads)],
        **record,
    }
    return mark_safe(json.dumps(_filled(facts), ensure_ascii=False).translate(_ESCAPES))  # noqa: S308


def _download(distribution: Distribution) -> dict[str, Any]:
    facts = {
        "@type": "DataDownload",
        "name": distribution.title.text if distribution.title else None,
        "encodingFormat": [value.text for value in distribution.formats],
        "contentSize": distribution.size,
        "contentUrl": _links(distribution.downloads),
    }
    return _filled(facts)


def _links(values: list[Value]) -> list[str]:
    return [value.href for value in values if value.href]


def _filled(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts that are not empty; a list with one item becomes that item."""
    single = {
        name: value[0] if isinstance(value, list) and len(value) == 1 else value
        for name, value in facts.items()
    }
    return {name: value for name, value in single.items() if value}
