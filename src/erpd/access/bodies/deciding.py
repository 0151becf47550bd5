"""Which competent body decides about a data set, and why we think so."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pyoxigraph import NamedNode

from erpd.access.models import Body
from erpd.accounts.models import Holding, Owner
from erpd.metadata.conditions import conditions_of
from erpd.metadata.conditions.reading import NONE
from erpd.metadata.graph import Graph
from erpd.metadata.record import Record
from erpd.metadata.terms import DCT
from erpd.register.content import VersionBroken, triples_of
from erpd.register.models import Catalogue, DataSet
from erpd.register.prepared import Prepared

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
    """Return the body of a data set: of the owner of its catalogue, of its publisher, of its catalogue.

    One quick query where there are no bodies.
    """
    if not _bodies.raw():
        return None
    for query, given, why in (
        (_of_owner, catalogue.pk, _BY_OWNER),
        (_of_publisher, _publishers(record), _BY_PUBLISHER),
        (_of_catalogue, catalogue.pk, _BY_CATALOGUE),
    ):
        for row in query(given) if given else ():
            return Decider(Body.from_db(None, _FIELDS, row), why)
    return None


def takes_requests(body: Body) -> bool:
    """Whether a body has a desk here, with an owner whose members can answer."""
    return body.desk and body.keeper is not None and body.keeper.state == Owner.State.APPROVED


def state(catalogue: Catalogue) -> object:
    """What tells whether another body may decide about a data set of a catalogue, or says something else."""
    bodies = _bodies.raw()
    return bodies and (bodies, _owner.raw(catalogue.pk))


def _publishers(record: Record) -> list[str]:
    named = record.values(DCT.publisher)[:_MOST_PUBLISHERS]
    return [each.value for each in named if isinstance(each, NamedNode)]


_FIELDS = tuple(field.attname for field in Body._meta.concrete_fields)
_ORDERED = Body.objects.order_by("pk")
_bodies = Prepared(lambda: _ORDERED.values_list("pk", "changed"))  # each change of a body is dated
_owner = Prepared(lambda catalogue: Holding.objects.filter(catalogue=catalogue).values_list("owner"))
_of_owner = Prepared(
    lambda catalogue: _ORDERED.filter(owners__holdings__catalogue=catalogue).values_list(*_FIELDS)[:1]
)
_of_publisher = Prepared(lambda iris: _ORDERED.filter(publishers__iri__among=iris).values_list(*_FIELDS)[:1])
_of_catalogue = Prepared(lambda catalogue: _ORDERED.filter(catalogues=catalogue).values_list(*_FIELDS)[:1])


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
