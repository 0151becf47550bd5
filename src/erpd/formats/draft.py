"""The graph of a data set being built, for all formats that are not RDF."""

from pyoxigraph import BlankNode, Literal, NamedNode

from erpd.formats.reading import Unreadable
from erpd.metadata.graph import Graph, Node, Term
from erpd.metadata.iso8601 import date_type
from erpd.metadata.limits import MOST_TRIPLES
from erpd.metadata.rules import Unread
from erpd.metadata.terms import RDF


class Draft:
    """``graph`` describes ``dataset`` and what it links to. No other record shares its blank nodes.

    Raises Unreadable ``too-large`` where more is added than a record may say.
    """

    def __init__(self, dataset: Node | None = None) -> None:
        self.graph = Graph()
        self.dataset: Node = BlankNode() if dataset is None else dataset
        self._left = MOST_TRIPLES

    def add(self, subject: Node, predicate: NamedNode, *values: Term) -> None:
        self._left -= len(values)
        if self._left < 0:
            raise Unreadable(Unread.TOO_LARGE, f"it says more than {MOST_TRIPLES:,} things")
        for value in values:
            self.graph.add(subject, predicate, value)

    def say(self, predicate: NamedNode, *values: Term) -> None:
        """State something about the data set."""
        self.add(self.dataset, predicate, *values)

    def node(self, kind: NamedNode, name: str = "") -> Node:
        """Return a resource of a class, with its IRI if it has one."""
        node: Node = NamedNode(name) if name else BlankNode()
        self.add(node, RDF.type, kind)
        return node


def dated(text: str) -> Literal:
    """Return a date with its type. Text that is not ISO 8601 stays text: mending may know what it means."""
    kind = date_type(text)
    return Literal(text, datatype=kind) if kind else Literal(text)
