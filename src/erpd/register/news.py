"""Waiting for the next change. PostgreSQL tells it (``changes.turn`` notifies); SQLite is asked often."""

import time
from collections.abc import Iterator

from django.db import Error, connection

from erpd.register import changes

# Seconds between two looks. PostgreSQL is looked at too: behind a pooler, and as a replica, it tells nothing.
_PAUSE = {"sqlite": 0.5, "postgresql": 2.0}


def news() -> Iterator[int]:
    """The number of the last change: at once, then whenever it is another one. Never ends.

    Raises a database error if the database does not answer.
    """
    listens = _listen()
    seen = None
    while True:
        last = changes.last()
        if last != seen:
            seen = last
            yield last
        elif listens:
            with connection.wrap_database_errors:
                for _ in connection.connection.notifies(timeout=_PAUSE["postgresql"], stop_after=1):
                    pass
        else:
            time.sleep(_PAUSE[connection.vendor])


def _listen() -> bool:
    """Have the database tell of changes. False if it cannot, such as a replica."""
    if connection.vendor == "sqlite":
        return False
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {changes.CHANNEL}")
    except Error:
        connection.close()
        return False
    return True
