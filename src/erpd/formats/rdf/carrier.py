"""Triples as bytes and back, whatever terms a lenient parser let through.

An IRI such as <http://a.example/x> <y> or a language tag such as en_US would break a line of N-Triples, or
turn it into false triples. JSON-LD can hold any text.
"""

import re
from collections.abc import Iterator, Sequence

from pyoxigraph import Literal, Quad, Triple, parse

from erpd.formats.rdf.document import write
from erpd.formats.rdf.syntaxes import SYNTAXES

_IRI = rb"<[^>\\\n]*+>"
_NODE = rb"(?:" + _IRI + rb"|_:[A-Za-z0-9_][A-Za-z0-9_-]*+)"
_VALUE = (
    rb"(?:"
    + _NODE
    + rb'|"(?:[^"\\\n]++|\\.)*+"(?:@[a-z]++(?:-[a-z0-9]++)*+(?:--(?:ltr|rtl))?+|\^\^'
    + _IRI
    + rb")?+)"
)
_TRIPLE = _NODE + rb" " + _IRI + rb" "
_LINES = re.compile(
    rb"(?:" + _TRIPLE + rb"(?:" + _VALUE + rb"|<<\( " + _TRIPLE + _VALUE + rb" \)>>) \.\n)*+", re.DOTALL
)


def pack(triples: Sequence[Quad]) -> tuple[str, bytes]:
    """Return the name of a syntax and a document in it: N-Triples, or JSON-LD if they cannot hold a term.

    In JSON-LD, triple terms (RDF 1.2) become texts.
    """
    lines = write(triples, "nt")
    # As many lines as triples: no term contains a line break.
    if lines.count(b"\n") == len(triples) and _LINES.fullmatch(lines):
        return "nt", lines
    return "jsonld", write(map(_without_triple_term, triples), "jsonld")


def unpack(syntax: str, document: bytes) -> Iterator[Quad]:
    """Yield the triples that were packed."""
    triples = parse(document, format=SYNTAXES[syntax].format, lenient=True, rename_blank_nodes=False)
    return (Quad(*triple) for triple in triples) if syntax == "jsonld" else triples


def _without_triple_term(triple: Quad) -> Quad:
    if not isinstance(triple.object, Triple):
        return triple
    return Quad(triple.subject, triple.predicate, Literal(str(triple.object)))
