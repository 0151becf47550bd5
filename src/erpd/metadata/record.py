"""A record: one data set as RDF. The graph is the truth: what is not understood is kept (G4, footnote 7).

What else it says is found by a view on it (view/).
"""

from dataclasses import dataclass

from pyoxigraph import NamedNode

from erpd.metadata.graph import Graph, Node, Term
from erpd.metadata.terms import DCAT, DCT
from erpd.metadata.text import Text


@dataclass(slots=True)
class Record:
    """``identifier`` is the source's own and never changes (G3.4.3); ``dataset`` is its node in ``graph``.

    ``spare``: another IRI of it, for where one of the same source holds its own already; "" for none.
    """

    identifier: str
    graph: Graph
    dataset: Node
    spare: str = ""

    @property
    def iri(self) -> str:
        """The IRI of the data set; empty where it is a blank node."""
        return self.dataset.value if isinstance(self.dataset, NamedNode) else ""

    @property
    def title(self) -> Text:
        return Text.of(self.values(DCT.title))

    @property
    def description(self) -> Text:
        return Text.of(self.values(DCT.description))

    @property
    def distributions(self) -> list[Node]:
        """Those that are described here, not only linked to."""
        return [node for node in self.values(DCAT.distribution) if node in self.graph.nodes]  # type: ignore[misc]

    def values(self, predicate: NamedNode) -> list[Term]:
        """The values of one property of the data set."""
        return self.graph.objects(self.dataset, predicate)
