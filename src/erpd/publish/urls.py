"""The URLs of the doors: each door once in each scope (G3.1)."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import path, re_path
from django.urls.resolvers import URLPattern
from django.views.decorators.csrf import csrf_exempt

from erpd.publish import health, linked_data, node_address
from erpd.publish.door import Door
from erpd.publish.doors import DOORS
from erpd.publish.methods import answers
from erpd.publish.void import void
from erpd.register.models import WHOLE
from erpd.register.scope import NoSuchScope, scope

# Prefix of the doors of a scope -> name of the scope; that of a catalogue is in its address.
SCOPES = {"": "all", "protected/": "protected", "open/": "open", "catalogues/<slug:catalogue>/": ""}


def through(door: Door, name: str) -> Callable[..., HttpResponseBase]:
    """The view of a door in the scope with this name; "" for the catalogue that its address names."""

    # These doors use neither cookies nor sessions, so a form on another site has nothing to exploit.
    @csrf_exempt
    @answers(*door.methods)
    def view(request: HttpRequest, catalogue: str = "", **parameters: Any) -> HttpResponseBase:
        if catalogue in WHOLE:  # each scope has only one address
            raise Http404(catalogue)
        try:
            within = scope(name or catalogue)
        except NoSuchScope:
            raise Http404(f"There is no catalogue {catalogue} here.") from None
        return door.answer(request, within, **parameters)

    return view


urlpatterns: list[URLPattern] = [
    *(
        path(prefix + pattern, through(door, name))
        for door in DOORS
        for pattern in door.patterns
        for prefix, name in SCOPES.items()
    ),
    path("healthz", health.alive),
    path("readyz", health.ready),
    path(".well-known/void", void),
    # Not a door: it leads to a single data set, which has the same address in every scope. The page of the
    # data set lists these other forms.
    re_path(rf"^datasets/{linked_data.KEY}\.(?P<suffix>[^/]+)$", linked_data.one_syntax, name="data-set-as"),
    re_path(rf"^datasets/{linked_data.KEY}/(?P<name>.+)$", node_address.part),
]
