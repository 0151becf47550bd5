"""A catalogue in RDF, cut into one piece for each data set: its own triples and all that hang on them."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import BlankNode, NamedNode, Quad

from erpd.formats.rdf.carrier import pack
from erpd.formats.rdf.spool import Spool, spooled
from erpd.metadata.graph import Node
from erpd.metadata.terms import AUTHORITY, DCAT, FOAF, RDF, SKOS

# 10,000 distributions of 50 triples; a closure above this hangs together by mistake.
MOST_TRIPLES = 500_000


@dataclass(frozen=True, slots=True)
class Piece:
    """``content``: one data set, its own triples first; blank nodes are numbered as they appear.

    ``syntax``: its name in SYNTAXES, "nt" unless it has terms that N-Triples cannot hold. ``whole``: False
    where more than MOST_TRIPLES hang on the data set, and the rest was left out.
    """

    data_set: Node
    content: bytes
    triples: int
    syntax: str = "nt"
    whole: bool = True


def split(triples: Iterable[Quad]) -> Iterator[Piece]:
    """One piece for each ``dcat:Dataset`` of the catalogue, in the order of the document.

    The memory used does not grow with the catalogue. Raises what reading ``triples`` raises, before the
    first piece; Unreadable ``too-large`` where the data sets share so much that it would never end.
    """
    with spooled(triples) as spool:
        for data_set in spool.data_sets():
            closure = list(_closure(spool, data_set))
            whole = len(closure) <= MOST_TRIPLES
            closure = _number_blank_nodes(closure[:MOST_TRIPLES])
            syntax, content = pack(closure)
            yield Piece(data_set, content, len(closure), syntax, whole)


def _closure(spool: Spool, data_set: Node) -> Iterator[Quad]:
    """Cut at other data sets and catalogues. Concepts keep their triples but lead to blank nodes only: a
    theme whose scheme stands in the catalogue would bring in the whole vocabulary."""
    waiting: deque[Node] = deque([data_set])
    seen: set[Node] = {data_set}
    found = 0
    inverse = spool.pointing_at(data_set)
    while waiting:
        node = waiting.popleft()
        triples = spool.triples_of(node)
        if triples and node != data_set and spool.is_boundary(node):
            triples = []
        concept = _is_concept(node, triples)
        for triple in triples:
            value = triple.object
            if triple.predicate in (DCAT.servesDataset, FOAF.primaryTopic) and value != data_set:
                continue  # a service that serves all data sets would bring in all of them
            found += 1
            yield triple
            if isinstance(value, BlankNode if concept else (BlankNode, NamedNode)) and value not in seen:
                seen.add(value)
                waiting.append(value)
        if not waiting:
            waiting.extend(node for node in inverse if node not in seen)
            seen.update(inverse)
            inverse = []
        if found > MOST_TRIPLES:
            return


def _is_concept(node: Node, triples: list[Quad]) -> bool:
    return (isinstance(node, NamedNode) and node.value.startswith(AUTHORITY)) or any(
        triple.predicate == RDF.type and triple.object == SKOS.Concept for triple in triples
    )


def _number_blank_nodes(triples: list[Quad]) -> list[Quad]:
    """The same piece of two downloads gets the same bytes, however the parser called its blank nodes."""
    names: dict[BlankNode, BlankNode] = {}

    def number(node: object) -> object:
        if isinstance(node, BlankNode):
            return names.setdefault(node, BlankNode(f"b{len(names)}"))
        return node

    def numbered(triple: Quad) -> Quad:
        subject, predicate, value, _ = triple
        if isinstance(subject, BlankNode) or isinstance(value, BlankNode):
            return Quad(number(subject), predicate, number(value))  # type: ignore[arg-type]
        return triple

    return [numbered(triple) for triple in triples]
