"""What only one may do at a time, because it looks at what there is, then adds to it."""

import zlib

from django.db import connection, transaction

from erpd.register import changes


def one_at_a_time(what: str) -> None:
    """Wait for everybody else who does ``what``, by its name; then they wait until this transaction ends.

    For one that is ``rehearsed`` they do not wait. On SQLite there is nothing to wait for: one transaction
    writes at a time (``BEGIN IMMEDIATE``).
    """
    if connection.vendor != "postgresql":
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [zlib.crc32(what.encode())])
        transaction.set_rollback(changes.is_rehearsed())  # which gives the lock back
