"""The changes that the index does not have yet, read from the database."""

from datetime import datetime
from itertools import accumulate
from typing import NamedTuple
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Length

from erpd.register.content import LOADED, stored
from erpd.register.models import Catalogue, Version

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
    catalogue: int
    kind: str
    country: str
    digest: str
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
    rows = (
        Version.objects.filter(change__gt=after, data_set__change=F("change"))
        .order_by("change")
        .values_list(
            "change",
            "data_set_id",
            "data_set__iri",
            "data_set__identifier",
            "data_set__deleted",
            "data_set__created",
            "data_set__modified",
            "data_set__catalogue_id",
            "data_set__catalogue__kind",
            "data_set__catalogue__country",
            "digest",
            Length("content"),
        )
    )[:BATCH]
    fit = max(1, sum(total <= LOADED for total in accumulate(row[-1] for row in rows)))
    contents = stored(row[0] for row in rows[:fit])
    return [
        Change._make([*row[:-1], content or b""]) for row, content in zip(rows[:fit], contents, strict=True)
    ]


def mark(key: UUID, digest: str) -> str:
    """A short text that identifies a change (see ``Position.mark``)."""
    return f"{key} {digest}"
