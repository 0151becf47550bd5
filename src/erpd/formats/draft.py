"""The graph of a data set in the making: what every format that is no RDF puts together."""

from pyoxigraph import BlankNode, Literal, NamedNode

from erpd.metadata.graph import Graph, Node, Term
from erpd.metadata.iso8601 import date_type
from erpd.metadata.terms import RDF


class Draft:
    """``graph`` is about ``dataset`` and what it leads to. Blank nodes are no other record's."""

    def __init__(self, dataset: Node | None = None) -> None:
        self.graph = Graph()
        self.dataset: Node = BlankNode() if dataset is None else dataset

    def add(self, subject: Node, predicate: NamedNode, *values: Term) -> None:
        for value in values:
            self.graph.add(subject, predicate, value)

    def say(self, predicate: NamedNode, *values: Term) -> None:
        """Something of the data set."""
        self.add(self.dataset, predicate, *values)

    def node(self, kind: NamedNode, name: str = "") -> Node:
        """A thing of a class, with its IRI where it has one."""
        node: Node = NamedNode(name) if name else BlankNode()
        self.graph.add(node, RDF.type, kind)
        return node


def dated(text: str) -> Literal:
    """With its type; what is no ISO 8601 stays text: mending may know what it means."""
    kind = date_type(text)
    return Literal(text, datatype=kind) if kind else Literal(text)
