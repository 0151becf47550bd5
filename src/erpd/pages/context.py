"""The facts about the node that every page can show."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, gettext, gettext_noop

from erpd.pages.languages import PARAMETER, own_name
from erpd.register.catalogues import country_name

# For the translators: the one title that is the same everywhere (G1.3).
gettext_noop("European Register for Protected Data held by the Public Sector")


def node(request: HttpRequest) -> dict[str, Any]:
    """The context processor that adds these facts to every template.

    ``node``: the settings in node.toml;
    ``in_language``: the address of this page in a language, but for the code of the language at its end.
    """
    here = get_language() or "en"
    return {
        "node": settings.NODE,
        "title": gettext(settings.NODE.title),
        "node_country": country_name(settings.NODE.country, here) if settings.NODE.country else "",
        "in_language": _in_language(request),
        "language": here,
        "language_own_name": own_name(here),
    }


def _in_language(request: HttpRequest) -> str:
    fields = request.GET.copy()
    fields.pop(PARAMETER, None)
    return f"{request.path}?{fields.urlencode()}{'&' if fields else ''}{PARAMETER}="
