"""A server's answer to a request for part of its list."""

from dataclasses import dataclass, field

from erpd.formats.reading import Reading
from erpd.sources.errors import SourceError


@dataclass(slots=True)
class Answer:
    """What could be read of an answer. Once a source knows that it leads on, it turns it into a ``Page``."""

    readings: list[Reading] = field(default_factory=list)
    total: int | None = None
    """How many records the server says the whole list has; None if it does not say."""
    broken: SourceError | None = None
    """Why the rest of the answer cannot be trusted."""
