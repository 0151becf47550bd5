"""A catalogue in RDF, cut into one piece for each data set: its own triples and all that hang on them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from erpd.formats.rdf import write
from erpd.formats.spool import Spool, spooled
from erpd.metadata.graph import Node
from erpd.metadata.terms import AUTHORITY, DCAT, FOAF

# 10,000 distributions of 50 triples; a closure above this hangs together by mistake.
MOST_TRIPLES = 500_000


@dataclass(frozen=True, slots=True)
class Piece:
    """``content``: N-Triples of one data set, its own first; blank nodes are numbered as they appear."""

    data_set: Node
    content: bytes
    triples: int


def split(triples: Iterable[Quad]) -> Iterator[Piece]:
    """One piece for each ``dcat:Dataset`` of the catalogue, in the order of the document.

    The memory used does not grow with the catalogue. Raises what reading ``triples`` raises, before the
    first piece.
    """
    with spooled(triples) as spool:
        for data_set in spool.data_sets():
            closure = list(_closure(spool, data_set))
            renamed = _number_blank_nodes(closure)
            yield Piece(data_set, write(renamed, "nt"), len(closure))


def _closure(spool: Spool, data_set: Node) -> Iterator[Quad]:
    """Cut at other data sets and catalogues; authority concepts keep their triples but lead no further."""
    waiting: list[Node] = [data_set]
    seen: set[Node] = {data_set}
    found = 0
    inverse = spool.pointing_at(data_set)
    while waiting:
        node = waiting.pop(0)
        leads_on = not (isinstance(node, NamedNode) and node.value.startswith(AUTHORITY))
        for triple in spool.triples_of(node):
            value = triple.object
            if triple.predicate in (DCAT.servesDataset, FOAF.primaryTopic) and value != data_set:
                continue  # a service that serves all data sets would bring in all of them
            found += 1
            yield triple
            if leads_on and not isinstance(value, Literal) and value not in seen:
                seen.add(value)  # type: ignore[arg-type]
                if not spool.is_boundary(value):  # type: ignore[arg-type]
                    waiting.append(value)  # type: ignore[arg-type]
        if not waiting and inverse:
            waiting = [node for node in inverse if node not in seen and not spool.is_boundary(node)]
            seen.update(waiting)
            inverse = []
        if found > MOST_TRIPLES:
            return


def _number_blank_nodes(triples: list[Quad]) -> list[Quad]:
    """The same piece of two downloads gets the same bytes, however the parser called its blank nodes."""
    names: dict[BlankNode, BlankNode] = {}

    def number(node: object) -> object:
        if isinstance(node, BlankNode):
            return names.setdefault(node, BlankNode(f"b{len(names)}"))
        return node

    if not any(
        isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode) for triple in triples
    ):
        return triples
    return [Quad(number(t.subject), t.predicate, number(t.object)) for t in triples]  # type: ignore[arg-type]
