"""The graph of a data set in the making."""

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from erpd.formats.oai_dc.document import Element
from erpd.metadata.graph import Node, Term
from erpd.metadata.iri import is_iri
from erpd.metadata.iso8601 import date_type
from erpd.metadata.terms import RDF, RDFS


class Draft:
    """``triples`` are about ``dataset`` and what it leads to."""

    def __init__(self, dataset: Node) -> None:
        self.dataset = dataset
        self.triples: list[Quad] = []
        self._things: dict[tuple[NamedNode, Literal], Node] = {}

    def add(self, subject: Node, predicate: NamedNode, *values: Term) -> None:
        for value in values:
            self.triples.append(Quad(subject, predicate, value))

    def say(self, predicate: NamedNode, *values: Term) -> None:
        """Something of the data set."""
        self.add(self.dataset, predicate, *values)

    def blank(self, kind: NamedNode) -> BlankNode:
        node = BlankNode()
        self.add(node, RDF.type, kind)
        return node

    def thing(self, kind: NamedNode, called: NamedNode, element: Element) -> Node:
        """What the element links to; else a thing of that class with its text. Equal ones are one thing."""
        if element.link:
            return NamedNode(element.link)
        key = kind, element.line
        if key not in self._things:
            self._things[key] = self.blank(kind)
            self.add(self._things[key], called, element.line)
        return self._things[key]

    def keep(self, element: Element) -> None:
        """What DCAT-AP has no property for, as it came (G4, footnote 7)."""
        end = "" if element.space.endswith(("/", "#", ":")) else "#"
        name = f"{element.space}{end}{element.name}"
        if is_iri(name):
            self.say(NamedNode(name), link_or_text(element))
        else:
            self.say(RDFS.comment, element.saying(f"{element.name}: {element.text}"))


def link_or_text(element: Element) -> Term:
    return NamedNode(element.link) if element.link else element.literal


def dated(text: str) -> Literal:
    """With its type; what is no ISO 8601 stays text: mending may know what it means."""
    kind = date_type(text)
    return Literal(text, datatype=kind) if kind else Literal(text)
