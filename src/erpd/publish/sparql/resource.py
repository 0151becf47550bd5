"""Any resource that data sets name, by its IRI: an agent or a distribution that lives elsewhere.

``/resource?iri=...`` says what the data sets of a scope say about it.
"""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from erpd.metadata.iri import is_iri
from erpd.publish.accept import preferred
from erpd.publish.catalogue.description import iri_of
from erpd.publish.door import Door, url
from erpd.publish.sparql.arguments import TRIPLES, Asked, Refusal
from erpd.publish.sparql.endpoint import asked_here, refused, result
from erpd.register.scope import Scope

_NOTHING = "Nothing is said here about that resource. Ask for the IRI exactly as the data sets write it."


def answer(request: HttpRequest, within: Scope) -> HttpResponseBase:
    """RDF by content negotiation; people get the result in the editor. Without an IRI, the catalogue."""
    response = _answered(request, within)
    response["Access-Control-Allow-Origin"] = "*"
    patch_vary_headers(response, ["Accept"])
    return response


def _answered(request: HttpRequest, within: Scope) -> HttpResponseBase:
    iri = request.GET.get("iri", iri_of(within).value)
    if not is_iri(iri):
        return refused(Refusal(400, "`iri` is not an IRI, such as https://agency.example.org/about."))
    query = f"DESCRIBE <{iri}>"
    chosen = preferred(request.headers.get("Accept", ""), [*TRIPLES, "text/html"])
    if chosen == "text/html":
        return HttpResponseRedirect(f"{url(within, 'query')}?{urlencode({'query': query})}", status=303)
    if chosen is None:
        return refused(Refusal(406, f"It is there as {', '.join(TRIPLES)} and text/html."))
    try:
        if b"true" not in asked_here(f"ASK {{ <{iri}> ?property ?value }}", within)[1]:
            return refused(Refusal(404, _NOTHING))
        return result(Asked(query, [], [], "", chosen), within)
    except Refusal as refusal:
        return refused(refusal)


DOOR = Door(
    title="Linked data",
    patterns=("resource",),
    answer=answer,
    conforms_to="https://www.w3.org/TR/ld-glossary/#linked-data",
    to_try="resource",
)
