"""Relative references are resolved where they lead somewhere; words in their place stay what they are."""

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode

from erpd.formats import format_for
from erpd.formats.rdf.carrier import unpack
from erpd.formats.rdf.catalogue import split
from erpd.formats.rdf.data_set import read_data_set
from erpd.formats.rdf.document import read, write
from erpd.formats.rdf.references import all_resolved, local_base, without_base
from erpd.formats.rdf.syntaxes import SYNTAXES
from erpd.metadata.graph import Graph
from erpd.metadata.mending import mend
from erpd.metadata.profile import load_profile
from erpd.metadata.terms import DCAT, DCT, FOAF, VCARD
from erpd.sources.dump.source import Dump
from erpd.sources.http.client import Client
from tests.servers import LOOPBACK, Serving

DATA_SET = """@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
<#d1> a dcat:Dataset ; dct:title "A" ; dct:language <en> ; dcat:distribution <d1/csv> ;
  dct:publisher <office> ; dct:creator <Statistics> ; dcat:contactPoint <#contact> ;
  foaf:page <docs/a%20b.html>, <www.example.org/a> ; dct:accrualPeriodicity <#weekly> .
<d1/csv> a dcat:Distribution ; dct:format <CSV> ; dcat:mediaType <text/csv> ; dcat:accessURL <../data.csv> .
<office> a foaf:Agent ; foaf:name "Office" ; foaf:mbox <a@b.eu> .
<#contact> a vcard:Kind ; vcard:fn "C" ; vcard:hasEmail <c@b.eu> ; vcard:hasURL <example.org/c> .
"""
DECLARED = {
    "ttl": ("@prefix dcat", "@base <http://b.example/x/all> .\n@prefix dcat"),
    "rdf": ("<rdf:RDF ", '<rdf:RDF xml:base="http://b.example/x/all" '),
}


def document(syntax: str, *, declared: bool) -> bytes:
    content = write(read(DATA_SET.encode(), SYNTAXES["ttl"]), syntax).decode()
    if declared:
        old, new = DECLARED[syntax]
        assert old in content or syntax == "ttl"
        content = (
            content.replace(old, new, 1) if old in content else "@base <http://b.example/x/all> .\n" + content
        )
    return content.encode()


def meant(graph: Graph, base: str) -> None:
    """What the data set says, read from ``base``."""
    data_set, place = NamedNode(f"{base}#d1"), base.rpartition("/")[0]
    (distribution,) = graph.objects(data_set, DCAT.distribution)
    assert distribution == NamedNode(f"{place}/d1/csv")
    assert graph.objects(data_set, DCT.publisher) == [NamedNode(f"{place}/office")]
    assert graph.objects(data_set, DCAT.contactPoint) == [NamedNode(f"{base}#contact")]
    assert graph.objects(data_set, DCT.accrualPeriodicity) == [NamedNode(f"{base}#weekly")]
    above = place.rpartition("/")[0]
    assert graph.objects(distribution, DCAT.accessURL) == [NamedNode(f"{above}/data.csv")]
    words = {
        DCT.language: (data_set, "en"),
        DCT.creator: (data_set, "Statistics"),
        DCT.format: (distribution, "CSV"),
        DCAT.mediaType: (distribution, "text/csv"),
        FOAF.mbox: (NamedNode(f"{place}/office"), "a@b.eu"),
        VCARD.hasEmail: (NamedNode(f"{base}#contact"), "c@b.eu"),
        VCARD.hasURL: (NamedNode(f"{base}#contact"), "example.org/c"),
    }
    for predicate, (node, word) in words.items():
        assert [value.value for value in graph.objects(node, predicate)] == [word], predicate
    pages = {value.value for value in graph.objects(data_set, FOAF.page)}
    assert pages == {f"{place}/docs/a%20b.html", "www.example.org/a"}


@pytest.mark.parametrize("declared", [False, True])
@pytest.mark.parametrize("syntax", DECLARED)
def test_of_a_dump(syntax, declared):
    content = document(syntax, declared=declared)
    with Serving(lambda *asked: (200, {}, content)) as server, Client(allow_networks=LOOPBACK) as client:
        location = server.url(f"/x/all.{syntax}")
        (reading,) = [reading for page in Dump(location, client).pages() for reading in page.readings]
    base = "http://b.example/x/all" if declared else location
    record = format_for(reading.media_type).read(reading.content, reading.identifier, "http://other.example/")
    assert record.iri == reading.identifier == f"{base}#d1"
    meant(record.graph, base)


@pytest.mark.parametrize("declared", [False, True])
@pytest.mark.parametrize("syntax", DECLARED)
def test_of_one_record(syntax, declared):
    base = "http://b.example/x/all" if declared else "http://c.example/oai/x"
    record = read_data_set(
        document(syntax, declared=declared), SYNTAXES[syntax], "a", "http://c.example/oai/x"
    )
    meant(record.graph, base)


