"""Statements that are the same each time. On SQLite they go to the driver as they are.

Django's cursors go through the text of each statement, each time, to write the places of its parameters in
another way, which takes longer than SQLite needs to answer most of ours.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3.base import FORMAT_QMARK_REGEX

Rows = list[tuple[Any, ...]]


def rows_of(connection: BaseDatabaseWrapper, sql: str, parameters: Sequence[Any]) -> Rows:
    """The rows that a statement gives, with values as the database has them. ``sql`` as Django writes it."""
    rows: Rows
    if _is_direct(connection):
        with connection.wrap_database_errors:
            rows = connection.connection.execute(_marked(sql), parameters).fetchall()
            return rows
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows = cursor.fetchall()
        return rows


def do_for_each(connection: BaseDatabaseWrapper, sql: str, parameters: Iterable[Sequence[Any]]) -> None:
    """Execute a statement once for each row of parameters."""
    if _is_direct(connection):
        with connection.wrap_database_errors:
            connection.connection.executemany(_marked(sql), parameters)
        return
    with connection.cursor() as cursor:
        cursor.executemany(sql, list(parameters))


def _is_direct(connection: BaseDatabaseWrapper) -> bool:
    """Whether the driver may be asked: not where somebody watches the statements."""
    if connection.vendor != "sqlite" or connection.execute_wrappers or connection.queries_logged:
        return False
    connection.validate_no_broken_transaction()
    connection.ensure_connection()
    return True


@lru_cache(500)
def _marked(sql: str) -> str:
    return str(FORMAT_QMARK_REGEX.sub("?", sql)).replace("%%", "%")
