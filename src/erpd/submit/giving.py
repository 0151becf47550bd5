"""A data set goes to another owner, once that one accepts. Its identifier and its IRI stay."""

from django.db import transaction
from django.http import Http404

from erpd.accounts.actions.locking import lock
from erpd.accounts.actions.transfers import offer
from erpd.accounts.may import Actor, Kind, Thing, Verb, demand
from erpd.accounts.models import Owner, Transfer
from erpd.accounts.refusal import Code, refusal
from erpd.register.models import Catalogue
from erpd.submit.models import Delivery


@transaction.atomic
def give_data_set(*, who: Actor, delivery: Delivery, to: Owner, comment: str = "") -> Transfer:
    """Offer a data set, a draft too, to another owner, which chooses the catalogue when it accepts.

    Raises Http404 or PermissionDenied, and Refusal if it cannot be offered to that owner now.
    """
    owner = lock(delivery.owner_id)
    given = Delivery.objects.select_related("catalogue").filter(pk=delivery.pk, removed=None).first()
    if given is None or given.owner_id != owner.pk:
        raise Http404(delivery.identifier)
    demand(who, Verb.TRANSFER, Thing(Kind.DATA_SET, owner.pk, given.catalogue_id))
    transfer = Transfer(
        kind=Transfer.Kind.DATA_SET,
        name=str(given.pk),
        title=given.title or given.identifier[:200],
        from_owner=owner,
        to_owner=to,
        catalogue=catalogues_for(given, to)[0],
    )
    return offer(who, transfer, comment)


def catalogues_for(delivery: Delivery, owner: Owner) -> list[Catalogue]:
    """The catalogues of ``owner`` into which a data set may go, its own first: those of its kind (G3.1).

    Raises Refusal if there is none.
    """
    kind = delivery.catalogue.kind
    found = list(Catalogue.objects.filter(holding__owner=owner, kind=kind).order_by("pk"))
    if not found:
        raise refusal(Code.CATALOGUE_UNFIT, catalogue=kind, owner=owner.slug)
    return sorted(found, key=lambda one: not one.slug.startswith(owner.slug))
