"""Rows in batches, and many of one model into its table."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

_BATCH = 5_000


def batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    """So many at a time that a transaction is not too long."""
    left = iter(rows)
    while some := list(islice(left, _BATCH)):
        yield some


def store(objects: Iterable[Any]) -> None:
    """Objects of one model, as a harvest writes them: several times as fast as ``bulk_create``."""
    from erpd.register.rows import insert  # noqa: PLC0415

    for some in batches(objects):
        insert(type(some[0]), list(map(vars, some)))
