"""A document as people see it in an editor: decoded, without a byte order mark, its line ends all alike."""

import codecs
import io
import re
from collections.abc import Iterator
from typing import BinaryIO

from erpd.formats.encoding import UTF_16
from erpd.formats.positions.mark import Position
from erpd.formats.xml_text import UNMARKED_UTF16

CHUNK = 64 * 1024
# Characters of one token; a longer one ends the search.
LONGEST = 16 * 2**20
_DECLARED = re.compile(rb"\s*<\?xml[^<>]*?\sencoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")


def text_of(stream: BinaryIO) -> io.TextIOBase:
    """Return the text of a document. Each wrong byte is read as one character, so that columns stay right."""
    buffered = io.BufferedReader(stream, CHUNK)  # type: ignore[type-var]
    head = buffered.peek(CHUNK)
    # Whoever reads after us must not close the stream with the text, so nobody closes either.
    return io.TextIOWrapper(buffered, encoding_of(head), errors="replace", newline=None)


def encoding_of(head: bytes) -> str:
    """Return the encoding of a document that begins so."""
    if head.startswith(UTF_16):
        return "utf-16"
    if head[:4] in UNMARKED_UTF16:
        return UNMARKED_UTF16[head[:4]]
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    declared = _DECLARED.match(head[:1000])
    try:
        name = codecs.lookup(declared[1].decode("ascii")).name if declared else "utf-8"
        "".encode(name)
    except (LookupError, ValueError):
        return "utf-8"
    return "utf-8" if name.startswith(("utf-16", "utf-32")) else name


class Tokens:
    """The tokens of a text, found by a regular expression, and where each one begins.

    Only a few tokens are asked for their position, so it is counted on from the last one asked for.
    """

    def __init__(self, text: io.TextIOBase, pattern: re.Pattern[str]) -> None:
        self._text = text
        self._pattern = pattern
        self._data = ""
        self._counted = 0  # up to here in ``_data``
        self._line, self._column = 1, 1

    def __iter__(self) -> Iterator[re.Match[str]]:
        """Yield the tokens in order. What the expression does not match is left out."""
        ended, size = False, CHUNK
        while not ended:
            more = self._text.read(size)
            ended = not more
            self._data += more
            start, length = len(self._data), len(self._data)
            for token in self._pattern.finditer(self._data):
                if not ended and token.end() >= length - 2:  # it may go on in the next chunk
                    start = token.start()
                    break
                yield token
            if start == 0:
                size *= 2
                if size > LONGEST:
                    return
            else:
                size = CHUNK
            self.at(start)
            self._data, self._counted = self._data[start:], 0

    def at(self, start: int) -> Position:
        """Return line and column of a place in the current text. It must not lie before the last one."""
        data, counted = self._data, self._counted
        end = data.rfind("\n", counted, start)
        if end < 0:
            self._column += start - counted
        else:
            self._line += data.count("\n", counted, start)
            self._column = start - end
        self._counted = start
        return Position(self._line, self._column)
