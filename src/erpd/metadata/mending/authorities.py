"""Values of authority tables written as a code, a label, a media type or another table's IRI (G4.1, G4.2)."""

from pyoxigraph import BlankNode, NamedNode

from erpd.metadata.graph import Graph, Term
from erpd.metadata.mending.mender import Mender
from erpd.metadata.parts import Part
from erpd.metadata.profile import Property
from erpd.metadata.terms import DCT, RDF, RDFS, SKOS
from erpd.metadata.vocabularies import Vocabulary, vocabulary

_LABELS = (RDFS.label, RDF.value, SKOS.prefLabel, SKOS.notation, DCT.title, DCT.identifier)


def _authority(value: Term, wanted: Property, part: Part) -> Term | None:
    table = vocabulary(wanted.vocabulary)
    if isinstance(value, NamedNode) and value.value in table.iris:
        return None
    code = "" if isinstance(value, BlankNode) else table.find(value.value)
    # What has an IRI of its own may be more than its label says: replaced only where there is room for one.
    if not code and (wanted.max == 1 or isinstance(value, BlankNode)):
        code = _labelled(part.record.graph, value, table)
    return NamedNode(table.iri(code)) if code else None


def _labelled(graph: Graph, node: Term, table: Vocabulary) -> str:
    if node not in graph.nodes:
        return ""
    labels = (label.value for predicate in _LABELS for label in graph.objects(node, predicate))
    return next(filter(None, map(table.find, labels)), "")


AUTHORITIES = Mender("authority", False, lambda wanted: bool(wanted.vocabulary), _authority)
