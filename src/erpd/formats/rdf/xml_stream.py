"""Makes XML from outside safe for a streaming parser: no entity bombs, no endless nesting, only UTF-8.

The parser resolves no base against another, so that is done here (XML Base, 4.2).
"""

import codecs
import io
import re
from html import escape, unescape
from typing import BinaryIO
from urllib.parse import urljoin

from erpd.formats.rdf.checked_stream import CHUNK, LONGEST_NAMESPACE, CheckedStream
from erpd.formats.xml_text import UNMARKED_UTF16

# Real catalogues are nested about 10 deep; the parser's time grows with the square of the depth.
DEEPEST = 1_000
# RDF/XML uses entities for namespaces, as in W3C RDF/XML section 5.1: short texts, without entities in them.
LONGEST_ENTITY = 300
# A text is held in memory as a whole.
LONGEST_TEXT = 16 * 2**20
LONGEST_TAG = 2**20
_ENTITY = re.compile(rb"<!ENTITY\s+(%\s+)?(\S+)\s+(?:\"([^\"]*)\"|'([^']*)'|(SYSTEM|PUBLIC))")
_DECLARED = re.compile(rb"(<\?xml[^<>]*?)(?<!\s)\s++encoding\s*+=\s*+[\"']([A-Za-z0-9._-]+)[\"']")
# Character sets in which "<?xml" is the same as in ASCII; Python has many other codecs (zlib, punycode).
_ENCODINGS = re.compile(r"utf-8|ascii|iso8859-\d+|cp\d+|koi8-\w|mac-\w+|gb\w+|big5\w*|euc_\w+|shift_jis\w*")
_BODY = rb"[^>\"']*+(?:\"[^\"]*+\"[^>\"']*+|'[^']*+'[^>\"']*+)*+"
# Groups: "/" of an end tag; the first letter of a start tag that is not empty; an unfinished tag.
_TAG = re.compile(
    rb"<(?:!--.*?-->|!\[CDATA\[.*?\]\]>|\?.*?\?>|!(?!--|\[CDATA\[)[^<>]*+(?=[<>])"
    rb"|(/)[^>]*+>|([^!?/>\"'])" + _BODY + rb"(?<!/)>|(?![!?/])" + _BODY + rb">)|(<.*)",
    re.DOTALL,
)
_BASE = re.compile(rb"(\sxml:base\s*=\s*)(?:\"([^\"]*+)\"|'([^']*+)')")
_LONG_NAMESPACE = re.compile(rb"xmlns[^=<>]{0,200}+=\s*+[\"'][^\"'<>]{%d}" % LONGEST_NAMESPACE)
_OWN_ENTITY = re.compile(rb"&(?!#|quot;|apos;|amp;|lt;|gt;)")
_MOST_IN_A_BASE = 20
_REFERENCE = re.compile(rb"&([\w.:-]++);")
_SECTIONS = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>"}


class UnsafeXml(ValueError):
    """The document may cost far more to read than its size. The message says why."""


class CutXml(ValueError):
    """The document ends before its last element does."""


def safe_xml(document: BinaryIO | bytes) -> BinaryIO | bytes:
    """Return the same document in UTF-8. Reading it may raise UnsafeXml and, at its end, CutXml.

    Raises ValueError if its encoding is not known.
    """
    if not isinstance(document, bytes):
        return io.BufferedReader(XmlStream(document), CHUNK)
    whole = document.startswith(b"<rdf:RDF") and document.rstrip().endswith(b"</rdf:RDF>")
    if whole and document.count(b"<") <= DEEPEST and document.count(b"xml:base") < 2:
        return _lines(document)  # one record, cut out of an answer: nothing can stand before it
    return io.BufferedReader(XmlStream(io.BytesIO(document)), CHUNK)


def utf8_xml(document: bytes) -> bytes:
    """Return the same document in UTF-8, without checking its nesting. Raises UnsafeXml and ValueError."""
    return XmlStream(io.BytesIO()).prolog(document)


