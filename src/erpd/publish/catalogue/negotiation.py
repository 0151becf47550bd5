"""The page of a catalogue is also the address of its RDF, by content negotiation (RFC 9110, 12.1)."""

from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from erpd.formats.rdf.syntaxes import SYNTAXES
from erpd.publish.accept import preferred
from erpd.publish.catalogue.pages import SYNTAXES as OFFERED
from erpd.publish.door import url
from erpd.publish.linked_data import HTML
from erpd.publish.methods import View
from erpd.register.scope import Scope

_SUFFIXES = {media_type: name for name in OFFERED for media_type in SYNTAXES[name].media_types[:1]}
_SEE_OTHER = 303


def or_rdf(view: View) -> View:
    """Send clients that prefer RDF to the first page of the catalogue in it; a search is a page only.

    ``view`` takes the name of a scope.
    """

    @wraps(view)
    def answer(request: HttpRequest, name: str) -> HttpResponse:
        chosen = preferred(request.headers.get("Accept", ""), [HTML, *_SUFFIXES])
        response: Any
        if chosen in _SUFFIXES and not request.GET:
            response = HttpResponse(status=_SEE_OTHER)
            response["Location"] = url(Scope(name, {}), f"catalogue.{_SUFFIXES[chosen]}")
            response["Access-Control-Allow-Origin"] = "*"
        else:
            response = view(request, name)
        patch_vary_headers(response, ["Accept"])
        return response  # type: ignore[no-any-return]

    return answer
