"""RDF as servers give it: what is wrong in a known way is read as it was meant, or the message names it."""

import pytest
from pyoxigraph import NamedNode

from erpd.formats.rdf.document import read, write
from erpd.formats.rdf.syntaxes import SYNTAXES
from erpd.metadata.graph import Graph
from erpd.metadata.terms import DCAT, DCT, RDFS, VCARD
from erpd.sources.dump.source import Dump
from erpd.sources.errors import SourceError
from erpd.sources.http.client import Client

HEAD = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dct="http://purl.org/dc/terms/"
 xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:vcard="http://www.w3.org/2006/vcard/ns#">"""
GOOD = '<dcat:Dataset rdf:about="http://a.example/good"><dct:title>Good</dct:title></dcat:Dataset>'


def document(inside: str) -> str:
    return f'{HEAD}<dcat:Dataset rdf:about="http://a.example/a">{inside}</dcat:Dataset>{GOOD}</rdf:RDF>'


@pytest.fixture
def graphs(tmp_path):
    def graphs(content: bytes, name: str = "all.rdf") -> dict[str, Graph]:
        (tmp_path / name).write_bytes(content)
        with Client() as client:
            readings = [
                one
                for page in Dump(str(tmp_path / name), client, local=True).pages()
                for one in page.readings
            ]
        assert not [reading.fault for reading in readings if reading.fault]
        return {one.identifier: Graph(read(one.content, SYNTAXES["nt"])) for one in readings}

    return graphs


def texts(graph: Graph, predicate) -> list[str]:
    return [value.value for node in graph.nodes for value in graph.objects(node, predicate)]


def test_a_link_and_a_text_in_one_element_are_a_link_with_a_label(graphs):
    inside = """<dct:license rdf:resource="http://a.example/l">Open Licence</dct:license>
      <dct:rights rdf:resource="http://a.example/r"> http://a.example/r </dct:rights>
      <dcat:contactPoint><vcard:Organization>open@a.example</vcard:Organization></dcat:contactPoint>"""
    graph = graphs(document(inside).encode())["http://a.example/a"]
    assert texts(graph, DCT.license) == ["http://a.example/l"]
    assert texts(graph, DCT.rights) == ["http://a.example/r"]
    assert texts(graph, RDFS.label) == ["Open Licence", "open@a.example"]
    assert graph.subjects(VCARD.Organization)


def test_entities_of_html_are_the_characters_that_they_name(graphs):
    inside = """<dct:title>Caf&eacute;&nbsp;&ndash; R&D &amp; AT&T &unknown; &#233; &lt;b></dct:title>
      <dct:description><![CDATA[&eacute;]]></dct:description>"""
    graph = graphs(document(inside).encode())["http://a.example/a"]
    assert texts(graph, DCT.title) == ["Caf\xe9\xa0\u2013 R&D & AT&T &unknown; \xe9 <b>"]
    assert texts(graph, DCT.description) == ["&eacute;"]


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("declaration", ["", '<?xml version="1.0" encoding="UTF-16"?>'])
def test_utf_16_needs_no_mark(graphs, codec, declaration):
    found = graphs((declaration + document("<dct:title>\xe9</dct:title>")).encode(codec))
    assert texts(found["http://a.example/a"], DCT.title) == ["\xe9"]


@pytest.mark.parametrize(
    "wrong", ["https://www.w3.org/ns/dcat#", "http://w3.org/ns/dcat#", "http://www.w3.org/ns/dcat/"]
)
@pytest.mark.parametrize("syntax", ["rdf", "ttl", "jsonld"])
def test_misspelt_namespaces_are_those_that_are_meant(graphs, wrong, syntax):
    content = write(read(document("<dct:title>T</dct:title>").encode(), SYNTAXES["rdf"]), syntax)
    found = graphs(content.replace(str(DCAT).encode(), wrong.encode()), f"all.{syntax}")
    assert texts(found["http://a.example/a"], DCT.title) == ["T"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        (
            "all.rdf",
            document("") + "\n<p>Done in 3 s</p>",
            "“<p>Done in 3 s</p>” follows the last element",
        ),
        (
            "all.rdf",
            "<br />\n<b>Notice</b>: x\n<?xml version='1.0'?>" + document(""),
            "comes before the XML",
        ),
        (
            "all.jsonld",
            '{"@context": "https://a.example/c.jsonld", "@id": "http://a.example"}',
            "never loaded",
        ),
        ("all.jsonld", '{"@id": "http://a.example"}\n</body></html>', "“</body></html>” follows the JSON"),
        (
            "all.jsonld",
            'Notice: x in y\n{"@id": "http://a.example"}',
            "“Notice: x in y” comes before the JSON",
        ),
    ],
)
def test_what_cannot_be_read_is_named(graphs, name, content, words):
    with pytest.raises(SourceError) as caught:
        graphs(content.encode(), name)
    assert words in str(caught.value)


def test_a_word_beside_a_text_stays_a_word(graphs):
    """Described by its text, it would be an IRI next to the document, which nobody wrote."""
    inside = """<dct:language rdf:resource="nl">Dutch</dct:language>
      <dct:license rdf:resource="">Own terms</dct:license>
      <dcat:contactPoint rdf:resource="#desk">Desk</dcat:contactPoint>"""
    graph = graphs(document(inside).encode())["http://a.example/a"]
    assert sorted(texts(graph, RDFS.label)) == ["Desk", "Dutch", "Own terms", "nl"]
    named = [node.value for node in graph.nodes if isinstance(node, NamedNode)]
    assert [name.partition("#")[2] for name in named if name != "http://a.example/a"] == ["desk"]
