"""What goes along when a catalogue goes to another owner: the deliveries in it."""

from erpd.accounts.models import Transfer
from erpd.submit.models import Delivery


def carry(transfer: Transfer) -> None:
    """Give the new owner of a catalogue what was delivered into it. Identifiers and editions stay."""
    if transfer.kind == Transfer.Kind.CATALOGUE:
        Delivery.objects.filter(catalogue__slug=transfer.name).update(owner=transfer.to_owner)