class XmlStream(CheckedStream):
    """XML in UTF-8. Reading it may raise UnsafeXml and, at its end, CutXml."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__(stream)
        self._decoder: codecs.IncrementalDecoder | None = None
        self._started = False
        self._depth = 0
        self._rest = b""  # a tag that continues in the next chunk
        self._section_end = b""  # what ends the open comment, CDATA section or instruction
        self._text = 0  # bytes since the last tag
        self._entity = 0  # how long one "&" may become
        self._doctype = b""  # the start of the document, if it declares entities
        self._bases: list[tuple[int, str]] = []  # of the open elements: the depth, and the base in them

    def _checked(self, chunk: bytes) -> bytes:
        if not self._started:
            self._started = True
            chunk = _lines(self._whole_line(self.prolog(chunk)))
        else:
            chunk = self._decode(chunk)
            if b"\r" in chunk:
                chunk = _lines(self._whole_line(chunk))
            if b"<!ENTITY" in self._rest[-8:] + chunk:
                raise UnsafeXml(f"it declares entities after its first {CHUNK} bytes")
        if chunk:
            return self._follow(chunk) or self._checked(self._stream.read(CHUNK))
        if self._depth > 0 or self._rest or self._section_end:
            raise CutXml("it ends before its last element is closed")
        return chunk

    def _follow(self, chunk: bytes) -> bytes:
        """Count the open elements. Returns what the parser gets: not yet a tag that is unfinished."""
        data, start = self._rest + chunk, 0
        self._text += len(chunk) + chunk.count(b"&") * self._entity
        if self._section_end:
            end = data.find(self._section_end)
            start = end + len(self._section_end) if end >= 0 else len(data)
            self._rest = b"" if end >= 0 else data[-2:]
            if end < 0:
                self._bound()
                return chunk
            self._section_end = b""
            data, start = chunk, start - len(data) + len(chunk)  # what was left is with the parser already
        self._rest = b""
        if self._bases or b"xml:base" in data:
            data = self._based(data, start)
        if b"xmlns" in data and _LONG_NAMESPACE.search(data):
            raise UnsafeXml(f"it declares a namespace longer than {LONGEST_NAMESPACE:,} bytes")
        tags = _TAG.findall(data, start)
        if tags:
            self._text = 0
        for end_tag, start_tag, rest in tags:
            if end_tag:
                self._depth -= 1
            elif start_tag:
                self._depth += 1
                if self._depth > DEEPEST:
                    raise UnsafeXml(f"its elements are nested more than {DEEPEST} deep")
            elif rest:
                self._rest = rest
                data = data.removesuffix(rest)
        for mark, end_mark in _SECTIONS.items():
            if self._rest.startswith(mark):
                self._section_end = end_mark
                data += self._rest
                self._rest = self._rest[len(mark) :][-2:]
        self._bound()
        return data

    def _based(self, data: bytes, start: int) -> bytes:
        """The data with each base in its tags resolved against the one around it."""
        depth = self._depth

        def tag(found: re.Match[bytes]) -> bytes:
            nonlocal depth
            if found[1]:
                depth -= 1
                while self._bases and self._bases[-1][0] > depth:
                    self._bases.pop()
            if found[1] or found[3] or found[0].startswith((b"<!", b"<?")):
                return found[0]
            depth += bool(found[2])
            said = _BASE.search(found[0]) if b"xml:base" in found[0] else None
            if said is None:
                return found[0]
            text = expanded(said[2] or said[3] or b"", self._doctype)
            around = self._bases[-1][1] if self._bases else ""
            base = urljoin(around, unescape(text.decode("utf-8", "surrogateescape")))
            if len(base) > LONGEST_NAMESPACE:
                raise UnsafeXml(f"it declares a base longer than {LONGEST_NAMESPACE:,} bytes")
            if found[2]:
                self._bases.append((depth, base))
            if _OWN_ENTITY.search(text) or not around:
                return found[0]
            right = escape(base).encode("utf-8", "surrogateescape")
            return found[0][: said.start()] + said[1] + b'"%s"' % right + found[0][said.end() :]

        return data[:start] + _TAG.sub(tag, data[start:])

    def _bound(self) -> None:
        if self._text > LONGEST_TEXT or len(self._rest) > LONGEST_TAG:
            raise UnsafeXml(
                f"it has a text longer than {LONGEST_TEXT:,} bytes, or a tag than {LONGEST_TAG:,}"
            )

    def prolog(self, head: bytes) -> bytes:
        """Decode the start of the document; everything after it is decoded too."""
        declared = _DECLARED.match(head.removeprefix(codecs.BOM_UTF8))
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            self._decoder = codecs.getincrementaldecoder("utf-16")("replace")
        elif head[:4] in UNMARKED_UTF16:
            self._decoder = codecs.getincrementaldecoder(UNMARKED_UTF16[head[:4]])("replace")
        elif declared and not head.startswith(codecs.BOM_UTF8):
            self._decoder = _decoder(declared[2].decode("ascii"))
        head = self._decode(head.removeprefix(codecs.BOM_UTF8))
        head = _DECLARED.sub(rb"\1", head, count=1)
        check_entities(head)
        self._doctype = head if b"<!ENTITY" in head else b""
        self._entity = LONGEST_ENTITY if b"<!ENTITY" in head else 0
        return head.lstrip() or head

    def _whole_line(self, chunk: bytes) -> bytes:
        """The chunk, not cut between the two characters of one line end."""
        while chunk.endswith(b"\r") and (more := self._decode(self._stream.read(1024))):
            chunk += more
        return chunk

    def _decode(self, raw: bytes) -> bytes:
        if self._decoder is None:
            return raw
        # Half a character may wait for the next chunk; to the parser, an empty result would mean the end.
        text = self._decoder.decode(raw, final=not raw)
        while raw and not text:
            raw = self._stream.read(1024)
            text = self._decoder.decode(raw, final=not raw)
        return text.encode("utf-8", "replace")


def _lines(xml: bytes) -> bytes:
    """Line ends as XML reads them (XML 1.0, 2.11); the parser leaves them. ``&#13;`` stays what it is."""
    return xml.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in xml else xml


