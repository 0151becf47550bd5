"""Where the syntax of a document breaks, in the document as received: parsers see it decoded and repaired."""

import io
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, cast

from pyoxigraph import parse

from erpd.formats.positions.mark import Position
from erpd.formats.positions.text import CHUNK, LONGEST, text_of
from erpd.formats.positions.xml_text import XmlText
from erpd.formats.rdf.checked_stream import TurtleStream
from erpd.formats.rdf.syntaxes import SYNTAXES
from erpd.formats.rdf.xml_stream import XmlStream

# Up to the end of a tag: the parser asks for more when it has understood it.
_TAG = re.compile(r"[^>]*+>|[^>]++")
# Characters. A longer document is not searched.
_LONGEST_JSON = 64 * 2**20
_BEGIN = re.compile(r"\s*+")


def fault(opened: Callable[[], BinaryIO], syntax: str) -> Position | None:
    """Return where the document cannot be read any further; None if that is not known.

    ``syntax`` is the name of an RDF syntax. Call it only for a document that its parser has refused.
    """
    try:
        return _FAULTS.get(syntax, _in_turtle)(opened, syntax)
    except (ValueError, OSError, MemoryError):
        return None


def _in_turtle(opened: Callable[[], BinaryIO], syntax: str) -> Position | None:
    text = cast(BinaryIO, TurtleStream(cast(BinaryIO, _Utf8(text_of(opened()).read))))
    try:
        for _ in parse(text, format=SYNTAXES[syntax].format, lenient=True):
            pass
    except SyntaxError as error:
        return Position(error.lineno, error.offset) if error.lineno and error.offset else None
    return None


def _in_xml(opened: Callable[[], BinaryIO], syntax: str) -> Position | None:
    """Where it is no XML, or else where it is no RDF/XML."""
    text = XmlText(text_of(opened()), _Nothing(), None)
    for _ in text.read():
        if text.fault:
            return text.fault
    pieces = _Pieces(text_of(opened()))
    stream = cast(BinaryIO, XmlStream(cast(BinaryIO, _Utf8(pieces.read))))
    try:
        for _ in parse(stream, format=SYNTAXES[syntax].format, lenient=True):
            pass
    except SyntaxError:
        return pieces.last
    return None


class _Pieces:
    """The text, tag by tag."""

    def __init__(self, text: io.TextIOBase) -> None:
        self._text = text
        self._pieces: Iterator[str] = iter(())
        self._rest = ""
        self._at = self.last = Position(1, 1)

    def read(self, _: int) -> str:
        piece = next(self._pieces, "")
        while not piece:
            more = self._text.read(CHUNK)
            if not more or len(self._rest) > LONGEST:
                piece, self._rest = self._rest, ""
                break
            data = self._rest + more
            cut = data.rfind(">") + 1
            self._rest = data[cut:]
            self._pieces = iter(_TAG.findall(data[:cut]))
            piece = next(self._pieces, "")
        begin = _BEGIN.match(piece)
        self.last = self._at.after(begin[0] if begin else "")
        self._at = self._at.after(piece)
        return piece


class _Utf8(io.RawIOBase):
    """Text as bytes."""

    def __init__(self, read: Callable[[int], str]) -> None:
        self._text = read

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return self._text(size).encode("utf-8", "replace")

    def readinto(self, buffer: Any) -> int:
        raise io.UnsupportedOperation


class _Nothing:
    """Takes the elements of XML."""

    def start(self, name: str, attributes: list[str], at: Position) -> None: ...

    def end(self) -> None: ...

    def text(self, text: str) -> None: ...

    def restart(self) -> None: ...


def _in_json(opened: Callable[[], BinaryIO], syntax: str) -> Position | None:
    text = text_of(opened()).read(_LONGEST_JSON)
    try:
        # Only its syntax matters, so no objects are made.
        json.loads(text, object_pairs_hook=len, parse_int=len, parse_float=len)
    except json.JSONDecodeError as error:
        return Position(error.lineno, error.colno) if len(text) < _LONGEST_JSON else None
    except RecursionError:
        return None
    return None


_FAULTS = {"rdf": _in_xml, "jsonld": _in_json}
