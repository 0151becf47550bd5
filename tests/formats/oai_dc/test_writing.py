import pytest
from lxml import etree
from pyoxigraph import NamedNode, RdfFormat, parse

from erpd.formats import oai_dc
from erpd.metadata.graph import Graph
from erpd.metadata.record import Record

DC = "http://purl.org/dc/elements/1.1/"
# oai_dc.xsd allows these, in any order, as text with xml:lang.
ELEMENTS = (
    "title, creator, subject, description, publisher, contributor, date, type, format, identifier, source, "
    "language, relation, coverage, rights"
)
TURTLE = b"""
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix adms: <http://www.w3.org/ns/adms#> .
<http://nl.example/1> a dcat:Dataset ;
  dct:title "Huur & \\u0003koop"@nl, "Rent <and> buy"@en ; dct:description "Microdata"@en ;
  dct:publisher [ a foaf:Agent ; foaf:name "Statistiek"@nl ] ; dct:creator <http://nl.example/bureau> ;
  dcat:keyword "housing"@en, "wonen"@nl ;
  dcat:theme <http://publications.europa.eu/resource/authority/data-theme/SOCI> ;
  dct:issued "2024-01-01"^^xsd:date ; dct:identifier "nl-1", "nl-1"@nl ;
  adms:identifier [ skos:notation "urn:nl:1" ] ;
  dct:language <http://publications.europa.eu/resource/authority/language/NLD> ;
  dct:spatial <http://publications.europa.eu/resource/authority/country/NLD>, [ ] ;
  dct:temporal [ dcat:startDate "2020-01-01"^^xsd:date ; dcat:endDate "2023-12-31"^^xsd:date ], [ ] ;
  dct:accessRights <http://publications.europa.eu/resource/authority/access-right/RESTRICTED> ;
  dcat:landingPage <http://nl.example/landing> ;
  dcat:distribution <http://nl.example/1/csv>, <http://nl.example/1/again> .
<http://nl.example/1/csv> dct:format <http://publications.europa.eu/resource/authority/file-type/CSV> ;
  dct:rights [ rdfs:label "On request"@en ] .
<http://nl.example/1/again> dct:format <http://publications.europa.eu/resource/authority/file-type/CSV> .
"""


@pytest.fixture
def dublin_core() -> etree._Element:
    record = Record("nl-1", Graph(parse(TURTLE, format=RdfFormat.TURTLE)), NamedNode("http://nl.example/1"))
    return etree.fromstring(oai_dc.write(record))


def test_only_what_the_schema_allows(dublin_core) -> None:
    assert dublin_core.tag == f"{{{oai_dc.NAMESPACE}}}dc"
    for element in dublin_core:
        name = etree.QName(element)
        assert (name.namespace, name.localname in ELEMENTS.split(", "), len(element)) == (DC, True, 0)
        assert set(element.attrib) <= {"{http://www.w3.org/XML/1998/namespace}lang"}
        assert element.text


def test_what_a_record_says_in_dublin_core(dublin_core) -> None:
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    said = [(etree.QName(element).localname, element.get(lang, ""), element.text) for element in dublin_core]
    assert len(set(said)) == len(said)
    assert set(said) == {
        ("type", "", "Dataset"),
        ("identifier", "", "http://nl.example/1"),
        ("title", "nl", "Huur & koop"),
        ("title", "en", "Rent <and> buy"),
        ("creator", "", "http://nl.example/bureau"),
        ("subject", "en", "housing"),
        ("subject", "nl", "wonen"),
        ("subject", "en", "Population and society"),
        ("description", "en", "Microdata"),
        ("publisher", "nl", "Statistiek"),
        ("date", "", "2024-01-01"),
        ("identifier", "", "nl-1"),
        ("identifier", "nl", "nl-1"),
        ("identifier", "", "urn:nl:1"),
        ("language", "", "nld"),
        ("relation", "", "http://nl.example/landing"),
        ("coverage", "en", "Netherlands"),
        ("coverage", "", "2020-01-01/2023-12-31"),
        ("rights", "en", "restricted"),
        ("format", "en", "CSV"),
        ("rights", "en", "On request"),
    }
