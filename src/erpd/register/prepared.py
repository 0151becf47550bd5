"""Queries that every request asks, kept as SQL: Django takes ten times as long to make it as to run it."""

from collections.abc import Callable
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet

from erpd.register.among import for_sqlite
from erpd.register.statements import Rows, rows_of


class Prepared:
    """A query for columns (``values_list``), by the parameters that differ each time.

    ``query`` makes it from the parameters, which must occur in it in that order and be the only ones. Lists
    are for ``__among``.
    """

    def __init__(self, query: Callable[..., "QuerySet[Any, Any]"]) -> None:
        self._query = query
        self._written: dict[str, tuple[str, dict[int, tuple[list[Any], Any]]]] = {}

    def __call__(self, *parameters: Any) -> Rows:
        """The rows, as the query itself would give them."""
        return self.read(self.raw(*parameters))

    def raw(self, *parameters: Any) -> Rows:
        """The rows as the database has them: quick to compare."""
        connection = connections[DEFAULT_DB_ALIAS]  # what the usual name leads to, anew at each use
        vendor = connection.vendor
        if vendor not in self._written:
            compiler = self._query(*parameters).query.get_compiler(connection=connection)
            sql = compiler.as_sql()[0]
            converters = compiler.get_converters([column for column, *_ in compiler.select])
            self._written[vendor] = sql, converters
        given = [for_sqlite(each) for each in parameters] if vendor == "sqlite" else parameters
        return rows_of(connection, self._written[vendor][0], given)

    def read(self, rows: Rows) -> Rows:
        """``raw`` rows with their values as Django has them: keys, times, JSON."""
        connection = connections[DEFAULT_DB_ALIAS]
        converters = self._written[connection.vendor][1]
        if not converters:
            return rows
        found = []
        for row in rows:
            values = list(row)
            for place, (each, column) in converters.items():
                for convert in each:
                    values[place] = convert(values[place], column, connection)
            found.append(tuple(values))
        return found
