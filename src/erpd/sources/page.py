"""What every source gives: readings, a page at a time, and where to go on after each page."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from erpd.formats.reading import Reading


@dataclass(frozen=True, slots=True)
class Page:
    """``checkpoint`` is JSON: given back to ``pages``, it goes on after this page.

    ``total`` is what the source announced for the whole. ``last`` means that the end mark was seen: only then
    is the run proved complete, and only then may what did not come be taken as gone.

    ``unchanged``: the source says that all is as it was in the complete run whose ``validators`` it was
    given. There are no readings then.

    ``anew``: the source reads the list again in another way. What came before in this run comes again and
    counts no more, so that only what comes from here on proves the run complete.
    """

    readings: list[Reading]
    checkpoint: dict[str, object]
    total: int | None = None
    last: bool = False
    unchanged: bool = False
    anew: bool = False


@runtime_checkable
class Answering(Protocol):
    """A source that can be asked for one record, before what did not come is taken as gone."""

    def still_there(self, identifier: str) -> bool | None:
        """None where it cannot be told. Raises SourceError."""
        ...


class Source(Protocol):
    """An endpoint that can be read from the start or from a checkpoint."""

    def pages(self, checkpoint: dict[str, object] | None = None) -> Iterator[Page]:
        """The pages in order; the last one has ``last``. Raises SourceError."""
        ...
