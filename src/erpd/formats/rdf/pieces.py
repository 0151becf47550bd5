"""Reads what is readable of a document whose syntax is broken: it is cut into pieces, each read alone."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import TypeAlias

from pyoxigraph import Quad

from erpd.formats.encoding import in_utf8, is_in_another_charset
from erpd.formats.positions.faults import fault
from erpd.formats.positions.mark import Position
from erpd.formats.rdf import turtle_pieces, xml_pieces
from erpd.formats.rdf.damaged import NothingToMend, read_damaged
from erpd.formats.rdf.document import read
from erpd.formats.rdf.syntaxes import Syntax
from erpd.formats.rdf.xml_stream import UnsafeXml, utf8_xml
from erpd.formats.reading import Unreadable
from erpd.formats.repairs import Told
from erpd.metadata.rules import Unread

_HEAD = 64 * 1024
# Where pyoxigraph says that a fault is, in the piece that it was given.
_WHERE = re.compile(r"Parser error (?:at|between) line [^:]*: | \(line \d+\)\Z")
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
    at: Position | None = None
    """Where its fault is, or else where it begins."""


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
    places = _Places(document, syntax)
    last: int | None = None  # where the faults begin that no good statement follows
    good, faults = False, 0
    tried = partial(_tried, syntax, base, told, not is_in_another_charset(document))
    for head, piece, foot, start in pieces:
        for part in _read_piece(head, piece, foot, syntax, tried):
            if isinstance(part, _Fault):
                last = start + part.start if last is None else last
                subject, is_data_set = cutter.subject(part.content), cutter.is_data_set(part.content)
                at = places.of(start + part.start, part.content, part.at)
                yield Broken(part.content, _WHERE.sub("", part.reason), subject, is_data_set, at)
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
    in_graph = syntax.name == "trig" and turtle_pieces.ends_in_graph(document)
    if in_graph or (last is not None and syntax.name != "rdf" and not turtle_pieces.ends(document[last:])):
        raise Unreadable(
            Unread.CUT, f"{syntax.title}: it ends in the middle of a statement", section="RDF 1.1"
        )


def _pieces(document: bytes, syntax: Syntax) -> Iterator[tuple[bytes, bytes, bytes, int]]:
    """Yield each piece with what must precede and follow it, and its start: (head, piece, tail, start)."""
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
        return _lines(document)
    if syntax.name in ("ttl", "trig"):
        return turtle_pieces.cut(document, graphs=syntax.name == "trig")
    raise Unreadable(Unread.BROKEN_SYNTAX, f"{syntax.title} cannot be read in parts")


def _lines(document: bytes) -> Iterator[tuple[bytes, bytes, bytes, int]]:
    start = 0
    for line in document.splitlines(keepends=True):
        if line.strip():
            yield b"", line, b"", start
        start += len(line)


@dataclass(frozen=True, slots=True)
class _Fault:
    """A part of a piece that cannot be read."""

    content: bytes
    reason: str
    start: int = 0
    """Where it begins in the piece."""
    at: Position | None = None
    """Where the fault is in it, if that is known."""


class _Places:
    """Where pieces are in a document. They are asked for in its order."""

    def __init__(self, document: bytes, syntax: Syntax) -> None:
        self._document, self._at, self._counted = document, Position(1, 1), 0
        if syntax.name == "rdf":
            try:
                self._document = utf8_xml(document)
            except ValueError:
                self._document = b""
            before = in_utf8(document[:_HEAD], "ignore")
            self._at = self._at.after(_text(before[: len(before) - len(before.lstrip())]))

    def of(self, start: int, content: bytes, at: Position | None) -> Position:
        start += len(content) - len(content.lstrip()) if at is None else 0
        self._at = self._at.after(_text(self._document[self._counted : start]))
        self._counted = start
        if at is None or at.line < 1:
            return self._at
        return Position(self._at.line + at.line - 1, at.column + (self._at.column - 1) * (at.line == 1))


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")


_Tried: TypeAlias = Callable[[bytes], tuple[list[Quad], Unreadable | None]]


def _read_piece(
    head: bytes, piece: bytes, foot: bytes, syntax: Syntax, tried: _Tried
) -> Iterator[Quad | _Fault]:
    triples, error = tried(head + piece + foot)
    if error is None:
        yield from triples
    elif syntax.name in ("ttl", "trig"):
        yield from _read_again(head, piece, tried)
    else:
        error.at = error.at or fault(lambda: BytesIO(head + piece + foot), syntax.name)
        yield _Fault(piece, str(error), 0, _inside(error, head))


def _read_again(head: bytes, piece: bytes, tried: _Tried) -> Iterator[Quad | _Fault]:
    """Read smaller parts of a piece. Adjacent parts that cannot be read become one fault."""
    broken: list[bytes] = []
    first: tuple[str, int, Position | None] | None = None
    for part, start in turtle_pieces.cut_again(piece):
        triples, error = tried(head + part)
        if error is not None:
            first = first or (str(error), start, _inside(error, head))
            broken.append(part)
            continue
        if first:
            yield _Fault(b"".join(broken), *first)
        broken, first = [], None
        yield from triples
    if first:
        yield _Fault(b"".join(broken), *first)


def _inside(error: Unreadable, head: bytes) -> Position | None:
    """Where the fault is in the piece after ``head``, which ends with a line."""
    return Position(error.at.line - head.count(b"\n"), error.at.column) if error.at else None


def _tried(
    syntax: Syntax, base: str, told: Told | None, mends: bool, document: bytes
) -> tuple[list[Quad], Unreadable | None]:
    """The triples, and, if there are none, why."""
    try:
        return list(read(document, syntax, base)), None
    except Unreadable as error:
        try:
            return (list(read_damaged(document, syntax, base, told)), None) if mends else ([], error)
        except NothingToMend:
            return [], error
        except Unreadable as worse:
            return [], error if error.at else worse
