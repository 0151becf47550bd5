"""A part of a data set whose IRI is an address here, below that of the data set: a distribution, an agent."""

import uuid
from collections.abc import Iterator
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from pyoxigraph import BlankNode, NamedNode, Quad

from erpd.formats.rdf.document import write
from erpd.metadata.graph import Graph, Node
from erpd.publish.accept import preferred
from erpd.publish.entry import address
from erpd.publish.linked_data import HTML, MEDIA_TYPES, content_type
from erpd.publish.methods import safe
from erpd.register.content import triples_of
from erpd.register.scope import scope

# Every character that a path may hold as it is (RFC 3986, 3.3).
_IN_A_PATH = "/:@!$&'()*+,;=~"


@safe
def part(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """Answer ``/datasets/<key>/<name>`` with what the data set says about it, as RDF.

    Readers of pages are sent to that of the data set (303: W3C, "Cool URIs for the Semantic Web", 4.2).
    404 if no such data set is here or it describes nothing of this name; 410 if it has been deleted.
    """
    data_set = scope().one(uuid.UUID(key))
    if data_set is None:
        raise Http404(key)
    if data_set.deleted:
        return HttpResponse(
            "This data set was removed from the register.\n", "text/plain; charset=utf-8", 410
        )
    graph = Graph(triples_of(data_set))
    node = NamedNode(f"{address(data_set)}/{quote(name, safe=_IN_A_PATH)}")
    if node not in graph.nodes:
        raise Http404(f"The data set describes nothing that is called {node.value}.")
    suffixes = {media_type: suffix for suffix, media_type in MEDIA_TYPES.items()}
    chosen = preferred(request.headers.get("Accept", ""), [HTML, *suffixes])
    if chosen in (HTML, None):
        response = HttpResponse(status=303, headers={"Location": address(data_set)})
    else:
        response = HttpResponse(write(about(graph, node), suffixes[chosen]), content_type(suffixes[chosen]))
        response["Access-Control-Allow-Origin"] = "*"
        response["Link"] = f'<{address(data_set)}>; rel="collection"'
    patch_vary_headers(response, ["Accept"])
    return response


def about(graph: Graph, node: Node) -> Iterator[Quad]:
    """Where a graph mentions a node, then what it says about it and the blank nodes that hang on it."""
    yield from (triple for triple in graph.triples() if triple.object == node)
    ahead, seen = [node], {node}
    while ahead:
        subject = ahead.pop()
        for predicate, values in graph.properties(subject).items():
            for value in values:
                yield Quad(subject, predicate, value)
                if isinstance(value, BlankNode) and value not in seen:
                    seen.add(value)
                    ahead.append(value)
