"""Change numbers: given under one lock, so that they are committed in order and a reader never misses one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from erpd.register.models import ChangeCounter


@dataclass(slots=True)
class Turn:
    """The right to write changes until the transaction ends. ``at`` is the time of all of them."""

    at: datetime
    last: int

    def next(self) -> int:
        self.last += 1
        return self.last


@contextmanager
def turn() -> Iterator[Turn]:
    """A transaction in which this writer alone takes change numbers.

    The time never runs backwards, so the order of OAI-PMH datestamps is the order of the numbers.
    """
    with transaction.atomic():
        counter = ChangeCounter.objects.select_for_update().get_or_create(pk=1)[0]
        now = timezone.now().replace(microsecond=0)
        taken = Turn(max(now, counter.at) if counter.at else now, counter.last)
        yield taken
        if taken.last > counter.last:
            ChangeCounter.objects.filter(pk=1).update(last=taken.last, at=taken.at)


def last() -> int:
    """The number of the last change; 0 in an empty register."""
    return ChangeCounter.objects.filter(pk=1).values_list("last", flat=True).first() or 0
