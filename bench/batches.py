"""Rows in batches, for bulk inserts."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

_BATCH = 5_000


def batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    """So many at a time that a transaction is not too long."""
    left = iter(rows)
    while some := list(islice(left, _BATCH)):
        yield some
