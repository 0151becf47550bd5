"""Authority table values given as a code, a label, a media type or another table's IRI (G4.1, G4.2)."""

from pyoxigraph import BlankNode, NamedNode

from erpd.metadata.graph import Graph, Term
from erpd.metadata.mending.beside import LABELS
from erpd.metadata.mending.mender import Mender
from erpd.metadata.parts import Part
from erpd.metadata.profile import Property
from erpd.metadata.rules import Repair
from erpd.metadata.vocabularies import Vocabulary, vocabulary

_MOST_BESIDE = 100  # values looked at for each other value


def _authority(value: Term, wanted: Property, part: Part) -> Term | None:
    table = vocabulary(wanted.vocabulary)
    if isinstance(value, NamedNode) and value.value in table.iris:
        return None
    code = "" if isinstance(value, BlankNode) else table.find(value.value)
    if not code and value in part.record.graph.nodes:
        codes = named_codes(part.record.graph, value, table)
        code = codes.pop() if len(codes) == 1 else ""
        # Along with a value of the table, other IRIs are allowed as they are (DCAT-AP 5.2).
        if code and wanted.max != 1 and isinstance(value, NamedNode):
            beside = part.properties.get(wanted.iri, [])[:_MOST_BESIDE]
            code = "" if any(each.value in table.iris for each in beside) else code
    return NamedNode(table.iri(code)) if code else None


def named_codes(graph: Graph, node: Term, table: Vocabulary) -> set[str]:
    """Return the codes that the labels of a node name: several, if the labels contradict each other."""
    return {code for label in labels_of(graph, node) if (code := table.find(label.value))}


def labels_of(graph: Graph, node: Term) -> list[Term]:
    """Return the labels of a node, in any language."""
    return [label for predicate in LABELS for label in graph.objects(node, predicate)]


AUTHORITIES = Mender(
    Repair.AUTHORITY, False, lambda wanted: bool(wanted.vocabulary), _authority, Repair.AUTHORITY_ADDED
)
