"""Text where a resource is expected becomes a resource with that text: dct:rights "On request" (G4.2)."""

from pyoxigraph import BlankNode, Literal, NamedNode

from erpd.metadata.graph import Term
from erpd.metadata.mending.mender import Mender
from erpd.metadata.parts import Part
from erpd.metadata.profile import Property
from erpd.metadata.rules import Repair
from erpd.metadata.terms import DCT, FOAF, RDF, RDFS

# Class -> the property that holds the text of such a resource.
_TEXTS: dict[NamedNode, NamedNode] = {
    DCT.RightsStatement: RDFS.label,
    DCT.LicenseDocument: RDFS.label,
    DCT.ProvenanceStatement: RDFS.label,
    FOAF.Agent: FOAF.name,
}


def _statement(value: Term, wanted: Property, part: Part) -> Term | None:
    if not isinstance(value, Literal) or not value.value.strip():
        return None
    node = BlankNode()
    part.record.graph.add(node, RDF.type, wanted.range)
    part.record.graph.add(node, _TEXTS[wanted.range], value)
    return node


STATEMENTS = Mender(
    Repair.STATEMENT, True, lambda wanted: wanted.kind == "node" and wanted.range in _TEXTS, _statement
)
