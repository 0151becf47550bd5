"""The facts about the node that every page can show."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, gettext, gettext_noop

from erpd.pages.languages import PARAMETER, interface_languages, own_name
from erpd.register.catalogues import country_name

# For the translators: the one title that is the same everywhere (G1.3).
gettext_noop("European Register for Protected Data held by the Public Sector")


def node(request: HttpRequest) -> dict[str, Any]:
    """The context processor that adds these facts to every template.

    ``node``: the settings in node.toml;
    ``interface``: the languages to choose from, each with its own name and the address of this page in it.
    """
    here = get_language() or "en"
    return {
        "node": settings.NODE,
        "title": gettext(settings.NODE.title),
        "node_country": country_name(settings.NODE.country, here) if settings.NODE.country else "",
        "interface": [(code, own_name(code), address) for code, address in _addresses(request)],
        "language": here,
        "language_own_name": own_name(here),
    }


def _addresses(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """Each language, with the address of this page in it."""
    fields = request.GET.copy()
    fields.pop(PARAMETER, None)
    beginning = f"{request.path}?{fields.urlencode()}{'&' if fields else ''}{PARAMETER}="
    for language in interface_languages():
        yield language, f"{beginning}{language}"
