"""Reads what is readable of a document whose syntax is broken: it is cut into pieces, each read alone."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from pyoxigraph import Quad

from erpd.formats.encoding import in_utf8, is_in_another_charset
from erpd.formats.rdf import turtle_pieces, xml_pieces
from erpd.formats.rdf.damaged import read_damaged
from erpd.formats.rdf.document import read
from erpd.formats.rdf.syntaxes import Syntax
from erpd.formats.rdf.xml_stream import UnsafeXml
from erpd.formats.reading import Unreadable
from erpd.formats.repairs import Told
from erpd.metadata.rules import Unread

# A document with more faults counts as broken as a whole.
MOST_BROKEN = 10_000


@dataclass(frozen=True, slots=True)
class Broken:
    """A piece that cannot be read."""

    content: bytes
    reason: str
    subject: str = ""
    """The IRI of what it describes; "" if it is not known."""
    is_data_set: bool = False
    """Whether ``subject`` is a data set."""


def read_pieces(
    document: bytes, syntax: Syntax, base: str = "", told: Told | None = None
) -> Iterator[Quad | Broken]:
    """Yield the triples of each good piece, and a Broken for each of the others.

    ``told`` collects the repairs, as in ``read_damaged``. Raises Unreadable if the document cannot be cut
    into pieces (JSON-LD) or if none is good; ``cut`` if it ends within a piece, because nobody knows what
    would have followed.
    """
    document = document if syntax.name == "rdf" else in_utf8(document)
    pieces = _pieces(document, syntax)
    cutter = xml_pieces if syntax.name == "rdf" else turtle_pieces
    last: Broken | None = None
    good, faults = False, 0
    tried = partial(_tried, syntax, base, told, not is_in_another_charset(document))
    for head, piece, foot in pieces:
        for part in _read_piece(head, piece, foot, syntax, tried):
            if isinstance(part, Broken):
                last = part
                subject, is_data_set = cutter.subject(part.content), cutter.is_data_set(part.content)
                yield Broken(part.content, part.reason, subject, is_data_set)
                faults += 1
                if faults > MOST_BROKEN:
                    raise Unreadable(
                        Unread.BROKEN_SYNTAX, f"{syntax.title}: more than {MOST_BROKEN:,} faults"
                    )
            else:
                last, good = None, True
                yield part
    if not good:
        raise Unreadable(Unread.BROKEN_SYNTAX, f"{syntax.title}: no part of it can be read")
    if last and syntax.name != "rdf" and not _ends(last.content):
        raise Unreadable(Unread.CUT, f"{syntax.title}: it ends in the middle of a statement")


def _pieces(document: bytes, syntax: Syntax) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Yield each piece with what must precede and follow it: (head, piece, tail)."""
    try:
        if syntax.name == "rdf":
            return xml_pieces.cut(document)
    except UnsafeXml as error:
        raise Unreadable(Unread.UNSAFE_XML, str(error)) from error
    except xml_pieces.Followed as error:
        raise Unreadable(Unread.BROKEN_XML, f"{syntax.title}: {error}") from error
    except xml_pieces.Cut as error:
        raise Unreadable(Unread.CUT, f"{syntax.title}: {error}") from error
    except ValueError as error:
        raise Unreadable(Unread.BROKEN_SYNTAX, f"{syntax.title}: {error}") from error
    if syntax.name in ("nt", "nq"):
        return ((b"", line, b"") for line in document.splitlines(keepends=True) if line.strip())
    if syntax.name in ("ttl", "trig"):
        return turtle_pieces.cut(document, graphs=syntax.name == "trig")
    raise Unreadable(Unread.BROKEN_SYNTAX, f"{syntax.title} cannot be read in parts")


_Tried: TypeAlias = Callable[[bytes], tuple[list[Quad], str]]


def _read_piece(
    head: bytes, piece: bytes, foot: bytes, syntax: Syntax, tried: _Tried
) -> Iterator[Quad | Broken]:
    triples, reason = tried(head + piece + foot)
    if not reason:
        yield from triples
    elif syntax.name in ("ttl", "trig"):
        yield from _read_again(head, piece, tried)
    else:
        yield Broken(piece, reason)


def _read_again(head: bytes, piece: bytes, tried: _Tried) -> Iterator[Quad | Broken]:
    """Read smaller parts of a piece. Adjacent parts that cannot be read become one Broken."""
    broken: list[bytes] = []
    why = ""
    for part in turtle_pieces.cut_again(piece):
        triples, reason = tried(head + part)
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


def _tried(
    syntax: Syntax, base: str, told: Told | None, mends: bool, document: bytes
) -> tuple[list[Quad], str]:
    """The triples, and, if there are none, why."""
    try:
        return list(read(document, syntax, base)), ""
    except Unreadable as error:
        try:
            return (list(read_damaged(document, syntax, base, told)), "") if mends else ([], str(error))
        except Unreadable:
            return [], str(error)


def _ends(statement: bytes) -> bool:
    for line in reversed(statement.splitlines()):
        if line.strip() and not line.lstrip().startswith(b"#"):
            return line.rstrip().endswith((b".", b"}"))
    return False
