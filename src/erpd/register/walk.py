"""A walk through the data sets of a scope, page by page, in an order that no change disturbs: by key.

A data set that is edited meanwhile keeps its place, so none is met twice and none is missed. New ones may
come before the walker, who meets them next time.
"""

import heapq
from uuid import UUID

from erpd.register.catalogues import numbers
from erpd.register.models import DataSet
from erpd.register.scope import Scope

FIRST = UUID(int=0)
# What a walker needs of a data set; its findings may be long.
_COLUMNS = ("key", "change", "identifier", "iri", "catalogue_id", "created", "modified")


def size(within: Scope) -> int:
    """The number of data sets in a scope."""
    counted = numbers()
    return sum(counted.get(catalogue, 0) for catalogue in within.catalogues)


def following(within: Scope, after: UUID, most: int) -> list[DataSet]:
    """Up to ``most`` data sets of a scope with keys above ``after``, in the order of their keys.

    The time does not depend on how far the walk has got. No index holds catalogue and key together. So in a
    scope with few of all data sets, all of its keys are read (a few thousand), and in a large one, data sets
    are read in order until enough belong to it.
    """
    if not within.catalogues:
        return []
    present = DataSet.objects.filter(deleted=False)
    if size(within) ** 2 < most * sum(numbers().values()):
        keys = present.filter(catalogue_id__in=within.catalogues).values_list("key", flat=True)
        chosen = heapq.nsmallest(most, (key for key in keys if key > after))
        return list(present.filter(key__in=chosen).only(*_COLUMNS).order_by("key"))
    # With a plus, the databases do not take the index of catalogues, by which they would have to sort.
    among = f"+catalogue_id IN ({', '.join(map(str, map(int, within.catalogues)))})"
    return list(
        present.filter(key__gt=after).extra(where=[among]).only(*_COLUMNS).order_by("key")[:most]  # noqa: S610
    )
