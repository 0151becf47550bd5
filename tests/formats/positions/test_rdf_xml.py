"""Marks in RDF/XML."""

from time import process_time
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erpd.formats.positions.mark import TEXT, UNNAMED, Mark
from erpd.formats.positions.rdf_xml import marks
from erpd.formats.positions.text import CHUNK
from tests.formats.positions.pen import CATALOGUES, DCAT, DCT, ENCODINGS, TYPE, Node, Pen, opening
from tests.proofs import length

GAPS = ["", " ", "\n", "\r\n", "\r", "\t ", "<!-- a comment: <x> -->", "<?go on?>", "𝒳\n"]
HEAD = (
    f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dct="{DCT}" xmlns:dcat="{DCAT}">'
)


class _RdfXml(Pen):
    blank = 0

    def write(self, nodes: list[Node]) -> None:
        self.put(self.draw(st.sampled_from(["", " \r\n", '<?xml version="1.0"?>\n', "<!DOCTYPE rdf:RDF>"])))
        self.put(HEAD)
        for node in nodes:
            self.gap()
            self.node(node.name, node, f" rdf:about={quoteattr(node.name)}", len(self.text))
            self.gap()
        self.put("</rdf:RDF>\n")

    def node(self, name: str, node: Node, about: str, start: int) -> None:
        self.note(name, "", "", start)
        if self.draw(st.booleans()):
            element = "dcat:Dataset"
            self.note(name, TYPE, f"{DCAT}Dataset", start)
        else:
            element = "rdf:Description"
        self.put(f"<{element}{about}>")
        self.properties(name, node)
        self.put(f"</{element}>")

    def properties(self, subject: str, node: Node) -> None:
        for predicate, values in node.statements:
            name = predicate.replace(DCT, "dct:").replace(DCAT, "dcat:")
            for value in values:
                self.gap()
                self.value(subject, predicate, name, value)
        self.gap()

    def value(self, subject: str, predicate: str, name: str, value: Node | str) -> None:
        start = len(self.text)
        if isinstance(value, str):
            self.put(f"<{name}>{escape(value)}</{name}>")
            self.note(subject, predicate, TEXT + value, start)
        elif value.name:
            self.put(f"<{name}\n rdf:resource={quoteattr(value.name)}/>")
            self.note(subject, predicate, value.name, start)
        else:
            self.blank += 1
            blank = f"{UNNAMED}{self.blank}"
            if self.draw(st.booleans()):
                self.note(blank, "", "", start)
                self.note(subject, predicate, blank, start)
                self.put(f'<{name} rdf:parseType="Resource">')
                self.properties(blank, value)
            else:
                self.put(f"<{name}>")
                self.gap()
                self.note(subject, predicate, blank, start)
                self.node(blank, value, "", len(self.text))
                self.gap()
            self.put(f"</{name}>")


@pytest.mark.proof
@settings(max_examples=length(25, 2_000), deadline=None)
@given(data=st.data(), nodes=CATALOGUES, encoding=st.sampled_from(list(ENCODINGS)))
def test_each_mark_is_where_its_text_begins(data: st.DataObject, nodes: list[Node], encoding: str) -> None:
    written = _RdfXml(data.draw, GAPS)
    written.write(nodes)

    found = list(marks(opening(ENCODINGS[encoding](written.text))))

    assert found == written.marks()


def test_a_declared_encoding_is_read() -> None:
    text = (
        f'<?xml version="1.0" encoding="ISO-8859-1"?>{HEAD}äöü<rdf:Description rdf:about="https://a.eu/é"/>'
    )

    assert list(marks(opening(text.encode("latin-1")))) == [
        Mark("https://a.eu/é", "", "", 1, text.index("<rdf:Desc") + 1)
    ]


def test_other_ways_to_say_it() -> None:
    document = f"""{HEAD}
<dcat:Dataset rdf:ID="a" xml:base="https://a.example/" dct:title="One">
  <dct:rights rdf:parseType="Literal">no <b>matter</b></dct:rights>
  <dct:publisher dct:title="Who"/>
  <dct:format rdf:resource="b" dct:title="What"/>
  <dct:creator rdf:nodeID="n"/>
</dcat:Dataset>
<rdf:Description rdf:nodeID="n"><rdf:type rdf:resource="https://a.example/C"/></rdf:Description>
</rdf:RDF>"""

    assert [mark[:4] for mark in marks(opening(document.encode()))] == [
        ("https://a.example/#a", "", "", 2),
        ("https://a.example/#a", TYPE, f"{DCAT}Dataset", 2),
        ("https://a.example/#a", f"{DCT}title", f"{TEXT}One", 2),
        ("https://a.example/#a", f"{DCT}rights", f"{TEXT}no matter", 3),
        (f"{UNNAMED}1", "", "", 4),
        ("https://a.example/#a", f"{DCT}publisher", f"{UNNAMED}1", 4),
        (f"{UNNAMED}1", f"{DCT}title", f"{TEXT}Who", 4),
        ("https://a.example/#a", f"{DCT}format", "https://a.example/b", 5),
        ("https://a.example/b", f"{DCT}title", f"{TEXT}What", 5),
        ("https://a.example/#a", f"{DCT}creator", "_:n", 6),
        ("_:n", "", "", 8),
        ("_:n", TYPE, "https://a.example/C", 8),
    ]


@pytest.mark.parametrize(
    "fault", ["</dct:oops>", "<", "< b", "<a>", "</rdf:RDF>", "<x:y/>", "]]>", "&b", "\x01", "<a b=c>"]
)
@pytest.mark.parametrize("shift", [0, CHUNK - 40, CHUNK, CHUNK + 300])
def test_after_a_fault_the_next_node_is_found(fault: str, shift: int) -> None:
    before = (
        f'{HEAD}<!--{"x" * shift}-->\n<dcat:Dataset rdf:about="https://a.example/1">{fault}</dcat:Dataset>\n'
    )
    behind = '€ <dcat:Dataset rdf:about="https://a.example/2">\n<dct:title>Two</dct:title></dcat:Dataset></rdf:RDF>'

    found = list(marks(opening((before + behind).encode())))

    assert Mark("https://a.example/1", "", "", 2, 1) in found
    assert Mark("https://a.example/2", "", "", 3, 3) in found
    assert Mark("https://a.example/2", f"{DCT}title", f"{TEXT}Two", 4, 1) in found


@pytest.mark.parametrize(
    "part",
    [
        "<a>",
        "<",
        "<a ",
        "&",
        "<!--",
        "]]>",
        "<dcat:Dataset>",
        '<a b="',
        "<dcat:Dataset rdf:about=''></b>",
        "x",
        "\n",
    ],
)
def test_the_work_grows_with_the_document(part: str) -> None:
    begun = process_time()
    for _ in marks(opening((HEAD + part * (200_000 // len(part))).encode())):
        pass
    assert process_time() - begun < 5


def test_entities_do_not_explode() -> None:
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(12))
    document = f'<!DOCTYPE x [<!ENTITY e0 "boom">{entities}]>{HEAD}<dcat:Dataset dct:title="&e12;">&e12;'
    begun = process_time()
    assert len(list(marks(opening(document.encode())))) < 10
    assert process_time() - begun < 5
