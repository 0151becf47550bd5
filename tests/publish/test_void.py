"""``/.well-known/void``: the counts are those of the dumps that it names."""

import gzip

from django.test import Client
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from erpd.metadata.graph import Graph
from erpd.metadata.terms import DCAT, RDF
from erpd.publish import dumps
from erpd.publish.void import VOID

from .conftest import Register

ALL = NamedNode("http://testserver/#catalogue")


def described(client: Client) -> Graph:
    response = client.get("/.well-known/void")
    assert response["Content-Type"] == "text/turtle; charset=utf-8"
    return Graph(parse(response.content, format=RdfFormat.TURTLE))


def test_true_counts(client: Client, register: Register, tmp_path, settings) -> None:
    settings.HOME = tmp_path
    for slug, kind in (("nl", "protected"), ("be", "open"), ("trial", "test")):
        register.put(register.catalogue(slug, kind), "1")
    before = described(client)
    assert before.objects(ALL, VOID.entities) == [Literal(2)]
    assert not before.objects(ALL, VOID.dataDump)
    dumps.DERIVED.rebuild(None)
    after = described(client)
    scopes = [ALL, *after.objects(ALL, VOID.subset)]
    assert len(scopes) == 3
    asked = {value.value for one in scopes for value in after.objects(one, VOID.sparqlEndpoint)}
    assert asked == {f"http://testserver{prefix}/sparql" for prefix in ("", "/protected", "/open")}
    for one in scopes:
        (count,), (triples,) = after.objects(one, VOID.entities), after.objects(one, VOID.triples)
        dump = next(file.value for file in after.objects(one, VOID.dataDump) if file.value.endswith(".nt.gz"))
        body = gzip.decompress(client.get(dump.removeprefix("http://testserver")).getvalue())
        graph = Graph(parse(body, format=RdfFormat.N_TRIPLES))
        assert (len(graph), len(graph.subjects(DCAT.Dataset))) == (int(triples.value), int(count.value))


def test_by_negotiation(client: Client, db: None) -> None:
    for media_type, form in (
        ("application/rdf+xml", RdfFormat.RDF_XML),
        ("application/ld+json", RdfFormat.JSON_LD),
    ):
        response = client.get("/.well-known/void", headers={"Accept": media_type})
        assert response["Content-Type"] == media_type
        graph = Graph(parse(response.content, format=form))
        assert VOID.Dataset in graph.objects(ALL, RDF.type)
