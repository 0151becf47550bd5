"""Whose the distributions and data services with IRIs elsewhere are: of the owner who published them first.

Doors put all data sets into one graph, where a second access URL of a distribution would be everybody's.
Agents, places and the like are shared: many name the same publisher (docs/decisions/0038-whose-an-iri-is.md).
"""

from collections.abc import Sequence

from pyoxigraph import NamedNode

from erpd.metadata.graph import Graph
from erpd.metadata.terms import ADMS, DCAT
from erpd.register.identity import can_name
from erpd.register.prepared import Prepared
from erpd.register.rows import insert
from erpd.submit.models import Delivery, Part
from erpd.submit.refusals import Code, of_another

_KINDS = (DCAT.Distribution, DCAT.DataService)
_LINKS = (DCAT.distribution, ADMS.sample, DCAT.accessService)


def parts_of(graph: Graph, described: Sequence[str]) -> list[str]:
    """Those of the IRIs that a record describes that are distributions or data services."""
    kinds = {node for kind in _KINDS for node in graph.subjects(kind)}
    linked = {triple.object for triple in graph.triples() if triple.predicate in _LINKS} if described else ()
    return [
        iri for iri in described if can_name(iri) and ((node := NamedNode(iri)) in kinds or node in linked)
    ]


def claim(delivery: Delivery, described: Sequence[str], parts: Sequence[str]) -> None:
    """Remember the parts of a delivery that is published. Raises IdentifierTaken if one is another's."""
    known = _known(list(described)) if described else []
    mine = {iri for iri, _, key in known if key == delivery.pk}
    for iri, owner, _ in known:
        if owner != delivery.owner_id and iri not in mine:
            raise of_another(Code.IRI_OF_OWNER, iri)
    insert(Part, [{"delivery_id": delivery.pk, "iri": iri} for iri in parts if iri not in mine])
    if delivery.data_set_id:  # published before
        delivery.parts.exclude(iri__in=parts).delete()


_known = Prepared(
    lambda iris: Part.objects.filter(iri__among=iris).values_list("iri", "delivery__owner", "delivery")
)
