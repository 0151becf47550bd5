"""The graph of a data set that Dublin Core describes, being built."""

from pyoxigraph import Literal, NamedNode

from erpd.formats import draft
from erpd.formats.oai_dc.document import Element
from erpd.metadata.graph import Node, Term
from erpd.metadata.iri import is_iri
from erpd.metadata.terms import RDFS


class Draft(draft.Draft):
    """A draft with what Dublin Core needs: resources that only have a text, elements without a property."""

    def __init__(self, dataset: Node | None) -> None:
        super().__init__(dataset)
        self._things: dict[tuple[NamedNode, Literal], Node] = {}

    def thing(self, kind: NamedNode, called: NamedNode, element: Element) -> Node:
        """Return what the element links to, or a resource of that class with its text.

        Equal ones share it.
        """
        if element.link:
            return NamedNode(element.link)
        key = kind, element.line
        if key not in self._things:
            self._things[key] = self.node(kind)
            self.add(self._things[key], called, element.line)
        return self._things[key]

    def keep(self, element: Element) -> None:
        """Keep an element as received, if DCAT-AP has no property for it (G4, footnote 7)."""
        end = "" if element.space.endswith(("/", "#", ":")) else "#"
        name = f"{element.space}{end}{element.name}"
        if is_iri(name):
            self.say(NamedNode(name), link_or_text(element))
        else:
            self.say(RDFS.comment, element.saying(f"{element.name}: {element.text}"))


def link_or_text(element: Element) -> Term:
    return NamedNode(element.link) if element.link else element.literal
