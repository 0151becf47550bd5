"""Marks in JSON-LD."""

import json
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erpd.formats.positions.json_ld import marks
from erpd.formats.positions.mark import TEXT, UNNAMED, Mark
from erpd.formats.positions.text import CHUNK
from tests.formats.positions.pen import CATALOGUES, DCAT, DCT, ENCODINGS, TYPE, Node, Pen, opening
from tests.proofs import length

GAPS = ["", " ", "\n", "\r\n", "\r", "\t "]
CONTEXT = {
    "dct": DCT,
    "k": {"@id": DCAT, "@prefix": True},
    "id": "@id",
    "keyword": "k:keyword",
    "title": {"@id": "dct:title", "@type": "@id"},
    "languages": {"@id": "dct:description", "@container": "@language"},
}


class _JsonLd(Pen):
    """Marks of an object are found where it ends, so they are compared sorted."""

    def write(self, nodes: list[Node]) -> None:
        self.put("{")
        self.gap()
        self.put(f'"@context" : {json.dumps(CONTEXT)}')
        self.gap()
        self.put(',"@graph":[')
        for number, node in enumerate(nodes):
            self.put("," if number else "")
            self.gap()
            self.node(node.name, node)
        self.put("]}")

    def node(self, name: str, node: Node) -> None:
        start = self.put("{")
        self.gap()
        members = [*node.statements, ("@id", ())] if not name.startswith(UNNAMED) else [*node.statements]
        members = self.draw(st.permutations(members))
        if node.statements:
            self.note(name, "", "", start)
        for number, (predicate, values) in enumerate(members):
            self.put("," if number else "")
            self.gap()
            if predicate == "@id":
                self.put(self.draw(st.sampled_from(['"@id":', '"id" :', '"\\u0040id": '])))
                self.put(json.dumps(name))
            else:
                self.property(name, predicate, values)
            self.gap()
        self.put("}")

    def property(self, subject: str, predicate: str, values: tuple[Node | str, ...]) -> None:
        texts = all(isinstance(value, str) for value in values)
        short = predicate.replace(DCT, "dct:").replace(DCAT, "k:")
        names = [short, predicate, *(["keyword"] if short == "k:keyword" else [])]
        if texts and short == "dct:description":
            names.append("languages")
        name = self.draw(st.sampled_from(names))
        start = self.put(json.dumps(name))
        self.put(" :")
        self.gap()
        if name == "languages":
            start = self.put('{"en":') + 1  # of a text by language, the first stands with its language
        if len(values) > 1:
            self.put("[")
        for place, value in enumerate(values):
            self.put("," if place else "")
            self.gap()
            if isinstance(value, str):
                self.text_value(subject, predicate, value, None if place else start, name == "languages")
            else:
                node = value.name or f"{UNNAMED}?"
                self.note(subject, predicate, node, len(self.text) if place else start)
                self.node(node, value)
            self.gap()
        if len(values) > 1:
            self.put("]")
        if name == "languages":
            self.put("}")

    def text_value(self, subject: str, predicate: str, value: str, start: int | None, plain: bool) -> None:
        written = json.dumps(value, ensure_ascii=self.draw(st.booleans()))
        if not plain and self.draw(st.booleans()):
            written = f'{{"@value":{written}, "@language":"en"}}'
        at = self.put(written)
        self.note(subject, predicate, TEXT + value, at if start is None else start)


def _sorted(found: list[Mark]) -> list[Mark]:
    """All names that are only valid in the marks count as the same."""
    named = [
        mark._replace(
            subject=mark.subject if mark.subject[:3] != UNNAMED else UNNAMED,
            value=mark.value if mark.value[:3] != UNNAMED else UNNAMED,
        )
        for mark in found
    ]
    return sorted(named)


@pytest.mark.proof
@settings(max_examples=length(25, 2_000), deadline=None)
@given(data=st.data(), nodes=CATALOGUES, encoding=st.sampled_from(list(ENCODINGS)))
def test_each_mark_is_where_its_text_begins(data: st.DataObject, nodes: list[Node], encoding: str) -> None:
    written = _JsonLd(data.draw, GAPS)
    written.write(nodes)

    found = list(marks(opening(ENCODINGS[encoding](written.text))))

    assert _sorted(found) == _sorted(written.marks())


