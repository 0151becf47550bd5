"""What every source gives: readings, a page at a time, and where to go on after each page."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, runtime_checkable

from erpd.formats.reading import Reading

# Where to go on: JSON, made and understood by the source alone.
Checkpoint: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """One step of a source.

    ``readings``: the records, as they came;
    ``checkpoint``: given back to ``pages``, the source goes on after this page; that of the last page is not;
    ``total``: how many records the source announced for the whole;
    ``last``: the end mark was seen: only then is the run proved complete, and only then may what did not come
    be taken as gone;
    ``unchanged``: the source says that all is as in the complete run whose ``validators`` it was given; there
    are no readings then;
    ``anew``: the source reads the list again in another way: what came before in this run comes again and
    counts no more, so that only what comes from here on proves the run complete.
    """

    readings: list[Reading]
    checkpoint: Checkpoint
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

    def pages(self, checkpoint: Checkpoint | None = None) -> Iterator[Page]:
        """The pages in order, at least one; the last one has ``last``. Raises SourceError."""
        ...
