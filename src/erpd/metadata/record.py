"""A record: one data set as RDF. The graph is authoritative, and nothing unknown is dropped (G4, footnote 7).

For anything beyond the basics, use a view of the record (``view/``).
"""

from dataclasses import dataclass

from pyoxigraph import NamedNode

from erpd.metadata.findings import Finding
from erpd.metadata.graph import Graph, Node, Term
from erpd.metadata.terms import DCAT, DCT
from erpd.metadata.text import Text


@dataclass(slots=True)
class Record:
    """One data set: its identifier at the source, and what the source says about it."""

    identifier: str
    """The source's own identifier, which never changes (G3.4.3)."""
    graph: Graph
    dataset: Node
    """The node of the data set in ``graph``."""
    spare: str = ""
    """Another IRI of the data set, used if another record of the same source already has its own; or ""."""
    repairs: tuple[Finding, ...] = ()
    """What had to be repaired to read the record. Mending returns it with its own repairs, once."""

    @property
    def iri(self) -> str:
        """The IRI of the data set; "" if it is a blank node."""
        return self.dataset.value if isinstance(self.dataset, NamedNode) else ""

    @property
    def title(self) -> Text:
        return Text.of(self.values(DCT.title))

    @property
    def description(self) -> Text:
        return Text.of(self.values(DCT.description))

    @property
    def distributions(self) -> list[Node]:
        """The distributions that the record describes, not those that it only links to."""
        return [node for node in self.values(DCAT.distribution) if node in self.graph.nodes]  # type: ignore[misc]

    def values(self, predicate: NamedNode) -> list[Term]:
        """Return the values of one property of the data set."""
        return self.graph.objects(self.dataset, predicate)