def test_other_ways_to_say_it() -> None:
    document = """[{"@context": [{"@vocab": "http://purl.org/dc/terms/", "@base": "https://a.example/"},
 {"type": "@type", "license": {"@type": "@id"}, "in": {"@reverse": "isPartOf"}}],
 "@id": "1", "type": ["Dataset",
   "Other"], "license": "l", "format": null,
 "in": {"@id": "2"},
 "title": {"@set": ["One",
   {"@value": "Two"}]},
 "@reverse": {"hasPart": {"@id": "3"}}}]"""

    assert _sorted(list(marks(opening(document.encode())))) == _sorted(
        [
            Mark("https://a.example/1", "", "", 1, 2),
            Mark("https://a.example/1", TYPE, f"{DCT}Dataset", 3, 14),
            Mark("https://a.example/1", TYPE, f"{DCT}Other", 4, 4),
            Mark("https://a.example/1", f"{DCT}license", "https://a.example/l", 4, 14),
            Mark("https://a.example/1", f"{DCT}title", f"{TEXT}One", 6, 2),
            Mark("https://a.example/1", f"{DCT}title", f"{TEXT}Two", 7, 4),
            Mark("https://a.example/2", "", "", 5, 8),
            Mark("https://a.example/2", f"{DCT}isPartOf", "https://a.example/1", 5, 2),
            Mark("https://a.example/3", "", "", 8, 26),
            Mark("https://a.example/3", f"{DCT}hasPart", "https://a.example/1", 8, 15),
        ]
    )


def test_a_well_known_context_is_known() -> None:
    document = """{"@context": "https://semiceu.github.io/DCAT-AP/releases/3.0.0/context/dcat-ap.jsonld",
      "@id": "https://a.example/1", "@type": "Dataset", "title": "One",
      "datasetDistribution": [{"@type": "Distribution", "format": "https://a.example/f"}]}"""

    assert {mark.predicate for mark in marks(opening(document.encode()))} == {
        *("", TYPE, f"{DCT}title", f"{DCT}format", f"{DCAT}distribution"),
    }


def test_chunks_leave_no_trace() -> None:
    statement = f'{{"@id" : "https://a.example/ä", "{DCT}title" \n : ["a \\" b", 1.5, {{"@id":"_:b"}}]}}'
    for shift in range(len(statement) + 3):
        found = [mark[:3] for mark in marks(opening(((" " * (CHUNK - shift)) + statement).encode()))]
        assert found == [
            ("https://a.example/ä", "", ""),
            ("https://a.example/ä", f"{DCT}title", f'{TEXT}a " b'),
            ("https://a.example/ä", f"{DCT}title", f"{TEXT}1.5"),
            ("https://a.example/ä", f"{DCT}title", "_:b"),
        ]


@pytest.mark.parametrize(
    "part",
    [
        "[",
        "{",
        '{"a":',
        '"',
        '"a',
        "\\",
        " ",
        "\n",
        "x",
        ",",
        "}",
        '{"@context":',
        '{"@context":[',
        '["a"],',
        '{"@id":"a","b":"c"},',
    ],
)
def test_the_work_grows_with_the_document(part: str) -> None:
    begun = process_time()
    for _ in marks(opening((part * (200_000 // len(part))).encode())):
        pass
    assert process_time() - begun < 5


def test_contexts_that_lead_nowhere() -> None:
    for context in (
        '{"a": "b", "b": "a"}',
        '{"a": {"@id": "a:a"}}',
        '{"a": []}',
        '["x", [[["y"]]]]',
        "7",
        '{"@vocab": "a:"}',
    ):
        document = f'{{"@context": {context}, "@id": "https://a.example/1", "a": "x", "a:b": "y"}}'
        assert [mark.subject for mark in marks(opening(document.encode()))][:1] == ["https://a.example/1"]
