"""The facts about the node that every page can show."""

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
        "interface": [(code, own_name(code), _address(request, code)) for code in interface_languages()],
        "language": here,
        "language_own_name": own_name(here),
    }


def _address(request: HttpRequest, language: str) -> str:
    """The address of this page in ``language``."""
    parameters = request.GET.copy()
    parameters[PARAMETER] = language
    return f"{request.path}?{parameters.urlencode()}"
