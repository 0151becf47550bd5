"""Who holds a catalogue. Deliveries ask it in a transaction, in which nobody takes the catalogue away."""

from django.db import connection
from django.db.models import QuerySet
from django.http import Http404

from erpd.accounts.models import Holding, Owner
from erpd.register.models import Catalogue
from erpd.register.prepared import Prepared


def owner_of(catalogue: Catalogue, known: Owner | None = None) -> Owner:
    """The owner of a catalogue, perhaps the one ``known``. In a transaction, it holds it until the end.

    Raises Http404 if the catalogue is no owner's.
    """
    find = _locked_holder if connection.in_atomic_block else _holder
    for (owner,) in find(catalogue.pk):
        return known if known and known.pk == owner else Owner.objects.get(pk=owner)
    raise Http404(catalogue.slug)


def _holding(catalogue: int) -> QuerySet[Holding]:
    return Holding.objects.filter(catalogue=catalogue)


_holder = Prepared(lambda catalogue: _holding(catalogue).values_list("owner"))
_locked_holder = Prepared(
    lambda catalogue: _holding(catalogue).select_for_update(no_key=True).values_list("owner")
)
