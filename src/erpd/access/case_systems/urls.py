"""The addresses of the API for case systems, below ``/api/requests/v1/``."""

from django.urls import URLPattern, re_path

from erpd.access.case_systems import views
from erpd.access.case_systems.door import DOOR
from erpd.access.case_systems.openapi import openapi, queries
from erpd.access.reference import REFERENCE
from erpd.accounts.rest.door import Handler
from erpd.publish.linked_data import KEY

app_name = "case-systems"
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_PARAMETERS = {"{reference}": f"(?P<reference>{REFERENCE})", "{attachmentId}": KEY}


def _at(address: str, name: str | None = None, **handlers: Handler) -> URLPattern:
    """An address as the OpenAPI document writes it."""
    pattern = address.removeprefix("/")
    for said, expression in _PARAMETERS.items():
        pattern = pattern.replace(said, expression)
    view = DOOR.resource(queries(address), **handlers)
    return re_path(rf"^{pattern}$", view, name=name) if name else re_path(rf"^{pattern}$", view)


_ONE = "/requests/{reference}"
urlpatterns = [
    _at("/requests", GET=views.index),
    _at(_ONE, "one", GET=views.show),
    _at(f"{_ONE}/messages", POST=views.message),
    _at(f"{_ONE}/return", POST=views.send_back),
    _at(f"{_ONE}/extension", POST=views.extend),
    _at(f"{_ONE}/estimate", POST=views.estimate, DELETE=views.cancel),
    _at(f"{_ONE}/decision", POST=views.decide),
    _at(f"{_ONE}/attachments/{{attachmentId}}", "file", GET=views.file),
    _at("/openapi.json", GET=openapi),
    re_path("", DOOR.resource({}, **dict.fromkeys(_METHODS, views.nothing))),
]