def test_a_base_in_json():
    content = (
        b'{"@context":{"@base":"http://b.example/x/","format":{"@id":"http://purl.org/dc/terms/format",'
        b'"@type":"@id"}},"@id":"#d1","@type":"http://www.w3.org/ns/dcat#Dataset","format":"CSV"}'
    )
    record = read_data_set(content, SYNTAXES["jsonld"], "a")
    assert record.iri == "http://b.example/x/#d1"
    assert [value.value for value in record.values(DCT.format)] == ["CSV"]


def test_nothing_tells_where_a_file_lies(tmp_path: Path):
    """IRIs of a local file are made of its name, and are the same wherever it lies."""
    found = []
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        path = tmp_path / folder / "all.ttl"
        path.write_text(DATA_SET + "<> a dcat:Catalog . <sub/d2> a dcat:Dataset .")
        with Client() as client:
            readings = [
                reading for page in Dump(str(path), client, local=True).pages() for reading in page.readings
            ]
        found.append([(reading.identifier, reading.content) for reading in readings])
    assert found[0] == found[1]
    assert found[0][0][0] == f"{local_base('all.ttl')}#d1"
    assert not [content for _, content in found[0] if b"file:" in content or b"tmp" in content]


def test_mending_reads_the_words():
    record = read_data_set(DATA_SET.encode(), SYNTAXES["ttl"], "a", "http://c.example/oai/x")
    findings = mend(record, load_profile("erpd"))
    authority = "http://publications.europa.eu/resource/authority/"
    assert [value.value for value in record.values(DCT.language)] == [f"{authority}language/ENG"]
    distribution = record.distributions[0]
    assert record.graph.objects(distribution, DCT.format) == [NamedNode(f"{authority}file-type/CSV")]
    contact = record.values(DCAT.contactPoint)[0]
    assert record.graph.objects(contact, VCARD.hasEmail) == [NamedNode("mailto:c@b.eu")]
    assert record.graph.objects(contact, VCARD.hasURL) == [Literal("example.org/c")]
    assert NamedNode("http://www.example.org/a") in record.values(FOAF.page)
    assert {finding.value for finding in findings} >= {"en", "CSV", "c@b.eu", "example.org/c"}


def test_what_is_resolved_without_a_declared_base_is_told():
    content = (
        b"<http://a.example/1> a <http://www.w3.org/ns/dcat#Dataset> ;"
        b" <http://purl.org/dc/terms/relation> <x> ."
    )
    record = read_data_set(content, SYNTAXES["ttl"], "1", "http://c.example/oai/")
    ((told, *rest),) = [record.repairs]
    assert (told.rule, told.path, told.value, told.repaired, rest) == (
        "reference",
        "dct:relation",
        "x",
        "http://c.example/oai/x",
        [],
    )
    assert read_data_set(b"@base <http://c.example/> .\n" + content, SYNTAXES["ttl"], "1", "").repairs == ()


def test_a_base_may_use_an_entity_of_the_document():
    document = b"""<!DOCTYPE rdf:RDF [<!ENTITY here "http://here.example/">]>
    <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dct="http://purl.org/dc/terms/"
     xmlns:dcat="http://www.w3.org/ns/dcat#" xml:base="&here;data/">
    <dcat:Dataset rdf:about="1"><dct:format rdf:resource="CSV"/></dcat:Dataset></rdf:RDF>"""
    head, base = without_base(document, "rdf")
    assert (base, b"xml:base" in head) == ("http://here.example/data/", False)
    nested = document.replace(b"<dct:format", b'<dct:format xml:base="x/"').replace(
        b'about="1"', b'about="1" xml:base="&here;deep/"'
    )
    values = {triple.object.value for triple in read(nested, SYNTAXES["rdf"])}
    assert "http://here.example/deep/x/CSV" in values


@pytest.mark.parametrize("name", ["license", "format", "accessRights", "publisher"])
def test_an_empty_reference_is_not_a_value(name):
    """rdf:resource="" is the document itself (RFC 3986, 4.4), which is no licence and no format."""
    document = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
     xmlns:dct="http://purl.org/dc/terms/" xmlns:dcat="http://www.w3.org/ns/dcat#">
    <dcat:Catalog rdf:about=""/><dcat:Dataset rdf:about="http://d.example/1">
    <dct:{name} rdf:resource=""/></dcat:Dataset></rdf:RDF>"""
    for base in (local_base("x.rdf"), "http://d.example/list.rdf"):
        found = all_resolved(list(read(document.encode(), SYNTAXES["rdf"])), base)
        assert NamedNode(base) in {triple.subject for triple in found}
        assert NamedNode(base) not in {triple.object for triple in found}
        (piece,) = split(read(document.encode(), SYNTAXES["rdf"]), base)
        assert NamedNode(base) not in {triple.object for triple in unpack(piece.syntax, piece.content)}
