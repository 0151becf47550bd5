"""The service description (SPARQL 1.1 Service Description, W3C, 2013)."""

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from erpd.metadata.terms import DCT, PREFIXES, RDF, Namespace
from erpd.publish.door import url
from erpd.publish.sparql.arguments import RESULTS, TRIPLES
from erpd.publish.sparql.asking import SECONDS
from erpd.publish.sparql.child import MEMORY, MOST
from erpd.register.scope import Scope

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
_FORMATS = "http://www.w3.org/ns/formats/"
_NAMES = {
    "application/sparql-results+json": "SPARQL_Results_JSON",
    "application/sparql-results+xml": "SPARQL_Results_XML",
    "text/csv": "SPARQL_Results_CSV",
    "text/tab-separated-values": "SPARQL_Results_TSV",
    "text/turtle": "Turtle",
    "application/n-triples": "N-Triples",
    "application/rdf+xml": "RDF_XML",
    "application/ld+json": "JSON-LD",
}
MEDIA_TYPES = tuple(TRIPLES)
_LIMITS = (
    f"Read-only. A query may take {SECONDS:.0f} seconds and {MEMORY >> 20:,} MB of memory, and its result "
    f"{MOST >> 20} MB. Beyond that the answer is an error, never a part."
)


def description(within: Scope, media_type: str) -> bytes:
    """What this endpoint is, as RDF."""
    address = NamedNode(url(within, "sparql"))
    dataset, graph = BlankNode(), BlankNode()
    said = [
        Triple(address, RDF.type, SD.Service),
        Triple(address, SD.endpoint, address),
        Triple(address, SD.supportedLanguage, SD.SPARQL11Query),
        Triple(address, SD.feature, SD.UnionDefaultGraph),
        Triple(address, DCT.description, Literal(_LIMITS, language="en")),
        Triple(address, SD.defaultDataset, dataset),
        Triple(dataset, RDF.type, SD.Dataset),
        Triple(dataset, SD.defaultGraph, graph),
        Triple(graph, RDF.type, SD.Graph),
    ]
    for each in (*RESULTS, *TRIPLES):
        said.append(Triple(address, SD.resultFormat, NamedNode(_FORMATS + _NAMES[each])))
    prefixes = {**PREFIXES, "sd": str(SD)}
    return serialize(said, format=RdfFormat.from_media_type(media_type), prefixes=prefixes) or b""
