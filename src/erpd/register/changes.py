"""Change numbers: given under one lock, so that they are committed in order and a reader never misses one."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from erpd.register.models import ChangeCounter


def take(amount: int) -> tuple[int, datetime]:
    """(first number, time) of ``amount`` new changes; to be called in the transaction that writes them.

    The time never runs backwards, so the order of OAI-PMH datestamps is the order of the numbers.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("change numbers are taken in the transaction that writes the changes")
    counter = ChangeCounter.objects.select_for_update().get_or_create(pk=1)[0]
    now = timezone.now().replace(microsecond=0)
    counter.at = max(now, counter.at) if counter.at else now
    first = counter.last + 1
    counter.last += amount
    counter.save(update_fields=["last", "at"])
    return first, counter.at


def last() -> int:
    """The number of the last change; 0 in an empty register."""
    return ChangeCounter.objects.filter(pk=1).values_list("last", flat=True).first() or 0
