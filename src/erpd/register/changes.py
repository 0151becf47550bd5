"""Change numbers. They are assigned under one lock, so they are committed in order and readers miss none.

All times are by one clock, that of the database: clocks of several machines differ by minutes.
"""

import fcntl
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from erpd.register.models import ChangeCounter
from erpd.register.prepared import Prepared
from erpd.register.rows import update

# No register has anything older.
BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)
# PostgreSQL's advisory lock of writers ("erpd"). Those of a transaction work behind PgBouncer, too.
_WRITING = 0x65727064
# What PostgreSQL tells those who wait for changes (news.py).
CHANNEL = "erpd_changes"
# Clocks that were set while a node was running may differ by so much.
_TOLERANCE = timedelta(minutes=5)
# Numbers that no register reaches, for changes that are rolled back.
_NEVER_REACHED = 2**62
_counter = Prepared(lambda: ChangeCounter.objects.select_for_update().values_list("last", "at"))
_last = Prepared(lambda: ChangeCounter.objects.values_list("last"))  # of its single row


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


_rehearsal: ContextVar[Turn | None] = ContextVar("rehearsal", default=None)


@contextmanager
def turn(*, savepoint: bool = True) -> Iterator[Turn]:
    """Open a transaction in which only this writer assigns change numbers.

    Without ``savepoint``, what fails here undoes the whole transaction around it, too: on SQLite, to be able
    to go on costs a file that is written and thrown away.

    Its time is never before that of an earlier turn, so OAI-PMH datestamps are in the order of the numbers.
    """
    rehearsal = _rehearsal.get()
    with transaction.atomic(savepoint=savepoint):
        if rehearsal:
            yield rehearsal
            return
        now = _wait_for_turn()
        ((last, at),) = _counter() or [_first()]
        taken = Turn(max(now, at) if at else now, last)
        yield taken
        if taken.last > last:
            update([ChangeCounter(1, taken.last, taken.at)], "last", "at")
            _announce()


@contextmanager
def rehearsed() -> Iterator[None]:
    """Within this block, turns make nobody wait: it must end with a rollback.

    Their numbers are far above all others, so no two transactions write the same. On SQLite any transaction
    that writes makes the others wait.
    """
    first = _NEVER_REACHED + secrets.randbelow(_NEVER_REACHED // 2)
    token = _rehearsal.set(Turn(clock().replace(microsecond=0), first))
    try:
        yield
    finally:
        _rehearsal.reset(token)


def is_rehearsed() -> bool:
    """Whether all that is written now will be rolled back."""
    return _rehearsal.get() is not None


def clock() -> datetime:
    """Now, by the clock of the database; a file of SQLite has that of this machine."""
    if connection.vendor == "sqlite":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now


def last() -> int:
    """The number of the last change; 0 in an empty register."""
    rows = _last.raw()
    return int(rows[0][0]) if rows else 0


def ahead() -> datetime | None:
    """The time of the last change if that lies in the future, because the clock was wrong; otherwise None.

    Until then all changes get its time, so that datestamps do not go back.
    """
    at = _last_at()
    return at if at - clock() > _TOLERANCE else None


def settled() -> datetime:
    """The time up to which the register is settled: changes that appear later have this time or a later one.

    It is now, unless someone is writing: their changes already have a time, at or after that of the last
    visible change, so the time of the latter is returned. So it is in a copy of a database (a replica), where
    nobody can tell who is writing.
    """
    now, visible = clock(), _last_at()
    return visible if _somebody_writes() else now


def _last_at() -> datetime:
    return ChangeCounter.objects.filter(pk=1).values_list("at", flat=True).first() or BEGINNING


def _first() -> tuple[int, datetime | None]:
    made = ChangeCounter.objects.select_for_update().get_or_create(pk=1)[0]
    return made.last, made.at


def _wait_for_turn() -> datetime:
    """Wait until this writer is the only one; its time."""
    if connection.vendor == "sqlite":  # its transaction is the lock
        return clock().replace(microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH mine AS MATERIALIZED (SELECT pg_advisory_xact_lock(%s)) SELECT clock_timestamp() FROM mine",
            [_WRITING],
        )
        now: datetime = cursor.fetchone()[0]
    return now.replace(microsecond=0)


def _announce() -> None:
    """Wake those who wait for changes, once this transaction has ended well."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"NOTIFY {CHANNEL}")


def _somebody_writes() -> bool:
    """Whether the lock of ``turn`` is held. Does not wait for it, and readers do not see each other."""
    if connection.vendor == "sqlite":
        return _somebody_writes_the_file()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_is_in_recovery() OR NOT pg_try_advisory_xact_lock_shared(%s)",
            [_WRITING],
        )
        return bool(cursor.fetchone()[0])


def _somebody_writes_the_file() -> bool:
    try:
        with (Path(settings.HOME) / "asking").open("w") as file:
            # One at a time, or readers would take each other for writers.
            fcntl.flock(file, fcntl.LOCK_EX)
            with _not_waiting(), transaction.atomic():
                transaction.set_rollback(True)  # nothing was written, so do not wait for the disk
    except (OperationalError, OSError):  # also where all is read-only and nobody can tell
        return True
    return False


@contextmanager
def _not_waiting() -> Iterator[None]:
    with connection.cursor() as cursor:
        (patience,) = cursor.execute("PRAGMA busy_timeout").fetchone()
        cursor.execute("PRAGMA busy_timeout = 0")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {patience}")
