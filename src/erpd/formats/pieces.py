"""What can still be read of a document whose syntax is broken: cut into pieces, each read alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Quad

from erpd.formats.rdf import Unreadable, read
from erpd.formats.syntaxes import Syntax
from erpd.formats.xml_stream import check_entities

# One level of elements is cut out: the data sets of a catalogue, or what stands beside it.
_ELEMENTS = (
    "Dataset Distribution DataService CatalogRecord Agent Organization Kind Location PeriodOfTime Description"
)
_LANGUAGE_TAG = re.compile(rb'("@[A-Za-z]{2,3})_([A-Za-z0-9]+)')
_STATEMENT_END = re.compile(rb"(?<=\s)\.[ \t]*\r?\n|(?<=[>\"\]])\.[ \t]*\r?\n")


@dataclass(frozen=True, slots=True)
class Broken:
    """A piece that cannot be read, with its bytes and the reason."""

    content: bytes
    reason: str


def read_pieces(document: bytes, syntax: Syntax, base: str = "") -> Iterator[Quad | Broken]:
    """The triples of each good piece, and a Broken for each other.

    Raises Unreadable where the document cannot be cut (JSON-LD; not one good piece).
    """
    if syntax.name == "rdf":
        pieces = _xml_pieces(document)
    elif syntax.name in ("nt", "nq"):
        pieces = iter(document.splitlines(keepends=True))
    elif syntax.name in ("ttl", "trig"):
        pieces = _turtle_pieces(document)
    else:
        raise Unreadable("broken-syntax", f"{syntax.title} cannot be read in pieces")
    for piece in pieces:
        try:
            yield from list(read(_LANGUAGE_TAG.sub(rb"\1-\2", piece), syntax, base))
        except Unreadable as error:
            yield Broken(piece, str(error))


def _xml_pieces(document: bytes) -> Iterator[bytes]:
    root = re.search(rb"<([\w-]+:)?RDF\b[^>]*>", document)
    if root is None:
        raise Unreadable("broken-syntax", "RDF/XML: there is no rdf:RDF element")
    check_entities(document[: root.start()])
    head = document[: root.end()]
    close = b"</" + (root[1] or b"") + b"RDF>"
    names = b"|".join(_ELEMENTS.encode().split())
    element = re.compile(rb"<((?:[\w-]+:)?(?:" + names + rb"))\b")
    position = root.end()
    while match := element.search(document, position):
        end = _end_of(document, match[1], match.start())
        yield head + document[match.start() : end] + close
        position = end


def _end_of(document: bytes, name: bytes, start: int) -> int:
    """The end of the element that begins at ``start``; the next one's beginning where it is never closed."""
    depth = 0
    for tag in re.finditer(rb"<(/?)" + re.escape(name) + rb"\b[^>]*?(/?)>", document[start:]):
        depth += -1 if tag[1] else 0 if tag[2] else 1
        if depth == 0:
            return start + tag.end()
    following = document.find(b"<" + name, start + 1)
    return following if following > 0 else len(document)


def _turtle_pieces(document: bytes) -> Iterator[bytes]:
    prefixes = b"\n".join(re.findall(rb"(?im)^[ \t]*(?:@prefix|@base|prefix|base)\b[^\n]*", document))
    position = 0
    for end in _STATEMENT_END.finditer(document):
        statement = document[position : end.end()]
        position = end.end()
        if statement.strip() and not re.match(rb"(?i)\s*@?(prefix|base)\b", statement):
            yield prefixes + b"\n" + statement
    if document[position:].strip():
        yield prefixes + b"\n" + document[position:]
