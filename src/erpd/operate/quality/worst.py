"""The data sets whose descriptions need work most."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from django.db.models import OuterRef, Subquery

from erpd.metadata.terms import DCT
from erpd.register.content import listed
from erpd.register.models import DataSet, QualityScore, QualitySum
from erpd.register.prepared import Prepared
from erpd.register.scope import Scope

MOST = 20  # data sets that are listed
_ONLY = frozenset({str(DCT.title).encode()})

_lowest = Prepared(
    lambda catalogue: (
        QualityScore.objects.filter(catalogue=catalogue)
        .order_by("share", "data_set")
        .values_list("share", "pk")[:MOST]
    )
)
_lowest_of_each = Prepared(
    lambda: QualitySum.objects.annotate(
        lowest=Subquery(
            QualityScore.objects.filter(catalogue=OuterRef("pk"))
            .order_by("share", "data_set")
            .values("share")[:1]
        )
    ).values_list("lowest", "pk")
)


class Row(NamedTuple):
    """A data set, with the score that fits its catalogue."""

    data_set: DataSet
    title: str
    language: str
    percent: float


def worst(within: Scope, languages: Sequence[str]) -> list[Row]:
    """Up to MOST of a scope, worst first: by the MQA if open, by the other score if protected."""
    shares = {key: share for share, key in _lowest_of(within)}
    rows = []
    for data_set, record in listed(within.among([*shares]), _ONLY):
        title, language = record.title.best(*languages)
        rows.append(Row(data_set, title or data_set.identifier, language, shares[data_set.key] / 10))
    return sorted(rows, key=lambda row: (row.percent, row.data_set.key))


def _lowest_of(within: Scope) -> list[tuple[int, UUID]]:
    """The lowest shares of a scope, and whose they are.

    Each catalogue brings at least one that is as low as all of the next, so MOST catalogues are looked into.
    """
    found: list[tuple[int, UUID]] = []
    in_order = sorted(
        (share, pk) for share, pk in _lowest_of_each() if pk in within.catalogues and share is not None
    )
    for share, catalogue in in_order:
        if len(found) == MOST and found[-1][0] <= share:
            break
        found = sorted([*found, *_lowest(catalogue)])[:MOST]
    return found
