"""Text of XML -> its elements and where each begins, from expat, also behind faults."""

import io
import re
from collections.abc import Callable, Iterator
from typing import Protocol
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from erpd.formats.positions.mark import Position
from erpd.formats.positions.text import CHUNK, LONGEST

# Faults that need no restart: characters that XML forbids, and "&" without a name. Each is one character.
_NO_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|&(?![\\w.:#-]{1,60};)")
_LONGEST_REFERENCE = 64
_LONGEST_TAG = 4096
_MOST_NAMESPACES = 200
_MOST_RESTARTS = 10_000
_DEEPEST = 1_000


class Elements(Protocol):
    """Takes what the text says. Names are those of expat: the namespace, a blank, the local part."""

    def start(self, name: str, attributes: list[str], at: Position) -> None: ...

    def end(self) -> None: ...

    def text(self, text: str) -> None: ...

    def restart(self) -> None:
        """Forget the open elements: there was a fault, and what follows stands by itself."""


class XmlText:
    """The text of a document. ``again`` finds the element with which to go on behind a fault."""

    def __init__(self, text: io.TextIOBase, elements: Elements, again: re.Pattern[bytes] | None) -> None:
        self._text = text
        self._elements = elements
        self._again = again
        self._spaces: dict[str, str] = {}
        self._depth = 0
        self.fault: Position | None = None
        """Where the first fault is."""

    def read(self) -> Iterator[None]:
        """Give the document to ``elements``, and yield after each chunk."""
        chunks = self._chunks()
        data = next(chunks)
        at, data = _behind(Position(1, 1), data, len(data) - len(data.lstrip()))
        for number in range(_MOST_RESTARTS):
            head = self._head() if number else b""
            given, parser, place = len(head), *self._parser(at, head)
            while _accepts(parser, data):
                yield
                if not data or self._depth > _DEEPEST or given - parser.CurrentByteIndex > LONGEST:
                    return
                given += len(data)
                at, data = _behind(at, data)[0], next(chunks)
            self.fault = self.fault or place(parser.ErrorLineNumber, parser.ErrorColumnNumber)
            yield
            # What cannot be read even where we go on is left out.
            wrong = parser.ErrorByteIndex - given or int(number > 0)
            at, data = self._next(at, data, max(wrong, 0), chunks)
            if not data:
                return

    def _next(self, at: Position, data: bytes, start: int, chunks: Iterator[bytes]) -> tuple[Position, bytes]:
        """The text from the next element with which to go on; b"" if there is none."""
        while data and self._again:
            found = self._again.search(data, start)
            if found:
                return _behind(at, data, found.start())
            # the tag may be cut
            start = max(data.rfind(b"<", start, len(data)), len(data) - _LONGEST_TAG, start)
            at, data = _behind(at, data, min(start, len(data)))
            more, start = next(chunks), 0
            data = data + more if more else b""
        return at, b""

    def _head(self) -> bytes:
        """An element around what follows a fault, with the namespaces declared before it."""
        self._elements.restart()
        self._depth = 0
        spaces = "".join(f" {name}={quoteattr(space)}" for name, space in self._spaces.items())
        return f"<xml{spaces}>".encode()

    def _parser(
        self, at: Position, head: bytes
    ) -> tuple[expat.XMLParserType, Callable[[int, int], Position]]:
        """A parser of the text that begins at ``at``, and what turns its lines and columns into places."""
        parser = expat.ParserCreate("utf-8", " ")
        parser.UseForeignDTD(True)  # entities that are not declared are left out: they are no fault
        parser.ordered_attributes = parser.buffer_text = True
        if head:
            parser.Parse(head, False)
        behind = at.column - len(head.decode())

        def place(line: int, column: int) -> Position:
            return Position(at.line + line - 1, column + (behind if line == 1 else 1))

        def start(name: str, attributes: list[str]) -> None:
            self._depth += 1
            if self._depth <= _DEEPEST:
                at = place(parser.CurrentLineNumber, parser.CurrentColumnNumber)
                self._elements.start(name, attributes, at)

        def end(_: str) -> None:
            self._depth -= 1
            if self._depth < _DEEPEST:
                self._elements.end()

        def space(prefix: str | None, iri: str | None) -> None:
            if len(self._spaces) < _MOST_NAMESPACES:
                self._spaces[f"xmlns:{prefix}" if prefix else "xmlns"] = iri or ""

        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.CharacterDataHandler, parser.StartNamespaceDeclHandler = self._elements.text, space
        return parser, place

    def _chunks(self) -> Iterator[bytes]:
        """The text in UTF-8, no reference cut; at the end, b"" for ever."""
        rest = ""
        while more := self._text.read(CHUNK):
            text = rest + more
            cut = text.rfind("&", -_LONGEST_REFERENCE)
            rest = text[cut:] if cut >= 0 else ""
            yield _NO_CHARACTER.sub("\ufffd", text[: len(text) - len(rest)]).encode()
        yield _NO_CHARACTER.sub("\ufffd", rest).encode()
        while True:
            yield b""


def _accepts(parser: expat.XMLParserType, data: bytes) -> bool:
    try:
        parser.Parse(data, not data)
    except expat.ExpatError:
        return False
    return True


def _behind(at: Position, data: bytes, end: int | None = None) -> tuple[Position, bytes]:
    """The place after the first ``end`` bytes of text that begins at ``at``, and what follows them."""
    passed, rest = (data, b"") if end is None else (data[:end], data[end:])
    return at.after(passed.decode()), rest
