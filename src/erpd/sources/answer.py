"""A server's answer to a request for part of its list."""

from dataclasses import dataclass, field

from erpd.formats.reading import Reading
from erpd.sources.errors import SourceError

_LONGEST = 50_000_000  # records; no real list is so long
# Records beyond what was announced, where that may be the size of the list, and where it is that of a page.
_GROWN, _UNKNOWN = 1_000, 100_000


def most_plausible(total: int | None, page: int) -> int:
    """Return how many records may come before a list counts as endless.

    ``total`` is what the server announces for the list, ``page`` how many records its largest page has. Lists
    grow while they are read, and totals may be estimates (OAI-PMH 2.0, 3.5.1). Some servers announce the size
    of a page instead: then the total says nothing about the list.
    """
    if total is None:
        return _LONGEST
    return min(_LONGEST, 3 * total + _GROWN if total > page else 10 * total + _UNKNOWN)


@dataclass(slots=True)
class Answer:
    """What could be read of an answer. Once a source knows that it leads on, it turns it into a ``Page``."""

    readings: list[Reading] = field(default_factory=list)
    total: int | None = None
    """How many records the server says the whole list has; None if it does not say."""
    broken: SourceError | None = None
    """Why the rest of the answer cannot be trusted."""
