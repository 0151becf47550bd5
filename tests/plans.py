"""How SQLite reads what a query asks for: what is fast with ten rows must be so with a million."""

from collections.abc import Iterable
from typing import Any

from django.db import connection


def plans_of(queries: Iterable[dict[str, Any]], about: str = "") -> list[list[str]]:
    """The steps of each of these queries that names ``about``, on SQLite.

    None on PostgreSQL: on tables as small as those of tests it uses no index.
    """
    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        return [
            [row[3] for row in cursor.execute("EXPLAIN QUERY PLAN " + one["sql"])]
            for one in list(queries)
            if about in one["sql"]
        ]
