"""What only one may do at a time, because it looks at what there is, then adds to it."""

import zlib

from django.db import connection


def one_at_a_time(what: str) -> None:
    """Wait for everybody else who does ``what``, by its name; then they wait until this transaction ends.

    On SQLite there is nothing to wait for: one transaction writes at a time (``BEGIN IMMEDIATE``).
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [zlib.crc32(what.encode())])
