"""Change numbers: given under one lock, so that they are committed in order and a reader never misses one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import OperationalError, connection, transaction
from django.utils import timezone

from erpd.register.models import ChangeCounter

# Nothing was registered before this.
BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)


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


def settled() -> datetime:
    """What becomes visible from now on was changed at this time or later.

    It is now, unless somebody is writing: he has taken his time already, after that of the last change.
    """
    now = timezone.now()
    visible = ChangeCounter.objects.filter(pk=1).values_list("at", flat=True).first()
    return (visible or BEGINNING) if _somebody_writes() else now


def _somebody_writes() -> bool:
    """Whether the lock of ``turn`` is taken; who asks does not wait for it."""
    try:
        with _not_waiting(), transaction.atomic():  # on SQLite the transaction is the lock
            counter = ChangeCounter.objects.select_for_update(skip_locked=True).filter(pk=1)
            locked = connection.vendor != "sqlite" and not list(counter)
            transaction.set_rollback(True)  # nothing was written: no disk is waited for
    except OperationalError:
        return True
    return locked


@contextmanager
def _not_waiting() -> Iterator[None]:
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        (patience,) = cursor.execute("PRAGMA busy_timeout").fetchone()
        cursor.execute("PRAGMA busy_timeout = 0")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {patience}")
