"""The canonical form of a record and its digest (W3C RDF Dataset Canonicalization, RDFC-1.0)."""

import hashlib
from collections import Counter

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, serialize

from erpd.metadata.graph import Graph, Term

# RDFC-1.0 tries every order of look-alike blank nodes that are linked to each other: 8 of them take up to
# 2 s, 9 take 28 s, a ring of 500 takes 12 s. Anything above this limit is hostile or broken, never metadata.
MOST_LOOKALIKES = 7


def canonical(graph: Graph) -> tuple[bytes, str]:
    """Return a graph as sorted N-Triples with canonical blank nodes, and their SHA-256 in hexadecimal.

    Equal graphs give equal bytes, whatever their blank nodes are called. If the blank nodes are too entangled
    for RDFC-1.0, the bytes keep their names, but the digest still does not depend on them.

    >>> from pyoxigraph import Literal, NamedNode
    >>> title = NamedNode("http://purl.org/dc/terms/title")
    >>> one, other = (Graph([Quad(BlankNode(name), title, Literal("Discharges"))]) for name in ("a", "b"))
    >>> canonical(one) == canonical(other)
    True
    """
    named: list[Quad] = []
    nameless: list[Quad] = []
    for triple in graph.triples():
        blank = isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode)
        (nameless if blank else named).append(triple)
    text = serialize(named, format=RdfFormat.N_TRIPLES) or b""
    if nameless and entangled(graph):
        text = _lines(text + (serialize(nameless, format=RdfFormat.N_TRIPLES) or b""))
        return text, hashlib.sha256("\n".join(sorted(_signatures(graph).values())).encode()).hexdigest()
    if nameless:
        # Triples without blank nodes do not influence the names (RDFC-1.0, 4.4.3, steps 2 and 6).
        dataset = Dataset(nameless)
        dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        text += serialize(dataset, format=RdfFormat.N_QUADS) or b""
    text = _lines(text)
    return text, hashlib.sha256(text).hexdigest()


def entangled(graph: Graph) -> bool:
    """Whether so many look-alike blank nodes are linked to each other that RDFC-1.0 would take too long."""
    links = [
        (subject, value)
        for subject, properties in graph.nodes.items()
        if isinstance(subject, BlankNode)
        for values in properties.values()
        for value in values
        if isinstance(value, BlankNode)
    ]
    if len(links) <= MOST_LOOKALIKES:
        return False
    signatures = _signatures(graph)
    alike = Counter(signatures.values())
    linked = {node for link in links if all(alike[signatures[end]] > 1 for end in link) for node in link}
    return len(linked) > MOST_LOOKALIKES


def _signatures(graph: Graph) -> dict[Term, str]:
    """What each node says itself, without names of blank nodes. Includes nodes that only occur as objects."""
    spoken_of = (
        value
        for properties in graph.nodes.values()
        for values in properties.values()
        for value in values
        if isinstance(value, BlankNode)
    )
    return {node: _signature(graph, node) for node in dict.fromkeys((*graph.nodes, *spoken_of))}


def _signature(graph: Graph, node: Term) -> str:
    lines = [
        f"{predicate} {'_:' if isinstance(value, BlankNode) else value}"
        for predicate, values in graph.nodes.get(node, {}).items()  # type: ignore[arg-type]
        for value in values
    ]
    return f"{'_:' if isinstance(node, BlankNode) else node} " + " ; ".join(sorted(lines))


def _lines(text: bytes) -> bytes:
    return b"\n".join(sorted(set(text.splitlines()))) + b"\n" if text else b""
