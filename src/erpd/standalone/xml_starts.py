"""XML -> where elements begin in it, while somebody else parses it."""

from contextlib import suppress
from typing import Any, BinaryIO
from xml.parsers import expat

from erpd.formats.positions import Position


class Starts:
    """A stream of XML that notes where each element with one of the ``names`` begins, while it is read.

    lxml knows only the line in which a start tag ends. Where expat cannot read the XML, there are no places.
    """

    def __init__(self, stream: BinaryIO, names: frozenset[str]) -> None:
        """``names``: without prefixes."""
        self._stream, self._names = stream, names
        self._number = 0
        self._found: dict[int, Position] = {}
        self._parser: Any = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.StartDoctypeDeclHandler = self._stop  # an entity would make elements that are not there
        if hasattr(self._parser, "SetReparseDeferralEnabled"):
            self._parser.SetReparseDeferralEnabled(False)  # a tag is told as soon as it is read

    def read(self, size: int = -1) -> bytes:
        content = self._stream.read(size)
        if self._parser:
            with suppress(expat.ExpatError):
                self._parser.Parse(content, not content)
                return content
            self._parser = None
        return content

    def take(self, number: int) -> Position | None:
        """Where element ``number`` of the document begins, counted from 1. It is then forgotten."""
        return self._found.pop(number, None)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._number += 1
        if name.rpartition(":")[2] in self._names:
            parser = self._parser
            self._found[self._number] = Position(parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)

    def _stop(self, *_: object) -> None:
        self._parser.StartElementHandler = None
