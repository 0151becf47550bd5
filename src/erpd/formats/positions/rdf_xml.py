"""Marks in RDF/XML. Expat tells where elements begin; after a fault, we go on with the next node."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import urljoin

from erpd.formats.positions.mark import LONGEST_VALUE, TEXT, UNNAMED, Mark, Position
from erpd.formats.positions.names import Names
from erpd.formats.positions.text import text_of
from erpd.formats.positions.xml_text import XmlText
from erpd.metadata.terms import RDF

_RDF = str(RDF)
_XML = "http://www.w3.org/XML/1998/namespace"
_SYNTAX = frozenset(
    f"{_RDF}{name}" for name in ("about", "ID", "nodeID", "resource", "parseType", "datatype")
)
_TYPE, _DESCRIPTION = f"{_RDF}type", f"{_RDF}Description"
# Parts of a text: a finding shows only the beginning.
_MOST_PARTS = 100
# Where a node begins in what follows a fault.
_NODE = re.compile(
    rb"<[\w.:-]++\s[^<>]{0,2000}?\b(?:about|nodeID|ID)\s*=|<(?:[\w.-]++:)?(?:Dataset|Catalog)\b"
)


@dataclass(slots=True)
class _Element:
    """An open element: a node or, if it has a predicate, a property of the node ``subject``."""

    subject: str
    predicate: str
    at: Position
    base: str
    text: list[str] | None = None
    """The text of a property that has no other value yet."""
    silent: bool = False
    """Whether what is inside is no RDF: a literal of XML."""


def marks(opened: Callable[[], BinaryIO], base: str = "") -> Iterator[Mark]:
    """Yield the marks of a document, in the order in which its elements end."""
    elements = _Elements(base)
    for _ in XmlText(text_of(opened()), elements, _NODE).read():
        yield from elements.found
        elements.found.clear()


class _Elements:
    """What the elements of a document say."""

    def __init__(self, base: str) -> None:
        self.found: list[Mark] = []
        self._names = Names(base)
        self._open: list[_Element] = []
        self._blank = 0

    def restart(self) -> None:
        """Forget the open elements."""
        self._open.clear()

    def start(self, name: str, attributes: list[str], at: Position) -> None:
        around = self._open[-1] if self._open else None
        if around and around.silent:
            self._open.append(around)
            return
        said = dict(zip(attributes[::2], attributes[1::2], strict=True))
        base = around.base if around else ""
        if f"{_XML} base" in said:
            base = urljoin(base, said[f"{_XML} base"])
        if name == f"{_RDF} RDF" and not around:
            self._open.append(_Element("", "", at, base))
        elif around is None or around.predicate or not around.subject:
            self._node(name, said, at, base, around)
        else:
            self._property(name, said, at, base, around.subject)

    def _node(
        self, name: str, said: dict[str, str], at: Position, base: str, around: _Element | None
    ) -> None:
        subject = self._named(said, base, "about") or self._unnamed()
        if around and around.predicate:
            around.text = None
            self._say(around.subject, around.predicate, subject, around.at)
        self._say(subject, "", "", at)
        kind = _iri(name)
        if kind != _DESCRIPTION:
            self._say(subject, _TYPE, self._names.iri(kind, base), at)
        self._attributes(subject, said, at, base)
        self._open.append(_Element(subject, "", at, base))

    def _property(self, name: str, said: dict[str, str], at: Position, base: str, subject: str) -> None:
        predicate = self._names.iri(_iri(name), base)
        opened = _Element(subject, predicate, at, base, [])
        parsed = said.get(f"{_RDF} parseType", "")
        value = self._named(said, base, "resource")
        if parsed == "Resource" or (not value and self._describes(said)):
            value = value or self._unnamed()
            self._say(value, "", "", at)
        if value:
            self._say(subject, predicate, value, at)
            self._attributes(value, said, at, base)
            opened.text = None
        if parsed == "Resource":
            opened = _Element(value, "", at, base)
        elif parsed and parsed != "Collection":
            opened.silent = True
        self._open.append(opened)

    def end(self) -> None:
        element = self._open.pop() if self._open else None
        inside = bool(self._open) and self._open[-1] is element  # of a literal of XML
        if element and element.text is not None and not inside:
            self._say(element.subject, element.predicate, TEXT + "".join(element.text), element.at)

    def text(self, text: str) -> None:
        said = self._open[-1].text if self._open else None
        if said is not None and len(said) < _MOST_PARTS:
            said.append(text[: LONGEST_VALUE + 1])

    def _attributes(self, subject: str, said: dict[str, str], at: Position, base: str) -> None:
        for name, value in said.items():
            predicate = _iri(name)
            if predicate == _TYPE:
                self._say(subject, _TYPE, self._names.iri(value, base), at)
            elif self._describes({name: value}):
                self._say(subject, self._names.iri(predicate, base), TEXT + value, at)

    def _describes(self, said: dict[str, str]) -> bool:
        """Whether there are attributes that are properties."""
        return any(
            " " in name and not name.startswith(f"{_XML} ") and _iri(name) not in _SYNTAX for name in said
        )

    def _named(self, said: dict[str, str], base: str, attribute: str) -> str:
        """The node that the attributes name, or ""."""
        for name in (f"{_RDF} {attribute}", attribute):  # without a namespace, as in old documents
            if name in said:
                return self._names.iri(said[name], base)
        if f"{_RDF} nodeID" in said:
            return f"_:{said[f'{_RDF} nodeID']}"
        if attribute == "about" and f"{_RDF} ID" in said:
            return self._names.iri(f"#{said[f'{_RDF} ID']}", base)
        return ""

    def _unnamed(self) -> str:
        self._blank += 1
        return f"{UNNAMED}{self._blank}"

    def _say(self, subject: str, predicate: str, value: str, at: Position) -> None:
        self.found.append(Mark(subject, predicate, value[: LONGEST_VALUE + 1], *at))


def _iri(name: str) -> str:
    """The IRI of a name as expat gives it: its namespace, a blank, its local part."""
    return name.replace(" ", "", 1)
