"""How many rows each table of a database has: what a backup says of itself, and what came back of it."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from erpd.metadata.masking import shown

_NOT_LIBPQ = ("pool", "assume_role", "isolation_level", "server_side_binding")  # of psycopg or Django
# No schema of PostgreSQL's own, such as those of temporary tables: a dump has none of them.
_TABLES = r"""SELECT schemaname, tablename FROM pg_tables
WHERE schemaname NOT LIKE 'pg\_%' AND schemaname <> 'information_schema' ORDER BY 1, 2"""


class RowsUnread(Exception):
    """PostgreSQL refused, or does not answer; says why, without a value of a row."""


class Denied(RowsUnread):
    """The role may not do it."""


def of_file(file: Path) -> dict[str, int]:
    """Those of a database of SQLite. Raises sqlite3.Error."""
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as reading:
        found = reading.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        names = [name for (name,) in found if not name.startswith("sqlite_")]
        questions = {name: f'SELECT COUNT(*) FROM "{name}"' for name in names}  # noqa: S608
        return {name: reading.execute(question).fetchone()[0] for name, question in questions.items()}


@contextmanager
def of_server(settings: dict[str, Any]) -> Iterator[tuple[Callable[[], dict[str, int]], str]]:
    """A moment of a database of PostgreSQL: what counts its rows then, and its name for others.

    Raises RowsUnread.
    """
    from psycopg import Connection, sql  # noqa: PLC0415  # homes with SQLite do without it

    def rows(connection: Connection[Any]) -> dict[str, int]:
        found = {}
        for schema, table in connection.execute(_TABLES).fetchall():
            question = sql.SQL("SELECT COUNT(*) FROM {}").format(sql.Identifier(schema, table))
            row = connection.execute(question).fetchone()
            found[f"{schema}.{table}"] = row[0] if row else 0
        return found

    with server(settings) as connection, connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        yield lambda: rows(connection), row[0] if row else ""


@contextmanager
def server(settings: dict[str, Any]) -> Iterator[Any]:
    """A connection of its own to a database of PostgreSQL. Raises RowsUnread."""
    import psycopg  # noqa: PLC0415

    options = {key: value for key, value in settings.get("OPTIONS", {}).items() if key not in _NOT_LIBPQ}
    named = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    given = {key: settings.get(name) or None for key, name in named.items()}
    try:
        with psycopg.connect(**{**options, **given}, autocommit=True) as connection:
            yield connection
    except psycopg.errors.InsufficientPrivilege as error:
        raise Denied(_said(error)) from error
    except psycopg.Error as error:
        raise RowsUnread(_said(error)) from error


def _said(error: Any) -> str:
    """What PostgreSQL said first: what follows may name values of rows."""
    return shown(error.diag.message_primary or str(error))
