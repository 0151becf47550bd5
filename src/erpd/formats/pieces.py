"""What can still be read of a document whose syntax is broken: cut into pieces, each read alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Quad

from erpd.formats import turtle_pieces, xml_pieces
from erpd.formats.rdf import Unreadable, read
from erpd.formats.syntaxes import Syntax
from erpd.formats.xml_stream import UnsafeXml

# A document with more faults is broken as a whole.
MOST_BROKEN = 10_000
_LANGUAGE_TAG = re.compile(rb"([\"'])@([A-Za-z]{2,3}(?:[_-][A-Za-z0-9]{1,8})++)")


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
    good, faults = False, 0
    for head, piece, foot in pieces:
        for part in _read_piece(head, piece, foot, syntax, base):
            if isinstance(part, Broken):
                last = Broken(part.content, part.reason, name(part.content))
                yield last
                faults += 1
                if faults > MOST_BROKEN:
                    raise Unreadable("broken-syntax", f"{syntax.title}: more than {MOST_BROKEN:,} faults")
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
        return ((b"", line, b"") for line in document.splitlines(keepends=True) if line.strip())
    if syntax.name in ("ttl", "trig"):
        return turtle_pieces.cut(document, graphs=syntax.name == "trig")
    raise Unreadable("broken-syntax", f"{syntax.title} cannot be read in pieces")


def _read_piece(head: bytes, piece: bytes, foot: bytes, syntax: Syntax, base: str) -> Iterator[Quad | Broken]:
    triples, reason = _tried(head + piece + foot, syntax, base)
    if reason and syntax.name != "rdf" and b"_" in piece:
        piece = _LANGUAGE_TAG.sub(lambda tag: tag[1] + b"@" + tag[2].replace(b"_", b"-"), piece)
        triples, reason = _tried(head + piece + foot, syntax, base)
    if not reason:
        yield from triples
    elif syntax.name in ("ttl", "trig"):
        yield from _read_again(head, piece, syntax, base)
    else:
        yield Broken(piece, reason)


def _read_again(head: bytes, piece: bytes, syntax: Syntax, base: str) -> Iterator[Quad | Broken]:
    """Smaller parts of a piece; what cannot be read, and stands together, is one Broken."""
    broken: list[bytes] = []
    why = ""
    for part in turtle_pieces.cut_again(piece):
        triples, reason = _tried(head + part, syntax, base)
        if reason:
            why = why or reason
            broken.append(part)
            continue
        if broken:
            yield Broken(b"".join(broken), why)
        broken, why = [], ""
        yield from triples
    if broken:
        yield Broken(b"".join(broken), why)


def _tried(document: bytes, syntax: Syntax, base: str) -> tuple[list[Quad], str]:
    """The triples, and why there are none."""
    try:
        return list(read(document, syntax, base)), ""
    except Unreadable as error:
        return [], str(error)


def _ends(statement: bytes) -> bool:
    for line in reversed(statement.splitlines()):
        if line.strip() and not line.lstrip().startswith(b"#"):
            return line.rstrip().endswith((b".", b"}"))
    return False
