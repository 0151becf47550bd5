"""Change numbers. They are assigned under one lock, so they are committed in order and readers miss none."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import OperationalError, connection, transaction
from django.utils import timezone

from erpd.register.models import ChangeCounter

# No register has anything older.
BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Turn:
    """The exclusive right to write changes, until the transaction ends."""

    at: datetime
    """The time of all changes of this turn."""
    last: int
    """The last change number assigned."""

    def next(self) -> int:
        self.last += 1
        return self.last


@contextmanager
def turn() -> Iterator[Turn]:
    """Open a transaction in which only this writer assigns change numbers.

    Its time is never before that of an earlier turn, so OAI-PMH datestamps are in the order of the numbers.
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
    """The time up to which the register is settled: changes that appear later have this time or a later one.

    It is now, unless someone is writing: their changes already have a time, at or after that of the last
    visible change, so the time of the latter is returned.
    """
    now = timezone.now()
    visible = ChangeCounter.objects.filter(pk=1).values_list("at", flat=True).first()
    return (visible or BEGINNING) if _somebody_writes() else now


def _somebody_writes() -> bool:
    """Whether the lock of ``turn`` is held. Does not wait for it."""
    try:
        with _not_waiting(), transaction.atomic():  # on SQLite the transaction is the lock
            counter = ChangeCounter.objects.select_for_update(skip_locked=True).filter(pk=1)
            locked = connection.vendor != "sqlite" and not list(counter)
            transaction.set_rollback(True)  # nothing was written, so do not wait for the disk
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
