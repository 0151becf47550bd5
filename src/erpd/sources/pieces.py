"""The pieces of a catalogue in RDF -> readings: one for each data set, and one for each broken piece.

Also limits how many records one answer may have, whatever its format.
"""

from pyoxigraph import BlankNode, Literal

from erpd.formats.rdf.carrier import unpack
from erpd.formats.rdf.catalogue import Piece
from erpd.formats.rdf.syntaxes import SYNTAXES, Syntax
from erpd.formats.reading import Reading
from erpd.metadata.canonical import canonical
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.graph import Graph
from erpd.metadata.iri import repair_iri
from erpd.metadata.limits import MOST_TRIPLES
from erpd.metadata.masking import plain
from erpd.metadata.rules import Unread
from erpd.metadata.terms import DCT
from erpd.sources.errors import Reason, SourceError

# Bytes kept of a piece that cannot be read.
_LARGEST_BROKEN = 2**20
MOST_AT_ONCE = 100_000


def reading_of(piece: Piece, came: Syntax | None = None) -> Reading:
    """Return the reading of one data set. ``came``: the syntax of the document that it was cut out of."""
    identifier = _identifier(piece)
    if not piece.whole:
        reason = f"more than {MOST_TRIPLES:,} triples hang on the data set"
        return faulty(Unread.BROKEN_SYNTAX, reason, piece.content, identifier)
    return Reading(
        identifier,
        piece.content,
        SYNTAXES[piece.syntax].media_types[0],
        repairs=piece.repairs,
        came=came.media_types[0] if came else "",
    )


def faulty(rule: Unread, reason: str, content: bytes, identifier: str = "", path: str = "") -> Reading:
    """Return the reading of what cannot be read. Its bytes are kept, up to a limit, and it is reported."""
    shown = content[:200].decode("utf-8", "replace").strip()
    fault = Finding(rule, Severity.ERROR, path, f"{plain(reason, 300)}: {shown}")
    return Reading(identifier, content[:_LARGEST_BROKEN], "application/octet-stream", fault=fault)


def refuse_too_many(records: int, url: str) -> None:
    """Raise SourceError if an answer has more records than any list sends at once.

    Empty records take a hundred times their size in memory.
    """
    if records > MOST_AT_ONCE:
        raise SourceError(
            Reason.TOO_LARGE,
            f"One answer has more than {MOST_AT_ONCE:,} records",
            "Ask the source's operator to provide them in pages.",
            url=url,
        )


def _identifier(piece: Piece) -> str:
    """The IRI, or, without one, the dct:identifier or the content (G3.4.3 is not met)."""
    if not isinstance(piece.node, BlankNode):
        return repair_iri(piece.node.value) or piece.node.value
    graph = Graph(unpack(piece.syntax, piece.content))
    named = graph.first(piece.node, DCT.identifier)
    return named.value if isinstance(named, Literal) and named.value else f"urn:sha256:{canonical(graph)[1]}"
