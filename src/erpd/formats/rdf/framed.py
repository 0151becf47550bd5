"""Documents written piece by piece, so that one of any size needs no more memory than its largest piece.

Each piece is made apart; the document is a head, the pieces with a separator between them, and a foot. Blank
nodes must have names of their own in each piece (``apart``).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import Quad

from erpd.formats.rdf import rdf_xml
from erpd.formats.rdf.document import write
from erpd.metadata.terms import PREFIXES


@dataclass(frozen=True, slots=True)
class Frame:
    """What is around and between the pieces of a document in one syntax."""

    syntax: str
    """A key of SYNTAXES."""
    head: bytes = b""
    between: bytes = b""
    foot: bytes = b""

    def piece(self, triples: Iterable[Quad]) -> bytes:
        """Return triples as a piece of the document; b"" if there are none that the syntax can express."""
        if self.syntax == "rdf":
            return rdf_xml.content(triples)
        piece = write(triples, self.syntax)
        if self.syntax == "jsonld":
            return piece.strip()[1:-1]
        while piece.startswith(b"@prefix "):
            piece = piece[piece.index(b"\n") + 1 :]
        return piece


FRAMES = {
    frame.syntax: frame
    for frame in (
        Frame("rdf", rdf_xml.HEAD, foot=rdf_xml.FOOT),
        Frame("ttl", "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items()).encode()),
        Frame("nt"),
        Frame("jsonld", b"[", b",\n", b"]\n"),
    )
}
"""Syntax -> its frame."""
