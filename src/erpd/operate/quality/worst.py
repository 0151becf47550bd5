"""The data sets whose descriptions need work most."""

from collections.abc import Sequence
from heapq import nsmallest
from typing import NamedTuple

from erpd.metadata.terms import DCT
from erpd.register.content import listed
from erpd.register.models import DataSet, QualityScore
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


class Row(NamedTuple):
    """A data set, with the score that fits its catalogue."""

    data_set: DataSet
    title: str
    language: str
    percent: float


def worst(within: Scope, languages: Sequence[str]) -> list[Row]:
    """Up to MOST of a scope, worst first: by the MQA if open, by the other score if protected."""
    found = [row for catalogue in within.catalogues for row in _lowest(catalogue)]
    shares = {key: share for share, key in nsmallest(MOST, found)}
    rows = []
    for data_set, record in listed(within.among([*shares]), _ONLY):
        title, language = record.title.best(*languages)
        rows.append(Row(data_set, title or data_set.identifier, language, shares[data_set.key] / 10))
    return sorted(rows, key=lambda row: (row.percent, row.data_set.key))
