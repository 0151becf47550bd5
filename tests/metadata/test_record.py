from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

from erpd.metadata.graph import Graph
from erpd.metadata.record import Record
from erpd.metadata.terms import DCAT, DCT

TURTLE = b"""
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
<http://a.example/1> a dcat:Dataset ; dct:title "Huur"@nl, "Rent"@en ; dct:description "D"@en ;
  dcat:distribution <http://a.example/1/csv>, <http://a.example/elsewhere>, [ dct:title "API" ], "text" .
<http://a.example/1/csv> a dcat:Distribution .
"""


def test_a_record_is_a_view_on_its_graph():
    record = Record("nl-1", Graph(parse(TURTLE, format=RdfFormat.TURTLE)), NamedNode("http://a.example/1"))
    assert (record.identifier, record.iri) == ("nl-1", "http://a.example/1")
    assert record.title.best("en") == ("Rent", "en")
    assert record.description.best("nl") == ("D", "en")
    assert len(record.values(DCAT.distribution)) == 4
    described, nameless = record.distributions  # what says nothing here is only a link
    assert described == NamedNode("http://a.example/1/csv")
    assert isinstance(nameless, BlankNode)
    record.graph.set(record.dataset, DCT.title, [Literal("Loyer", language="fr")])
    assert record.title.best("en") == ("Loyer", "fr")


def test_a_data_set_without_an_iri():
    record = Record("x", Graph(), BlankNode())
    assert (record.iri, record.distributions, bool(record.title)) == ("", [], False)
