"""Rows by many values: ``identifier__among=names`` is like ``__in``, but passes all values as one parameter.

With ``__in``, Django prepares each value separately, which takes several times as long as the query itself.
"""

import json
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Lookup, Model, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.sql.compiler import SQLCompiler

M = TypeVar("M", bound=Model)


class Among(Lookup):  # type: ignore[type-arg]
    """The lookup, for numbers, strings and keys."""

    lookup_name = "among"

    def get_prep_lookup(self) -> list[Any]:
        return list(self.rhs)

    def process_lhs(self, *arguments: Any, **options: Any) -> tuple[str, list[Any]]:
        if not self.rhs:
            raise EmptyResultSet  # skips the query
        column, parameters = super().process_lhs(*arguments, **options)
        return column, list(parameters)

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        column, parameters = self.process_lhs(compiler, connection)
        listed = f"{column} IN (SELECT value FROM json_each(%s))"  # noqa: S608
        return listed, [*parameters, for_sqlite(self.rhs)]

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", [*parameters, self.rhs]


def for_sqlite(value: Any) -> Any:
    """A parameter as a file of SQLite takes it: a list as JSON, a key as Django stores it there."""
    if isinstance(value, list):
        return json.dumps(value, default=for_sqlite)
    return value.hex if isinstance(value, UUID) else value


class Keys(Lookup):  # type: ignore[type-arg]
    """``pk__keys=RawSQL(...)``: the key is in the array of that expression (PostgreSQL)."""

    lookup_name = "keys"

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        column, parameters = self.process_lhs(compiler, connection)
        keys, more = self.process_rhs(compiler, connection)
        return f"{column} = ANY({keys})", [*parameters, *more]


def named(rows: QuerySet[M], names: list[str], **owner: int) -> QuerySet[M]:
    """Those of ``rows`` that belong to ``owner`` (``source_id=3``) and have one of these identifiers.

    There must be an index of owner and identifier. PostgreSQL plans by statistics that are older than an
    owner that is new, takes it to have hardly any rows, and reads all of them for each page. So there each
    name is looked up by itself, which OFFSET keeps from being planned in any other way.
    """
    ((column, value),) = owner.items()
    if not names or connection.vendor != "postgresql":
        return rows.filter(**owner, identifier__among=names)
    table, key = map(connection.ops.quote_name, (rows.model._meta.db_table, rows.model._meta.pk.column))
    keys = (
        f"ARRAY(SELECT one.{key} FROM unnest(%s::text[]) AS name CROSS JOIN LATERAL "  # noqa: S608
        f"(SELECT {key} FROM {table} WHERE {column} = %s AND identifier = name OFFSET 0) AS one)"
    )
    return rows.filter(pk__keys=RawSQL(keys, [names, value]))  # noqa: S611
