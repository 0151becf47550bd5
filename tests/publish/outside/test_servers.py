"""Fuseki and Virtuoso are fed, and answer as our own stores do."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pyoxigraph import NamedNode, RdfFormat, parse

from erpd.node.sparql import SparqlServer
from erpd.portal.query_examples import EXAMPLES
from erpd.publish import triples
from erpd.publish.triples import outside
from erpd.publish.triples.outside import notes
from erpd.publish.triples.outside.server import Held, Server
from erpd.register import changes
from tests.portal import shelf
from tests.publish.conftest import Register
from tests.sources.sparql.servers import Fuseki

TITLES = """
    SELECT ?t {
      ?d a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/title> ?t
    } ORDER BY ?t"""
FORMATS = {
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
}


@pytest.fixture(params=["fuseki", "virtuoso"])
def server(request: pytest.FixtureRequest, register: Register) -> SparqlServer:
    """Where it is; it may hold what an earlier test wrote."""
    if request.param == "fuseki":
        fuseki: Fuseki = request.getfixturevalue("fuseki")
        return SparqlServer(*(fuseki.address("{scope}/" + one) for one in ("query", "data", "update")))
    place = f"127.0.0.1:{request.getfixturevalue('a_virtuoso').port}"
    return SparqlServer(f"http://{place}/sparql", f"http://dba:dba@{place}/sparql-graph-crud-auth")


def titles(response: Any) -> list[str]:
    assert response.status_code == 200, response.getvalue()
    return [row["t"]["value"] for row in json.loads(response.getvalue())["results"]["bindings"]]


def rows(response: Any) -> set[tuple[tuple[str, str], ...]]:
    """The solutions, without what servers write in different ways: blank nodes, and forms of literals."""
    assert response.status_code == 200, response.getvalue()
    if response["Content-Type"] == "text/turtle":
        quads = parse(response.getvalue(), format=RdfFormat.TURTLE)
        return {(("", str(quad.predicate)),) for quad in quads if isinstance(quad.subject, NamedNode)}
    found = json.loads(response.getvalue())
    if "boolean" in found:
        return {(("", str(found["boolean"])),)}
    return {
        tuple(sorted((name, value["value"]) for name, value in row.items() if value["type"] != "bnode"))
        for row in found["results"]["bindings"]
    }


def test_a_server_follows_and_answers(
    client: Client, register: Register, server: SparqlServer, settings: Any
) -> None:
    settings.SPARQL_SERVER = server
    nl, open_ = register.catalogue("nl"), register.catalogue("nl-open", "open")
    first = register.put(nl, "1", "Care ’é\\u0041\\ \"'")
    register.put(open_, "2", "Trees")
    register.put(register.catalogue("trial", "test"), "3", "Trial")
    for each in notes.outside():  # what an earlier test wrote is not whole for this one
        emptied = Server(each)
        emptied.hold(Held())
        emptied.close()
    assert client.get("/sparql", {"query": TITLES}).status_code == 503
    outside.follow()
    triples.follow()
    assert titles(client.get("/sparql", {"query": TITLES})) == ["Care ’é\\u0041\\ \"'", "Trees"]
    assert titles(client.get("/protected/sparql", {"query": TITLES})) == ["Care ’é\\u0041\\ \"'"]
    assert titles(client.get("/open/sparql", {"query": TITLES})) == ["Trees"]
    assert titles(client.get("/catalogues/nl/sparql", {"query": TITLES})) == ["Care ’é\\u0041\\ \"'"]
    assert outside.reached() == changes.last()
    register.put(nl, "1", "Cure")
    register.put(nl, "4", "Sleep")
    register.delete(first)
    outside.follow()
    assert titles(client.post("/sparql", {"query": TITLES})) == ["Sleep", "Trees"]
    assert outside.follow() == 0
    assert {
        client.get("/sparql", {"query": TITLES}, headers={"Accept": one})["Content-Type"] for one in FORMATS
    } == FORMATS
    for query, said in (("ASK { ?s ?p ?o }", True), ("ASK { <http://a> ?p ?o }", False)):
        assert client.get("/sparql", {"query": query}).json()["boolean"] is said
    described = client.get(
        "/sparql", {"query": "CONSTRUCT { ?s ?p 'Sleep'@en } { ?s ?p 'Sleep'@en }", "format": "turtle"}
    )
    assert described["Content-Type"] == "text/turtle"
    assert '"Sleep"@en' in described.text
    one = f"http://testserver/datasets/{first.key}"
    in_graph = f"SELECT ?t {{ GRAPH <{one}> {{ ?d <http://purl.org/dc/terms/title> ?t }} }}"
    assert titles(client.get("/sparql", {"query": in_graph})) == []
    assert client.get("/sparql", {"query": "SELECT"}).status_code == 400
    assert client.get("/query", {"query": TITLES}).status_code == 200


def test_every_example_says_what_our_own_store_says(
    client: Client, server: SparqlServer, settings: Any, tmp_path: Path
) -> None:
    shelf.put_demo(shelf.catalogue("nl", country="NL"), "protected.ttl")
    shelf.catalogue("nl-open", "open")
    triples.follow()
    queries = [one.query for one in EXAMPLES]
    place = "/protected/sparql" if server.separates_scopes else "/sparql"
    inside = [rows(client.get(place, {"query": query})) for query in queries]
    assert sum(map(len, inside)) > 100
    settings.SPARQL_SERVER = server
    outside.follow()
    for query, said in zip(queries, inside, strict=True):
        some_of_many = "LIMIT" in query or "SAMPLE" in query
        found = rows(client.get(place, {"query": query}))
        assert bool(found) if some_of_many and said else found == said, query


def test_what_takes_too_long_is_stopped_and_told(
    client: Client, register: Register, server: SparqlServer, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SPARQL_SERVER = server
    register.put(register.catalogue("nl"), "1", "Care")
    outside.follow()
    monkeypatch.setattr("erpd.publish.sparql.asking.SECONDS", 2.0)
    heavy = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o . ?p ?q ?r }"
    response = client.get("/sparql", {"query": heavy})
    assert (response.status_code, "stopped" in response.text) == (422, True), response.text
    assert titles(client.get("/sparql", {"query": TITLES})) == ["Care"]
