"""What every source yields: readings, page by page, and where to continue after each page."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, runtime_checkable

from erpd.formats.reading import Reading

# Where to continue: JSON that only the source itself makes and understands.
Checkpoint: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """One step of a source."""

    readings: list[Reading]
    """The records as received."""
    checkpoint: Checkpoint
    """Passed to ``pages``, it makes the source continue after this page.

    That of the last page is never passed.
    """
    total: int | None = None
    """How many records the source announced for the whole list."""
    last: bool = False
    """Whether the end mark was seen.

    Only this proves the run complete, so that missing records may be deleted.
    """
    unchanged: bool = False
    """Whether nothing has changed since the run that its ``validators`` are from; then it has no readings."""
    anew: bool = False
    """Whether the source reads the list again, in another way.

    Earlier records of this run come again and no longer count: only those from here on prove it complete.
    """


@runtime_checkable
class Answering(Protocol):
    """A source that can be asked for a single record, before a missing record is deleted."""

    def still_there(self, identifier: str) -> bool | None:
        """Whether the source still has the record; None if it is not known. Raises SourceError."""
        ...


class Source(Protocol):
    """An endpoint that can be read from the start or from a checkpoint."""

    def pages(self, checkpoint: Checkpoint | None = None) -> Iterator[Page]:
        """Yield the pages in order, at least one; the last one has ``last``. Raises SourceError."""
        ...
