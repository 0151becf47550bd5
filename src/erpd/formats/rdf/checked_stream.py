"""Streams that are checked on their way to the parser, because some documents would crash the process.

pyoxigraph recurses into nested JSON objects and triple terms. A few thousand levels overflow its stack, and
no exception can be caught.
"""

import io
import json
import re
from abc import abstractmethod
from typing import Any, BinaryIO

CHUNK = 64 * 1024
# Real documents are nested about 10 deep; the parser's memory grows with the square of the depth.
DEEPEST_JSON = 100
# pyoxigraph recurses where a term of a context is defined by another, and each takes about 2 kB of the stack.
# The smallest stack of a thread that Python runs with anywhere is 512 kB. Real chains are 2 or 3 terms long.
LONGEST_CHAIN = 100
# schema.org's context has 3,000 terms. The chains of more than these would take too long to follow.
MOST_TERMS = 4_000
# No fewer bytes can define a chain of that length.
_SMALL_CONTEXT = 8 * LONGEST_CHAIN
# RDF 1.2 has triple terms; DCAT-AP does not use them.
MOST_TRIPLE_TERMS = 1_000
_TRIPLE_TERM = b"<<("
# A catalogue is read as a stream: each of 100,000 triples in memory may be longer by three of these.
LONGEST_NAMESPACE = 2_000
_LONG_NAMESPACE = re.compile(rb"(?:prefix|base)[^<>\n]{0,200}+<[^<>\s]{%d}" % LONGEST_NAMESPACE)
# Groups: the quote of a string that continues in the next chunk, and a backslash at its end. If these did not
# match, the search would start again at each quote in it, for hours.
_STRINGS = re.compile(rb'"(?:[^"\\]++|\\.)*+"|(")(?:[^"\\]++|\\.)*+(\\?)\Z', re.DOTALL)
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


class TooDeep(ValueError):
    """The document is nested deeper, or may grow further, than any parser should follow."""


def safe_json(document: BinaryIO | bytes) -> BinaryIO | bytes:
    """Return the same JSON document. Reading it raises TooDeep if it is nested too deeply.

    So does this, if a context has too many terms. A stream is not read ahead for that.
    """
    if not isinstance(document, bytes):
        return io.BufferedReader(_JsonStream(document), CHUNK)
    if len(document) > _SMALL_CONTEXT:
        _refuse_large_contexts(document)
    return shallow_json(document)


def shallow_json(document: bytes) -> BinaryIO | bytes:
    """The same for JSON that is not linked data: only reading it may raise TooDeep."""
    if document.count(b"{") + document.count(b"[") <= DEEPEST_JSON:
        return document
    return io.BufferedReader(_JsonStream(io.BytesIO(document)), CHUNK)


def _refuse_large_contexts(document: bytes) -> None:
    large = object()
    refused = TooDeep(
        f"it has a context of more than {MOST_TERMS:,} terms, or more than {LONGEST_CHAIN} of them are each"
        " defined by the next"
    )
    found: list[object] = []

    def reduced(members: list[tuple[str, Any]]) -> object:
        """What a context needs to know of an object: the terms that it names, or that it is too large."""
        for name, value in members:
            if name == "@context" and (value is large or (isinstance(value, list) and large in value)):
                raise refused
        if len(members) > MOST_TERMS or (len(members) > LONGEST_CHAIN and _is_chained(members)):
            found.append(large)
            return large
        return [value for name, value in members if name.startswith("@") and isinstance(value, str)]

    try:
        json.loads(document, object_pairs_hook=reduced, parse_int=len, parse_float=len, strict=False)
    except TooDeep:
        raise
    except (
        ValueError,
        RecursionError,
    ):  # what follows is not JSON, but the parser comes to the context first
        if found:
            raise refused from None


def _is_chained(members: list[tuple[str, Any]]) -> bool:
    """Whether chains of terms may be longer than the longest, or go in a circle."""
    needs: dict[str, set[str]] = {}
    for term, definition in members:
        names = [term, *(definition if isinstance(definition, list) else [definition])]
        named = {name for name in names if isinstance(name, str)}
        named |= {name.partition(":")[0] for name in named}
        needs[term] = needs.get(term, set()) | named - {term}
    for _ in range(LONGEST_CHAIN):
        needs = {term: named for term, named in needs.items() if not named.isdisjoint(needs)}
        if len(needs) <= LONGEST_CHAIN:
            return False
    return True


def safe_turtle(document: BinaryIO | bytes) -> BinaryIO | bytes:
    """Return the same document in Turtle, TriG, N-Triples or N-Quads. Reading it may raise TooDeep."""
    if not isinstance(document, bytes):
        return io.BufferedReader(TurtleStream(document), CHUNK)
    if document.count(_TRIPLE_TERM) <= MOST_TRIPLE_TERMS:
        return document
    return io.BufferedReader(TurtleStream(io.BytesIO(document)), CHUNK)


class CheckedStream(io.RawIOBase):
    """The bytes of ``stream`` after ``_checked``, which may change them or raise a ValueError."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._pending = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._pending:
            self._pending = self._checked(self._stream.read(CHUNK))
        amount = min(len(buffer), len(self._pending))
        buffer[:amount] = self._pending[:amount]
        self._pending = self._pending[amount:]
        return amount

    @abstractmethod
    def _checked(self, chunk: bytes) -> bytes:
        """Return what the parser gets for ``chunk``; b"" only at the end."""


class Headed(CheckedStream):
    """The bytes of ``stream`` after a head."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        super().__init__(stream)
        self._pending = head

    def _checked(self, chunk: bytes) -> bytes:
        return chunk


class _JsonStream(CheckedStream):
    def __init__(self, stream: BinaryIO) -> None:
        super().__init__(stream)
        self._open_string = b""
        self._depth = 0

    def _checked(self, chunk: bytes) -> bytes:
        bare = _STRINGS.sub(rb"\1\2", self._open_string + chunk)
        bare, quote, backslash = bare.partition(b'"')
        self._open_string = quote + backslash
        for bracket in bare.translate(None, _NO_BRACKETS):
            self._depth += 1 if bracket in b"[{" else -1
            if self._depth > DEEPEST_JSON:
                raise TooDeep(f"it is nested more than {DEEPEST_JSON} deep")
        return chunk


class TurtleStream(CheckedStream):
    """Turtle, TriG, N-Triples or N-Quads. Reading it may raise TooDeep."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__(stream)
        self._found = 0
        self._last = b""

    def _checked(self, chunk: bytes) -> bytes:
        self._found += (self._last[-2:] + chunk).count(_TRIPLE_TERM)
        around = (self._last + chunk).lower()
        self._last = chunk[-2 * LONGEST_NAMESPACE :]
        if (b"prefix" in around or b"base" in around) and _LONG_NAMESPACE.search(around):
            raise TooDeep(f"it declares a prefix or a base longer than {LONGEST_NAMESPACE:,} bytes")
        if self._found > MOST_TRIPLE_TERMS:
            raise TooDeep(f"it has more than {MOST_TRIPLE_TERMS} triple terms, which are no RDF 1.1")
        return chunk
