"""A SPARQL server that answers as the test wants."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    serialize,
)

from erpd.node.sparql import SparqlServer
from erpd.sources.http.client import Limits
from tests.servers import Answer, Serving


class Fake:
    """A SPARQL server with one store for each path; ``says`` replaces its answers."""

    def __init__(self) -> None:
        self.stores: dict[str, Store] = {}
        self.says: Any = lambda path, query: None

    def handle(self, path: str, query: dict[str, str], _: Any) -> Answer:
        name, _, what = path.strip("/").partition("/")
        store = self.stores.setdefault(name, Store())
        if said := self.says(what, query):
            return said
        posted = self.serving.asked[-1].posted
        if what == "update":
            store.update(posted.decode())
            return 204, {}, b""
        if what == "data":
            store.remove_graph(NamedNode(query["graph"]))
            store.load(posted, format=RdfFormat.N_TRIPLES, to_graph=NamedNode(query["graph"]))
            return 204, {}, b""
        chosen = query.get("default-graph-uri")
        graphs = [NamedNode(chosen)] if chosen else None
        result = store.query(query["query"], use_default_graph_as_union=not graphs, default_graph=graphs)
        if isinstance(result, (QuerySolutions, QueryBoolean)):
            body = result.serialize(format=QueryResultsFormat.JSON) or b""
            return 200, {"Content-Type": "application/sparql-results+json"}, body
        return (
            200,
            {"Content-Type": "application/n-triples"},
            serialize(result, format=RdfFormat.N_TRIPLES) or b"",
        )

    def address(self, scopes: str = "{scope}", *, updates: bool = True) -> SparqlServer:
        """It takes updates, or graphs by the Graph Store Protocol."""
        url = f"http://127.0.0.1:{self.serving.port}/{scopes}"
        if updates:
            return SparqlServer(f"{url}/query", update=f"{url}/update")
        return SparqlServer(f"{url}/query", store=f"{url}/data")


@contextmanager
def serving() -> Iterator[Fake]:
    fake = Fake()
    with Serving(fake.handle) as fake.serving:
        yield fake


def quick() -> Limits:
    """For servers that do not answer."""
    return Limits(connect=2, read=2, total=4, retries=0)
