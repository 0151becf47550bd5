"""One answer of a server to the question for a part of its list."""

from dataclasses import dataclass, field

from erpd.formats.reading import Reading
from erpd.sources.errors import SourceError


@dataclass(slots=True)
class Answer:
    """What could be read of it; a source makes a ``Page`` of it once it is known to lead on.

    ``total``: how many records the server says there are in the whole list, None where it does not say;
    ``broken``: why the rest of the answer cannot be trusted.
    """

    readings: list[Reading] = field(default_factory=list)
    total: int | None = None
    broken: SourceError | None = None
