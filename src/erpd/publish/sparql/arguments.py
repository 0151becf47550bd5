"""What a client asks (SPARQL 1.1 Protocol, section 2.1), and the media types of the answers."""

from dataclasses import dataclass

from django.http import HttpRequest, QueryDict

from erpd.metadata.iri import is_iri
from erpd.publish.accept import preferred

QUERY, UPDATE = "application/sparql-query", "application/sparql-update"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data", "")

# Media type -> what clients call it in ``format`` and ``output``. The first is for those who take anything.
RESULTS = {
    "application/sparql-results+json": ("json", "srj"),
    "application/sparql-results+xml": ("xml", "srx"),
    "text/csv": ("csv",),
    "text/tab-separated-values": ("tsv",),
}
TRIPLES = {
    "text/turtle": ("turtle", "ttl"),
    "application/n-triples": ("nt", "ntriples"),
    "application/rdf+xml": ("rdf", "rdfxml", "xml"),
    "application/ld+json": ("jsonld", "json-ld", "json"),
}
# What some clients say for the first of each.
_SYNONYMS = {
    "application/json": "application/sparql-results+json",
    "application/xml": "application/sparql-results+xml",
}
_MOST_TEXT = 100_000  # letters of a query
_MOST_GRAPHS = 100


class Refusal(Exception):
    """The request is refused, with this status and a sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True, slots=True)
class Asked:
    """A query and what the protocol says of it."""

    query: str
    default_graphs: list[str]
    named_graphs: list[str]
    results: str
    """The media type for solutions and for yes or no; "" if the client accepts none that there is."""
    triples: str
    """The media type for triples, likewise."""


def read(request: HttpRequest) -> Asked | None:
    """The query in a request; None if it has none. Raises Refusal."""
    given, text = _given(request)
    if "update" in given:
        raise Refusal(403, "This endpoint is read-only: updates are refused.")
    queries = given.getlist("query") if text is None else [text]
    if len(queries) > 1:
        raise Refusal(400, "There is more than one query; send one at a time.")
    if not queries:
        return None
    if len(queries[0]) > _MOST_TEXT:
        raise Refusal(413, f"The query is longer than {_MOST_TEXT:,} letters. Send a shorter one.")
    accept, named = request.headers.get("Accept", ""), _format(given)
    return Asked(
        queries[0],
        _graphs(given, "default-graph-uri"),
        _graphs(given, "named-graph-uri"),
        _chosen(accept, named, RESULTS),
        _chosen(accept, named, TRIPLES),
    )


def _given(request: HttpRequest) -> tuple[QueryDict, str | None]:
    """The parameters, and the query if it is the body."""
    if request.method != "POST":
        return request.GET, None
    if request.content_type in FORMS:
        return request.POST, None
    if request.content_type == UPDATE:
        raise Refusal(403, "This endpoint is read-only: updates are refused.")
    if request.content_type != QUERY:
        raise Refusal(415, f"Send a query as {FORMS[0]} or {QUERY}.")
    try:
        return request.GET, request.body.decode("utf-8")
    except UnicodeDecodeError:
        raise Refusal(400, "The query is not UTF-8.") from None


def _graphs(given: QueryDict, name: str) -> list[str]:
    graphs = given.getlist(name)
    if len(graphs) > _MOST_GRAPHS:
        raise Refusal(400, f"There are more than {_MOST_GRAPHS} {name}. Name fewer, or none for all.")
    wrong = next((graph for graph in graphs if not is_iri(graph)), None)
    if wrong is not None:
        raise Refusal(400, f"{name} {wrong[:100]!r} is not an IRI.")
    return graphs


def _format(given: QueryDict) -> str:
    return (given.get("format") or given.get("output") or "").lower()


def _chosen(accept: str, named: str, offered: dict[str, tuple[str, ...]]) -> str:
    """The media type that the Accept header prefers; ``format`` decides where that leaves it open."""
    asked = next((each for each, names in offered.items() if named in (each, *names)), "")
    if asked and preferred(accept, [asked]):
        return asked
    chosen = preferred(accept, [*offered, *(one for one in _SYNONYMS if _SYNONYMS[one] in offered)])
    return _SYNONYMS.get(chosen, chosen) if chosen else ""
