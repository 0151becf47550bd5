"""XML from outside, made safe for a streaming parser: no entity bombs, no bottomless nesting, UTF-8 only."""

import codecs
import io
import re
from typing import Any, BinaryIO

# Real catalogues nest some 10 deep; the parser's time grows with the square of the depth.
DEEPEST = 1_000
# RDF/XML uses entities for namespaces (W3C RDF/XML section 5.1 does): short texts, without entities in them.
LONGEST_ENTITY = 300
_CHUNK = 64 * 1024  # the DOCTYPE stands in the first one
_ENTITY = re.compile(r"<!ENTITY\s+(%\s+)?\S+\s+(?:\"([^\"]*)\"|'([^']*)'|(SYSTEM|PUBLIC))")
_ENCODING = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")


class UnsafeXml(ValueError):
    """The document would cost more than it says; the message tells what is wrong with it."""


def safe_xml(document: BinaryIO | bytes) -> BinaryIO | bytes:
    """The same document in UTF-8; raises UnsafeXml, for a stream while it is read."""
    if not isinstance(document, bytes):
        return io.BufferedReader(_XmlStream(document), _CHUNK)
    if document.startswith(b"<rdf:RDF") and _nesting(document) <= DEEPEST:
        return document  # one record, cut out of an answer: nothing can stand before it
    return io.BufferedReader(_XmlStream(io.BytesIO(document)), _CHUNK)


class _XmlStream(io.RawIOBase):
    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._decoder: codecs.IncrementalDecoder | None = None
        self._depth = 0
        self._pending = b""
        self._started = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._pending:
            self._pending = self._chunk()
        amount = min(len(buffer), len(self._pending))
        buffer[:amount] = self._pending[:amount]
        self._pending = self._pending[amount:]
        return amount

    def _chunk(self) -> bytes:
        if not self._started:
            self._started = True
            chunk = self._prolog(self._stream.read(_CHUNK))
        else:
            raw = self._stream.read(_CHUNK)
            chunk = self._decode(raw) if self._decoder else raw
        self._depth += _nesting(chunk)
        if self._depth > DEEPEST:
            raise UnsafeXml(f"its elements are nested more than {DEEPEST} deep")
        return chunk

    def _prolog(self, head: bytes) -> bytes:
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            encoding = "utf-16"
        else:
            head = head.removeprefix(codecs.BOM_UTF8)
            declared = _ENCODING.match(head)
            encoding = declared[1].decode("ascii") if declared else "utf-8"
        try:
            if codecs.lookup(encoding).name not in ("utf-8", "ascii"):
                self._decoder = codecs.getincrementaldecoder(encoding)("replace")
                head = self._decode(head)
        except LookupError as error:
            raise UnsafeXml(f"its encoding {encoding!r} is not known") from error
        head = re.sub(rb"^(<\?xml[^>]*?)\s+encoding\s*=\s*[\"'][^\"']*[\"']", rb"\1", head, count=1)
        check_entities(head)
        return head.lstrip()

    def _decode(self, raw: bytes) -> bytes:
        assert self._decoder is not None
        # Half a character may wait for the next chunk: an empty answer would mean the end to the parser.
        text = self._decoder.decode(raw, final=not raw)
        while raw and not text:
            raw = self._stream.read(1024)
            text = self._decoder.decode(raw, final=not raw)
        return text.encode("utf-8", "replace")


def _nesting(xml: bytes) -> int:
    """How many more elements are opened than closed."""
    return xml.count(b"<") - 2 * xml.count(b"</") - xml.count(b"/>") - xml.count(b"<!") - xml.count(b"<?")


def check_entities(head: bytes) -> None:
    """Raises UnsafeXml where a DOCTYPE declares anything but short plain texts."""
    start = head.find(b"<!DOCTYPE")
    if start < 0:
        return
    for parameter, double, single, external in _ENTITY.findall(head[start:].decode("utf-8", "replace")):
        if parameter or external:
            raise UnsafeXml("its DOCTYPE declares an external or parameter entity, which is never followed")
        if (
            re.search(r"&(?!#|quot;|apos;|amp;|lt;|gt;)", double + single)
            or len(double + single) > LONGEST_ENTITY
        ):
            raise UnsafeXml(
                "its DOCTYPE declares an entity made of entities or a very long one (an entity bomb)"
            )
