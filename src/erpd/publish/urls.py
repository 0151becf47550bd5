"""The addresses of the doors for machines: each once for each scope (G3.1)."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.urls.resolvers import URLPattern
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from erpd.publish import linked_data
from erpd.publish.oai_pmh import repository
from erpd.register.models import WHOLE
from erpd.register.scope import NoSuchScope, Scope, scope

Door = Callable[[HttpRequest, Scope], HttpResponse]

# Path -> door: a new door is one line here.
DOORS: dict[str, Door] = {
    "oai": repository.answer,
}

# Where the doors of a scope stand -> the scope's name; a catalogue is named by its address.
SCOPES = {"": "all", "protected/": "protected", "open/": "open", "catalogues/<slug:catalogue>/": ""}


def _through(door: Door, name: str) -> Callable[..., HttpResponse]:
    # No cookie and no session opens these doors, so there is nothing that another site's form could abuse.
    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest, catalogue: str = "") -> HttpResponse:
        if catalogue in WHOLE:  # there is one address for each scope
            raise Http404(catalogue)
        try:
            return door(request, scope(name or catalogue))
        except NoSuchScope:
            raise Http404(f"There is no catalogue {catalogue} here.") from None

    return view


urlpatterns: list[URLPattern] = [
    *(
        path(prefix + tail, _through(door, name))
        for tail, door in DOORS.items()
        for prefix, name in SCOPES.items()
    ),
    path("datasets/<uuid:key>.<str:suffix>", linked_data.one_syntax, name="data-set-as"),
]
