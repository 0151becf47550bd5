"""Writing many rows of PostgreSQL with one statement: a quarter of the work of a statement for each row."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field

Columns = Sequence[Iterable[Any]]


def insert(
    connection: BaseDatabaseWrapper, table: str, fields: "Sequence[Field[Any, Any]]", rows: Columns
) -> None:
    """Insert rows, which have a value for each field. Raises IntegrityError."""
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)

    def copy(cursor: Any, statement: str) -> None:
        with cursor.copy(statement) as copying:
            copying.set_types([_type(field, connection) for field in fields])
            for row in rows:
                copying.write_row(row)

    _execute(connection, f"COPY {table} ({names}) FROM STDIN (FORMAT BINARY)", copy)


def update(
    connection: BaseDatabaseWrapper, table: str, fields: "Sequence[Field[Any, Any]]", columns: Columns
) -> None:
    """Update the rows whose keys are the last of ``columns``, which has the values of each field.

    Raises IntegrityError.
    """
    *names, key = (connection.ops.quote_name(field.column) for field in fields)
    arrays = ", ".join(f"%b::{_type(field, connection)}[]" for field in fields)
    places = ", ".join(f"{name} = new.{name}" for name in names)
    statement = (
        f"UPDATE {table} SET {places} FROM unnest({arrays}) AS new ({', '.join(names)}, {key}) "  # noqa: S608
        f"WHERE {table}.{key} = new.{key}"
    )
    parameters = [list(column) for column in columns]
    _execute(connection, statement, lambda cursor, statement: cursor.execute(statement, parameters))


def _execute(connection: BaseDatabaseWrapper, statement: str, work: Callable[[Any, str], object]) -> None:
    """Let a cursor that sends parameters apart from the statement, in binary form, do the ``work``.

    Django's own cursors write them into the statement. Whoever watches these sees this one, too.
    """
    from psycopg import Cursor  # noqa: PLC0415  # homes with SQLite do without it

    def execute(statement: str, _: object, __: bool, context: dict[str, Any]) -> None:
        work(context["cursor"], statement)

    connection.ensure_connection()
    for watch in reversed(connection.execute_wrappers):
        execute = partial(watch, execute)
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        execute(statement, None, False, {"connection": connection, "cursor": cursor})


def _type(field: "Field[Any, Any]", connection: BaseDatabaseWrapper) -> str:
    """The name of its type in the database, without a length: a value that is too long is to fail."""
    return str(field.db_type(connection)).partition("(")[0]
