"""``identifier__among=names``: as ``__in``, with one parameter for all.

Django prepares each of many on its own, which takes several times as long as the database needs for it.
"""

import json
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Lookup
from django.db.models.sql.compiler import SQLCompiler


class Among(Lookup):  # type: ignore[type-arg]
    """For numbers and texts, which the drivers take as they are."""

    lookup_name = "among"

    def get_prep_lookup(self) -> list[Any]:
        return list(self.rhs)

    def process_lhs(self, *arguments: Any, **options: Any) -> tuple[str, list[Any]]:
        if not self.rhs:
            raise EmptyResultSet  # the query need not be asked
        column, parameters = super().process_lhs(*arguments, **options)
        return column, list(parameters)

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        column, parameters = self.process_lhs(compiler, connection)
        listed = f"{column} IN (SELECT value FROM json_each(%s))"  # noqa: S608
        return listed, [*parameters, json.dumps(self.rhs)]

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", [*parameters, self.rhs]
