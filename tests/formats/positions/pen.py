"""Writes catalogues in any layout, and notes where it writes what."""

import codecs
import io
from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import strategies as st

from erpd.formats.positions.mark import Mark

DCT, DCAT = "http://purl.org/dc/terms/", "http://www.w3.org/ns/dcat#"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
PREDICATES = [f"{DCT}{name}" for name in ("title", "description", "format")] + [f"{DCAT}keyword"]


@dataclass(frozen=True)
class Node:
    """A node to write. Without a name it is blank, and stands where its value is written."""

    name: str
    statements: tuple[tuple[str, tuple["Node | str", ...]], ...]
    """Properties and their values: texts, and nodes."""


_iris = st.integers(0, 10**6).map("https://data.example/{}".format)
TEXTS = st.text(
    st.sampled_from("ab 1.;,[]{}()#@:/äß€𝒳\t'") | st.characters(codec="utf-8", categories=("L", "N")),
    max_size=12,
)
_blank = st.builds(
    lambda statements: Node("", tuple(statements)),
    st.lists(st.tuples(st.sampled_from(PREDICATES), st.tuples(TEXTS)), max_size=2),
)
_links = _iris.map(lambda iri: Node(iri, ()))
_values = st.lists(TEXTS | _links | _blank, min_size=1, max_size=3).map(tuple)
_nodes = st.builds(
    lambda name, statements: Node(name, tuple(statements.items())),
    _iris,
    st.dictionaries(st.sampled_from(PREDICATES), _values, min_size=1, max_size=3),
)
CATALOGUES = st.lists(_nodes, min_size=1, max_size=4)


def opening(document: bytes) -> Callable[[], io.BytesIO]:
    """Return what opens a document."""
    return lambda: io.BytesIO(document)


@dataclass
class Pen:
    """The text written so far."""

    draw: st.DrawFn
    gaps: list[str]
    """What may stand between two tokens."""
    text: str = ""
    noted: list[tuple[str, str, str, int]] = field(default_factory=list)

    def put(self, text: str) -> int:
        """Write, and return where it begins."""
        self.text += text
        return len(self.text) - len(text)

    def gap(self) -> None:
        self.text += self.draw(st.sampled_from(self.gaps))

    def note(self, subject: str, predicate: str, value: str, start: int) -> None:
        self.noted.append((subject, predicate, value, start))

    def marks(self) -> list[Mark]:
        """What was noted, with lines and columns counted in the slowest and surest way."""
        marks = []
        for subject, predicate, value, start in self.noted:
            lines = self.text[:start].replace("\r\n", "\n").replace("\r", "\n").split("\n")
            marks.append(Mark(subject, predicate, value, len(lines), len(lines[-1]) + 1))
        return marks


# How a text becomes a file.
ENCODINGS = {
    "UTF-8": str.encode,
    "UTF-8 with a mark": lambda text: codecs.BOM_UTF8 + text.encode(),
    "UTF-16": lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
    "UTF-16, big end first": lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
}
