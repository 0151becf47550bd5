"""JSON with records in it -> the bytes of each, one at a time, however long the list.

It may be one record, a list of them, one a line, or an answer of an API: CKAN's package_show, package_search,
current_package_list_with_resources; a list of OData.
"""

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from erpd.formats.encoding import UTF_16
from erpd.formats.positions import Position
from erpd.metadata.limits import LARGEST_RECORD
from erpd.metadata.masking import plain
from erpd.sources.errors import Reason, SourceError

_CHUNK = 1 << 16
# The keys of an answer that hold its records.
_ENVELOPES = {b'"result"', b'"results"', b'"value"'}
# The keys of CKAN's answer to a request that it refused.
_REFUSAL = {b'"success"', b'"error"'}
_WHITE = b" \t\r\n\xef\xbb\xbf"
# What decides where a value ends: brackets, and strings, in which brackets mean nothing.
_MARKS = re.compile(rb'[{}\[\]]|"(?:[^"\\]|\\.)*+("?)', re.DOTALL)
_PLAIN = re.compile(rb"[^\s,:{}\[\]\"]++")


def json_records(stream: BinaryIO, location: str) -> Iterator[tuple[bytes, Position]]:
    """Yield the bytes of each record, and where it begins.

    Raises SourceError where the JSON ends early, or is none.
    """
    head = stream.read(2)
    if head in UTF_16:
        raise SourceError(Reason.ENCODING, "The JSON is in UTF-16", "Save it in UTF-8.", url=location)
    text = _Text(head, stream, location)
    found = False
    while text.peek():
        if text.peek() not in b"[{":
            raise text.error("where a list or an object should begin")
        yield from _records(text, 0)
        found = True
    if not found:
        raise SourceError(Reason.EMPTY_LIST, "It is empty", "Give a file with records.", url=location)


def _records(text: "_Text", depth: int) -> Iterator[tuple[bytes, Position]]:
    """The records in the value that begins here."""
    if text.peek() == b"[":
        text.step()
        while text.peek() not in (b"]", b""):
            if text.peek() == b",":
                text.step()
                continue
            begin = text.position()
            yield text.value(), begin  # what is no object, its format refuses
        text.close(b"]")
        return
    before, begin = text.mark(), text.position()
    text.step()
    envelope = False
    keys = set()
    while text.peek() not in (b"}", b""):
        if text.peek() in b",:":
            text.step()
            continue
        key = text.value()
        keys |= {key} & _REFUSAL
        if text.peek() != b":":
            raise text.error("after a key")
        text.step()
        holds = text.peek() == b"[" or (text.peek() == b"{" and key == b'"result"')
        if depth < 2 and key in _ENVELOPES and holds:
            text.release(before)
            envelope = True
            yield from _records(text, depth + 1)
        else:
            text.value(keep=not envelope)
    text.close(b"}")
    if not envelope and keys >= _REFUSAL:
        raise text.refusal(text.since(before))
    if not envelope:
        yield text.since(before), begin
    text.release(before)


class _Text:
    """The JSON around the place to which it has been read. ``mark`` keeps what follows until ``release``."""

    def __init__(self, head: bytes, stream: BinaryIO, location: str) -> None:
        self._stream = stream
        self._location = location
        self._buffer = head
        self._at = 0
        self._gone = 0  # bytes before the buffer
        self._marks: list[int] = []
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self._position, self._counted = Position(1, 1), 0  # the place, and the bytes before it

    def peek(self) -> bytes:
        """The next byte that is no white space; b"" at the end."""
        while True:
            while self._at < len(self._buffer):
                byte = self._buffer[self._at : self._at + 1]
                if byte not in _WHITE:
                    return byte
                self._at += 1
            if not self._more():
                return b""

    def step(self) -> None:
        self._at += 1

    def close(self, bracket: bytes) -> None:
        if self.peek() != bracket:
            message = "The JSON ends in the middle"
            raise SourceError(Reason.CUT, message, "Give the whole file.", url=self._location)
        self.step()

    def position(self) -> Position:
        """The line and column to which it has been read."""
        passed = self._buffer[self._counted - self._gone : self._at]
        self._position = self._position.after(self._decoder.decode(passed))
        self._counted = self._gone + self._at
        return self._position

    def mark(self) -> int:
        self._marks.append(self._gone + self._at)
        return self._marks[-1]

    def since(self, mark: int) -> bytes:
        return self._buffer[mark - self._gone : self._at]

    def release(self, mark: int) -> None:
        if mark in self._marks:
            self._marks.remove(mark)

    def value(self, *, keep: bool = True) -> bytes:
        """Read one value, and return its bytes. What is wrong within a record, its reader says."""
        first = self.peek()
        start = self.mark()
        try:
            if first not in b'{["':
                self._plain()
            else:
                self._nested()
            return self.since(start) if keep else b""
        finally:
            self.release(start)

    def _nested(self) -> None:
        depth = 0
        while True:
            mark = _MARKS.search(self._buffer, self._at)
            if mark and mark[0][:1] == b'"' and not mark[1]:  # the string goes on
                self._at = mark.start()
                self._refuse_end()
                continue
            if mark is None:
                self._at = len(self._buffer)
                self._refuse_end()
                continue
            self._at = mark.end()
            if mark[0] in b"{[":
                depth += 1
            elif mark[0] in b"}]":
                depth -= 1
            if depth <= 0:
                return

    def _plain(self) -> None:
        start = self._gone + self._at
        while word := _PLAIN.match(self._buffer, self._at):
            self._at = word.end()
            if self._at < len(self._buffer) or not self._more():
                break
        if self._gone + self._at == start:
            raise self.error("here")

    def _refuse_end(self) -> None:
        if not self._more():
            message = "The JSON ends in the middle"
            raise SourceError(Reason.CUT, message, "Give the whole file.", url=self._location)

    def _more(self) -> bool:
        chunk = self._stream.read(max(_CHUNK, len(self._buffer) - self._at))
        self.position()
        kept = min([*self._marks, self._gone + self._at]) - self._gone
        if len(self._buffer) - kept > LARGEST_RECORD:
            message = f"One record has more than {LARGEST_RECORD >> 20} MiB"
            raise SourceError(Reason.TOO_LARGE, message, "Give smaller records.", url=self._location)
        self._buffer = self._buffer[kept:] + chunk
        self._gone += kept
        self._at -= kept
        return bool(chunk)

    def refusal(self, answer: bytes) -> SourceError:
        said = plain(" ".join(answer.decode("utf-8", "replace").split()), 200)
        message = f"It is an error answer of an API: {said}"
        return SourceError(Reason.PROTOCOL_ERROR, message, "Ask the API again.", url=self._location)

    def error(self, where: str) -> SourceError:
        found = self._buffer[self._at : self._at + 40].decode("utf-8", "replace")
        message = f"It is not JSON: “{found}” stands {where}, at byte {self._gone + self._at + 1:,}"
        error = SourceError(Reason.NOT_JSON, message, "Correct it there.", url=self._location)
        error.at = self.position()
        return error
