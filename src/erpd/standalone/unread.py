"""Nothing is lost without a word: what becomes of records that cannot be read, and of those deleted."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias, TypeVar

from erpd.formats.reading import Reading
from erpd.metadata.findings import Severity, explain
from erpd.metadata.masking import masked
from erpd.metadata.text import counted

T = TypeVar("T")

Told: TypeAlias = Callable[[Reading], object]
"""Is called with each record that cannot be read; ``reading.fault`` says why."""


class PartlyUnread(ValueError):
    """Some records could not be read; all others have been yielded before."""

    def __init__(self, where: str, amount: int, read: int, first: Reading) -> None:
        why = explain(first.fault) if first.fault else ""
        name = f" ({first.identifier})" if first.identifier else ""
        super().__init__(
            f"{masked(where)}: {counted(amount, 'record')} could not be read, beside {read:,} that could. "
            f"The first one{name}: {why} To leave them out, give unread=, a function that is told of each."
        )
        self.amount = amount
        self.first = first


def those_read(
    came: Iterable[T | Reading], where: str, unread: Told | None, deleted: Told | None = None
) -> Iterator[T]:
    """Yield what is no reading; ``unread`` and ``deleted`` are told of the readings.

    Without ``unread``, raises PartlyUnread at the end, unless all that was passed over is no data set.
    """
    read = lost = 0
    first: Reading | None = None
    for each in came:
        if not isinstance(each, Reading):
            read += 1
            yield each
        elif each.deleted:
            if deleted:
                deleted(each)
        elif unread:
            unread(each)
        elif each.fault and each.fault.severity is Severity.ERROR:
            lost += 1
            first = first or each
    if first:
        raise PartlyUnread(where, lost, read, first)
