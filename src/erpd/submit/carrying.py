"""What goes along when something goes to another owner: the deliveries in a catalogue, or one data set.

Keys reach what is in their catalogue and of their owner, so those of the old owner do not reach it any more.
"""

from erpd.accounts.models import Transfer
from erpd.accounts.refusal import Code, refusal
from erpd.harvest.models import SourceSettings
from erpd.register.intake import move
from erpd.register.models import DataSet
from erpd.submit.giving import catalogues_for
from erpd.submit.models import Delivery, Portal


def carry(transfer: Transfer) -> None:
    """Give the new owner what was delivered. Identifiers, IRIs and editions stay. Raises Refusal."""
    if transfer.kind == Transfer.Kind.CATALOGUE:
        Delivery.objects.filter(catalogue__slug=transfer.name).update(owner=transfer.to_owner)
        _carry_portals(transfer)
    elif transfer.kind == Transfer.Kind.DATA_SET:
        _carry_data_set(transfer)


def _carry_portals(transfer: Transfer) -> None:
    """Portals go with their catalogue, and rest: the new owner resumes or ends them."""
    portals = Portal.objects.filter(catalogue__slug=transfer.name)
    portals.filter(state__in=Portal.OPEN).update(state=Portal.State.CANCELLED)
    approved = portals.filter(state=Portal.State.APPROVED)
    SourceSettings.objects.filter(source__in=approved.values("source")).update(active=False)


def _carry_data_set(transfer: Transfer) -> None:
    locked = Delivery.objects.select_related("catalogue").select_for_update(of=("self",))
    delivery = locked.filter(pk=transfer.name, owner=transfer.from_owner, removed=None).first()
    if delivery is None:  # erased, or gone with its catalogue
        raise refusal(Code.NOTHING_TO_TRANSFER, name=transfer.title, owner=transfer.from_owner.slug)
    catalogue = transfer.catalogue
    if catalogue not in catalogues_for(delivery, transfer.to_owner):
        name = catalogue.slug if catalogue else ""
        raise refusal(Code.CATALOGUE_UNFIT, catalogue=name, owner=transfer.to_owner.slug)
    assert catalogue
    if Delivery.objects.filter(catalogue=catalogue, identifier=delivery.identifier).exists():
        raise refusal(Code.IDENTIFIER_THERE, name=delivery.identifier, catalogue=catalogue.slug)
    delivery.owner, delivery.catalogue = transfer.to_owner, catalogue
    delivery.save(update_fields=["owner", "catalogue"])
    if delivery.data_set_id:
        move(DataSet.objects.filter(key=delivery.data_set_id), catalogue, origin=f"delivery {delivery.pk}")
