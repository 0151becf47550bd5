"""What can still be read of a document whose syntax is broken: cut into pieces, each read alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Quad

from erpd.formats import turtle_pieces, xml_pieces
from erpd.formats.rdf import Unreadable, read
from erpd.formats.syntaxes import Syntax
from erpd.formats.xml_stream import UnsafeXml

_LANGUAGE_TAG = re.compile(rb"([\"'])@([A-Za-z]{2,3}(?:[_-][A-Za-z0-9]{1,8})++)")
_COMMENTS_AT_END = re.compile(rb"(?:^[ \t]*#[^\n]*\s*)++\Z", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Broken:
    """A piece that cannot be read, with its bytes and the reason.

    ``identifier``: the IRI of the data set that it would have been, where that can be told.
    """

    content: bytes
    reason: str
    identifier: str = ""


def read_pieces(document: bytes, syntax: Syntax, base: str = "") -> Iterator[Quad | Broken]:
    """The triples of each good piece, and a Broken for each other.

    Raises Unreadable where the document cannot be cut into pieces (JSON-LD) or has not one that is good;
    ``cut`` where it ends in the middle of one: nobody knows what would have followed.
    """
    pieces = _pieces(document, syntax)
    name = xml_pieces.data_set if syntax.name == "rdf" else turtle_pieces.data_set
    last: Broken | None = None
    good = False
    for head, piece, foot in pieces:
        for part in _read_piece(head, piece, foot, syntax, base):
            if isinstance(part, Broken):
                last = Broken(part.content, part.reason, name(part.content))
                yield last
            else:
                last, good = None, True
                yield part
    if not good:
        raise Unreadable("broken-syntax", f"{syntax.title}: not one piece of it can be read")
    if last and syntax.name != "rdf" and not _ends(last.content):
        raise Unreadable("cut", f"{syntax.title}: it ends in the middle of a statement")


def _pieces(document: bytes, syntax: Syntax) -> Iterator[tuple[bytes, bytes, bytes]]:
    """(what stands before each piece, the piece, what stands behind it)."""
    try:
        if syntax.name == "rdf":
            return xml_pieces.cut(document)
    except UnsafeXml as error:
        raise Unreadable("unsafe-xml", str(error)) from error
    except xml_pieces.Cut as error:
        raise Unreadable("cut", f"{syntax.title}: {error}") from error
    except ValueError as error:
        raise Unreadable("broken-syntax", f"{syntax.title}: {error}") from error
    if syntax.name in ("nt", "nq"):
        return ((b"", line, b"") for line in document.splitlines(keepends=True))
    if syntax.name in ("ttl", "trig"):
        return turtle_pieces.cut(document, graphs=syntax.name == "trig")
    raise Unreadable("broken-syntax", f"{syntax.title} cannot be read in pieces")


def _read_piece(head: bytes, piece: bytes, foot: bytes, syntax: Syntax, base: str) -> Iterator[Quad | Broken]:
    try:
        yield from list(read(head + piece + foot, syntax, base))
        return
    except Unreadable as error:
        reason = str(error)
    if syntax.name == "rdf":
        yield Broken(piece, reason)
        return
    mended = _LANGUAGE_TAG.sub(lambda tag: tag[1] + b"@" + tag[2].replace(b"_", b"-"), piece)
    smaller = [mended] if syntax.name in ("nt", "nq") else turtle_pieces.cut_again(mended)
    broken = b""
    for part in smaller:
        try:
            triples = list(read(head + part + foot, syntax, base))
        except Unreadable as error:
            broken, reason = broken + part, str(error)
            continue
        if broken:
            yield Broken(broken, reason)
            broken = b""
        yield from triples
    if broken:
        yield Broken(broken, reason)


def _ends(statement: bytes) -> bool:
    return _COMMENTS_AT_END.sub(b"", statement.rstrip()).rstrip().endswith((b".", b"}"))
