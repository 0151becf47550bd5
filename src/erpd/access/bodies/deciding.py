"""Which competent body decides about a data set, and why we think so."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pyoxigraph import NamedNode

from erpd.access.models import Body
from erpd.metadata.conditions import conditions_of
from erpd.metadata.conditions.reading import NONE
from erpd.metadata.graph import Graph
from erpd.metadata.record import Record
from erpd.metadata.terms import DCT
from erpd.register.content import VersionBroken, triples_of
from erpd.register.models import Catalogue, DataSet

_MOST_PUBLISHERS = 20
_MOST_LOOKED_AT = 200
_MOST_NAMED = 20
_BY_OWNER = _("It decides for the data owner of this catalogue.")
_BY_PUBLISHER = _("It decides for the publisher of this data set.")
_BY_CATALOGUE = _("It decides for this catalogue.")


@dataclass(frozen=True, slots=True)
class Decider:
    """A body, and why it is this one."""

    body: Body
    why: Promise


def body_of(catalogue: Catalogue, record: Record) -> Decider | None:
    """Return the body of a data set: of the owner of its catalogue, of its publisher, of its catalogue."""
    bodies = Body.objects.order_by("pk")
    if found := bodies.filter(owners__holdings__catalogue=catalogue).first():
        return Decider(found, _BY_OWNER)
    if found := bodies.filter(publishers__iri__in=_publishers(record)).first():
        return Decider(found, _BY_PUBLISHER)
    if found := bodies.filter(catalogues=catalogue).first():
        return Decider(found, _BY_CATALOGUE)
    return None


def _publishers(record: Record) -> Iterable[str]:
    named = record.values(DCT.publisher)[:_MOST_PUBLISHERS]
    return [each.value for each in named if isinstance(each, NamedNode)]


def wanting(body: Body) -> list[str]:
    """The identifiers of data sets for which fees are due, while the body has no tariff (Article 6(6))."""
    if body.tariff:
        return []
    of_body = Q(catalogue__holding__owner__decided_by=body) | Q(catalogue__decided_by=body)
    found = DataSet.objects.filter(of_body, deleted=False).order_by("-change")[:_MOST_LOOKED_AT]
    return [one.iri or one.identifier for one in found if _costs(one)][:_MOST_NAMED]


def _costs(one: DataSet) -> bool:
    try:
        graph = Graph(triples_of(one))
    except VersionBroken:
        return False
    fees = conditions_of(Record(one.identifier, graph, NamedNode(one.iri))).fees
    return any(fee != NONE for fee in fees)
