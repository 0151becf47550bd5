"""The addresses of the doors for machines: each once for each scope (G3.1)."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.urls.resolvers import URLPattern
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from erpd.publish import linked_data
from erpd.publish.door import Door
from erpd.publish.doors import DOORS
from erpd.register.models import WHOLE
from erpd.register.scope import NoSuchScope, scope

# Where the doors of a scope stand -> the scope's name; a catalogue is named by its address.
SCOPES = {"": "all", "protected/": "protected", "open/": "open", "catalogues/<slug:catalogue>/": ""}


def _through(door: Door, name: str) -> Callable[..., HttpResponse]:
    # No cookie and no session opens these doors, so there is nothing that another site's form could abuse.
    @csrf_exempt
    @require_http_methods(door.methods)
    def view(request: HttpRequest, catalogue: str = "", **parameters: Any) -> HttpResponse:
        if catalogue in WHOLE:  # there is one address for each scope
            raise Http404(catalogue)
        try:
            within = scope(name or catalogue)
        except NoSuchScope:
            raise Http404(f"There is no catalogue {catalogue} here.") from None
        return door.answer(request, within, **parameters)

    return view


urlpatterns: list[URLPattern] = [
    *(
        path(prefix + pattern, _through(door, name))
        for door in DOORS
        for pattern in door.patterns
        for prefix, name in SCOPES.items()
    ),
    # No door: it leads not to a set but to one data set, which has one address, whatever it is reached by.
    # Its page, whose other forms these are, lists them.
    path("datasets/<uuid:key>.<str:suffix>", linked_data.one_syntax, name="data-set-as"),
]
