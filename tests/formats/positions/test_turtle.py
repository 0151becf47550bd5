"""Marks in Turtle, TriG, N-Triples and N-Quads."""

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erpd.formats.positions.mark import TEXT, UNNAMED, Mark
from erpd.formats.positions.text import CHUNK
from erpd.formats.positions.turtle import marks
from tests.formats.positions.pen import CATALOGUES, DCAT, DCT, ENCODINGS, TYPE, Node, Pen, opening
from tests.proofs import length

GAPS = [" ", "\n", "\r\n", "\r", "\t ", ' # a comment: <x> . "\n', "\n\n  "]


class _Turtle(Pen):
    blank = 0

    def write(self, nodes: list[Node]) -> None:
        self.put(f"@prefix dct: <{DCT}> .\n")
        self.put(self.draw(st.sampled_from([f"PREFIX k: <{DCAT}>\n", f"@prefix k: <{DCAT}>. "])))
        for node in nodes:
            self.gap()
            self.note(node.name, "", "", self.put(f"<{node.name}>"))
            self.gap()
            self.statements(node.name, node)
            self.gap()
            self.put(".")
        self.gap()

    def statements(self, subject: str, node: Node) -> None:
        for number, (predicate, values) in enumerate(node.statements):
            if number:
                self.gap()
                self.put(";")
                self.gap()
            short = predicate.replace(DCT, "dct:").replace(DCAT, "k:")
            start = self.put(self.draw(st.sampled_from([short, f"<{predicate}>"])))
            for place, value in enumerate(values):
                self.gap()
                if place:
                    self.put(",")
                    self.gap()
                self.value(subject, predicate, value, None if place else start)

    def value(self, subject: str, predicate: str, value: Node | str, start: int | None) -> None:
        at = len(self.text)
        said_at = at if start is None else start
        if isinstance(value, str):
            self.put(self.literal(value))
            self.note(subject, predicate, TEXT + value, said_at)
        elif value.name:
            self.put(f"<{value.name}>")
            self.note(subject, predicate, value.name, said_at)
        else:
            self.blank += 1
            name = f"{UNNAMED}{self.blank}"
            self.note(subject, predicate, name, said_at)
            self.note(name, "", "", self.put("["))
            self.gap()
            self.statements(name, value)
            self.gap()
            self.put("]")

    def literal(self, text: str) -> str:
        quote = self.draw(st.sampled_from(['"', "'", '"""', "'''"]))
        kind = self.draw(
            st.sampled_from(["", "@en", "@de-AT", "^^<http://www.w3.org/2001/XMLSchema#string>"])
        )
        escaped = text.replace("\\", "\\\\").replace(quote[0], f"\\{quote[0]}").replace("a", "\\u0061")
        return quote + escaped.replace("\t", "\\t") + quote + kind


class _Lines(_Turtle):
    """N-Triples or, with a graph, N-Quads."""

    def write(self, nodes: list[Node]) -> None:
        graph = self.draw(st.sampled_from(["", " <https://data.example/graph>"]))
        for node in nodes:
            for predicate, values in node.statements:
                for each in values:
                    value = Node("_:b", ()) if isinstance(each, Node) and not each.name else each
                    self.note(node.name, "", "", self.put(f"<{node.name}>"))
                    self.put(" ")
                    start = self.put(f"<{predicate}> ")
                    if isinstance(value, str):
                        escaped = value.replace('"', '\\"').replace("\t", "\\t")
                        self.put(f'"{escaped}"')
                        self.note(node.name, predicate, TEXT + value, start)
                    else:
                        self.put(value.name if value.name.startswith("_:") else f"<{value.name}>")
                        self.note(node.name, predicate, value.name, start)
                    self.put(f"{graph} .\n")


@pytest.mark.proof
@pytest.mark.parametrize("pen", [_Turtle, _Lines])
@settings(max_examples=length(25, 2_000), deadline=None)
@given(data=st.data(), nodes=CATALOGUES, encoding=st.sampled_from(list(ENCODINGS)))
def test_each_mark_is_where_its_text_begins(
    pen: type[_Turtle], data: st.DataObject, nodes: list[Node], encoding: str
) -> None:
    written = pen(data.draw, GAPS)
    written.write(nodes)

    found = list(marks(opening(ENCODINGS[encoding](written.text))))

    assert found == written.marks()


def test_chunks_leave_no_trace() -> None:
    """Wherever a chunk ends, the marks are the same."""
    statement = f'<https://a.example/ä> <{DCT}title> """a "b" \\" c"""@en-GB, 1.5, ex:a.b ; a ex:C .\n'
    for shift in range(len(statement) + 3):
        head = "#" * (CHUNK - shift - 50) + "\n@prefix ex: <https://a.example/> .\n"
        found = [mark[:4] for mark in marks(opening((head + statement).encode()))]
        assert found == [
            ("https://a.example/ä", "", "", 3),
            ("https://a.example/ä", f"{DCT}title", f'{TEXT}a "b" " c', 3),
            ("https://a.example/ä", f"{DCT}title", f"{TEXT}1.5", 3),
            ("https://a.example/ä", f"{DCT}title", "https://a.example/a.b", 3),
            ("https://a.example/ä", TYPE, "https://a.example/C", 3),
        ]


NEXT = "<https://a.example/2> a <https://a.example/C> ."


@pytest.mark.parametrize(
    ("before", "line"),
    [
        ("<https://a.example/1> a <https://a.example/C>\n\n", 3),
        ('<https://a.example/1> <https://a.example/p> """a\n', 2),
        ('<https://a.example/1> <https://a.example/p> "a .\n', 2),
        ("<https://a.example/1> <https://a.example/p> [ . \n", 2),
        ("oops! | \n{", 2),
        ('<https://a.example/1> <https://a.example/p> "a" ;\n', 2),
    ],
)
def test_after_a_fault_the_next_statement_is_found(before: str, line: int) -> None:
    found = [
        mark for mark in marks(opening((before + NEXT).encode())) if mark.subject == "https://a.example/2"
    ]

    assert [mark.line for mark in found] == [line, line]


def test_names_are_those_of_the_record() -> None:
    document = (
        "@prefix dcat: <https://www.w3.org/ns/dcat/> . @base <https://a.example/base/> .\n"
        "<1> a dcat:Dataset .\n"
        "<https://a.example/a b> a dcat:Dataset .\n"
    )
    found = list(marks(opening(document.encode()), "https://b.example/"))

    assert found == [
        Mark("https://a.example/base/1", "", "", 2, 1),
        Mark("https://a.example/base/1", TYPE, f"{DCAT}Dataset", 2, 5),
        Mark("https://a.example/a%20b", "", "", 3, 1),
        Mark("https://a.example/a%20b", TYPE, f"{DCAT}Dataset", 3, 25),
    ]


@pytest.mark.parametrize(
    "part",
    ["[", "(", "<", '"""', '"', "'''a", "\\", "@", "^", "a:", " ", "\n", "#", "{", ". ", "[]", '"""\\'],
)
def test_the_work_grows_with_the_document(part: str) -> None:
    def seconds(times: int) -> float:
        begun = process_time()
        for _ in marks(opening((part * times).encode())):
            pass
        return process_time() - begun

    seconds(1)
    assert seconds(200_000 // len(part)) < 5
