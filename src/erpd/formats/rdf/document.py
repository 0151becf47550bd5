"""Reads and writes RDF in all its syntaxes. Reading is lenient, so that one broken IRI costs one repair."""

import codecs
from collections.abc import Iterable, Iterator
from io import BufferedReader
from typing import BinaryIO

from pyoxigraph import Quad, RdfFormat, parse, serialize

from erpd.formats.encoding import UTF_16, in_utf8
from erpd.formats.positions.mark import Position
from erpd.formats.rdf import rdf_xml
from erpd.formats.rdf.checked_stream import CHUNK, CheckedStream, Headed, safe_json, safe_turtle
from erpd.formats.rdf.contexts import with_contexts
from erpd.formats.rdf.syntaxes import SYNTAXES, Syntax
from erpd.formats.rdf.xml_stream import CutXml, UnsafeXml, safe_xml
from erpd.formats.reading import Unreadable
from erpd.metadata.iri import is_iri
from erpd.metadata.limits import LARGEST_TEXT
from erpd.metadata.rules import Unread
from erpd.metadata.terms import PREFIXES

# Bytes. A name half as long that the other half uses, in three bytes each time, stays below LARGEST_TEXT.
_SMALL = 40_000
_REMOTE_CONTEXT = (
    "it names a context by its address, and remote contexts are never loaded, except those of DCAT-AP and W3C"
    " DCAT, which come with erpd; expand the document, or write the context into it"
)


def read(stream: BinaryIO | bytes, syntax: Syntax, base: str = "") -> Iterator[Quad]:
    """Stream the triples of a document, in its own order, without graph names.

    Terms are as received: IRIs may be invalid (see ``erpd.metadata.mending``). If ``base`` is an IRI,
    relative IRIs are resolved against it. Raises Unreadable where the syntax breaks; the triples before that
    are good.
    """
    try:
        triples: Iterable[Quad] = parse(
            _safe(stream, syntax),
            format=syntax.format,
            base_iri=base if is_iri(base) else None,
            lenient=True,
            rename_blank_nodes=False,
        )
        if syntax.format.supports_datasets:
            triples = (Quad(subject, predicate, value) for subject, predicate, value, _ in triples)
        yield from _bounded(triples) if isinstance(stream, bytes) and len(stream) > _SMALL else triples
    except Unreadable:
        raise
    except UnsafeXml as error:
        raise Unreadable(Unread.UNSAFE_XML, str(error)) from error
    except CutXml as error:
        raise Unreadable(Unread.CUT, f"{syntax.title}: {error}") from error
    # MemoryError: a term exceeds the parser's own limit of 16 MiB.
    except (SyntaxError, ValueError, OSError, MemoryError) as error:
        reason = _REMOTE_CONTEXT if "LoadDocumentCallback" in str(error) else error
        at = (
            Position(error.lineno, error.offset or 1)
            if isinstance(error, SyntaxError) and error.lineno
            else None
        )
        raise Unreadable(Unread.BROKEN_SYNTAX, f"{syntax.title}: {reason}", at) from error


def _bounded(triples: Iterable[Quad]) -> Iterator[Quad]:
    """The triples, as long as their terms together are not too long."""
    left = LARGEST_TEXT
    for triple in triples:
        subject, predicate, value, _ = triple
        left -= len(str(subject)) + len(str(predicate)) + len(str(value))
        if left < 0:
            reason = f"written out, its terms take more than {LARGEST_TEXT:,} characters"
            raise Unreadable(Unread.TOO_LARGE, reason)
        yield triple


def _safe(document: BinaryIO | bytes, syntax: Syntax) -> BinaryIO | bytes:
    if syntax.format == RdfFormat.RDF_XML:
        return safe_xml(document)
    document = in_utf8(document, "strict") if isinstance(document, bytes) else _without_mark(document)
    if syntax.format != RdfFormat.JSON_LD:
        return safe_turtle(document)
    if isinstance(document, bytes):
        return safe_json(with_contexts(document))
    head = document.read(CHUNK)
    return safe_json(BufferedReader(Headed(with_contexts(head), document)))


def _without_mark(stream: BinaryIO) -> BinaryIO:
    """The stream in UTF-8, without a byte order mark, which is not part of the text (RFC 3629, 6)."""
    head = stream.read(CHUNK)
    following = BufferedReader(Headed(head.removeprefix(codecs.BOM_UTF8), stream))
    return BufferedReader(_Utf16(following)) if head.startswith(UTF_16) else following


class _Utf16(CheckedStream):
    def __init__(self, stream: BinaryIO) -> None:
        super().__init__(stream)
        self._decoder = codecs.getincrementaldecoder("utf-16")()

    def _checked(self, chunk: bytes) -> bytes:
        return self._decoder.decode(chunk, final=not chunk).encode("utf-8", "replace")


def write(triples: Iterable[Quad], syntax: str) -> bytes:
    """Return a document in a syntax of SYNTAXES: "rdf", "ttl", "nt", "jsonld", "trig" or "nq"."""
    if syntax == "rdf":
        return rdf_xml.write(triples)
    return serialize(triples, format=SYNTAXES[syntax].format, prefixes=PREFIXES) or b""