def _decoder(encoding: str) -> codecs.IncrementalDecoder | None:
    """None for UTF-8. If the bytes say "UTF-16" in ASCII, a program wrote that but saved them as UTF-8."""
    try:
        name = codecs.lookup(encoding).name
    except LookupError as error:
        raise ValueError(f"its encoding {encoding!r} is not known") from error
    if name in ("utf-8", "ascii") or name.startswith(("utf-16", "utf-32")):
        return None
    if not _ENCODINGS.fullmatch(name):
        raise ValueError(f"its encoding {encoding!r} is not known")
    return codecs.getincrementaldecoder(name)("replace")


def expanded(text: bytes, head: bytes) -> bytes:
    """Return ``text`` with the short entities that a DOCTYPE in ``head`` declares; others stay."""
    if not _OWN_ENTITY.search(text) or text.count(b"&") > _MOST_IN_A_BASE:
        return text
    found = ((name, double + single) for _, name, double, single, _ in _ENTITY.findall(head))
    texts = {name: entity for name, entity in found if len(entity) <= LONGEST_ENTITY}
    return _REFERENCE.sub(lambda found: texts.get(found[1], found[0]), text)


def check_entities(head: bytes) -> None:
    """Raise UnsafeXml if a DOCTYPE declares anything but short plain texts."""
    found = _ENTITY.findall(head)
    for parameter, _, double, single, external in found:
        if parameter or external:
            raise UnsafeXml("its DOCTYPE declares an external or parameter entity; these are never resolved")
        text = double + single
        if _OWN_ENTITY.search(text) or len(text) > LONGEST_ENTITY:
            raise UnsafeXml(
                "its DOCTYPE declares an entity made of entities or a very long one (an entity bomb)"
            )
    if len(found) != head.count(b"<!ENTITY"):
        raise UnsafeXml("its DOCTYPE declares an entity that cannot be read")
