"""What there is to take, in the words of the Vocabulary of Interlinked Datasets: ``/.well-known/void``.

https://www.w3.org/TR/void/, sections 3 and 7.2.
"""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from pyoxigraph import Literal, NamedNode, Quad

from erpd.formats.rdf.document import write
from erpd.metadata.graph import Term
from erpd.metadata.terms import DCAT, DCT, FOAF, RDF, Namespace
from erpd.publish import dumps
from erpd.publish.accept import preferred
from erpd.publish.catalogue.description import iri_of
from erpd.publish.door import url
from erpd.publish.linked_data import MEDIA_TYPES, content_type
from erpd.publish.methods import safe
from erpd.register.models import WHOLE
from erpd.register.scope import Scope, scope
from erpd.register.walk import size

VOID = Namespace("http://rdfs.org/ns/void#")
_FORMATS = "http://www.w3.org/ns/formats/"
_USUAL = "ttl"


@safe
def void(request: HttpRequest) -> HttpResponse:
    """All data, protected data and open data, with true counts and their dumps."""
    media_types = {MEDIA_TYPES[_USUAL]: _USUAL, **{one: name for name, one in MEDIA_TYPES.items()}}
    chosen = preferred(request.headers.get("Accept", ""), media_types)
    syntax = media_types[chosen] if chosen else _USUAL
    response = HttpResponse(write(_described(), syntax), content_type=content_type(syntax))
    response["Access-Control-Allow-Origin"] = "*"
    patch_vary_headers(response, ["Accept"])
    return response


def _described() -> Iterator[Quad]:
    whole = iri_of(scope())
    here = NamedNode(url(scope(), ".well-known/void"))
    yield Quad(here, RDF.type, VOID.DatasetDescription)
    yield Quad(here, FOAF.primaryTopic, whole)
    for name in WHOLE:
        within = scope(name)
        if name != "all":
            yield Quad(whole, VOID.subset, iri_of(within))
        yield from (Quad(iri_of(within), *fact) for fact in _facts(within))


def _facts(within: Scope) -> Iterator[tuple[NamedNode, Term]]:
    yield RDF.type, VOID.Dataset
    yield RDF.type, DCAT.Catalog
    yield FOAF.homepage, NamedNode(iri_of(within).value.removesuffix("#catalogue"))
    for vocabulary in (DCAT, DCT):
        yield VOID.vocabulary, NamedNode(str(vocabulary))
    for title in ("RDF_XML", "Turtle", "N-Triples", "JSON-LD"):
        yield VOID.feature, NamedNode(_FORMATS + title)
    yield VOID.sparqlEndpoint, NamedNode(url(within, "sparql"))
    there = dumps.facts(within)
    yield VOID.entities, Literal(there.get("data_sets", size(within)))
    if "triples" in there:
        yield VOID.triples, Literal(there["triples"])
    for file in there["files"]:
        yield VOID.dataDump, NamedNode(file["url"])
