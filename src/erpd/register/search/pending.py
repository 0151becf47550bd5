"""The changes that the index does not have yet, read from the database; and those that it should have."""

from collections.abc import Iterator
from datetime import datetime
from itertools import accumulate
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Length

from erpd.register.content import LOADED, stored
from erpd.register.derived import mark
from erpd.register.models import Catalogue, DataSet, Version

BATCH = 250


class Change(NamedTuple):
    """The last change of one data set, as the index needs it."""

    change: int
    key: UUID
    iri: str
    identifier: str
    deleted: bool
    created: datetime
    modified: datetime
    digest: str
    catalogue: int
    kind: str
    country: str
    content: bytes | memoryview

    @property
    def mark(self) -> str:
        return mark(self.key, self.digest)

    @property
    def shown(self) -> bool:
        return not self.deleted and self.kind != Catalogue.Kind.TEST


def pending(after: int) -> list[Change]:
    """The next BATCH data sets, or fewer large ones, by the number of their last change. Reads by key, so no
    batch is slower.
    """
    return _changes(DataSet.objects.filter(change__gt=after).order_by("change"))


def settled(until: int) -> Iterator[list[Change]]:
    """All data sets that have not changed after ``until``, tombstones too, in batches by their keys."""
    batch = _changes(DataSet.objects.order_by("key"))
    while batch:
        yield [change for change in batch if change.change <= until]
        batch = _changes(DataSet.objects.filter(key__gt=batch[-1].key).order_by("key"))


def _changes(found: QuerySet[DataSet]) -> list[Change]:
    # One table at a time: by old statistics, PostgreSQL would join the whole of two for each batch.
    columns = (
        "change",
        "key",
        "iri",
        "identifier",
        "deleted",
        "created",
        "modified",
        "digest",
        "catalogue_id",
    )
    rows = list(found.values_list(*columns)[:BATCH])
    changes = [row[0] for row in rows]
    sizes = dict(Version.objects.filter(change__among=changes).values_list("change", Length("content")))
    fit = max(1, sum(total <= LOADED for total in accumulate(sizes.get(change, 0) for change in changes)))
    catalogues = Catalogue.objects.in_bulk({row[-1] for row in rows})
    return [
        Change._make((*row, catalogues[row[-1]].kind, catalogues[row[-1]].country, content or b""))
        for row, content in zip(rows, stored(changes[:fit]), strict=False)
    ]
