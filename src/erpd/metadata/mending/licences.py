"""Licences given as an address, a code or a title -> the authority table (DCAT-AP 2.1.1, section 5.3)."""

from pyoxigraph import BlankNode, NamedNode

from erpd.metadata.graph import Term
from erpd.metadata.licences import licence_iri, licence_of
from erpd.metadata.mending.authorities import labels_of
from erpd.metadata.mending.mender import Mender
from erpd.metadata.parts import Part
from erpd.metadata.profile import Property
from erpd.metadata.rules import Repair
from erpd.metadata.terms import DCT
from erpd.metadata.vocabularies import vocabulary


def _licence(value: Term, wanted: Property, part: Part) -> Term | None:
    """Its licence, if its address and all its labels name the same one."""
    if isinstance(value, NamedNode) and value.value in vocabulary("licence").iris:
        return None
    graph = part.record.graph
    names = [] if isinstance(value, BlankNode) else [value.value]
    if value in graph.nodes:
        names += [label.value for label in labels_of(graph, value)]
    codes = {licence_of(name) for name in names} - {""}
    return NamedNode(licence_iri(codes.pop())) if len(codes) == 1 else None


LICENCES = Mender(
    Repair.AUTHORITY,
    False,
    lambda wanted: wanted.range == DCT.LicenseDocument,
    _licence,
    Repair.AUTHORITY_ADDED,
)
