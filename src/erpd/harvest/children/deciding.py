"""Reads the register of decisions of a national point in a child. No Django."""

from datetime import date

from erpd.formats.decision_figures import Measured, read_figures
from erpd.formats.reading import Unreadable
from erpd.sources.children.child import Bounds
from erpd.sources.errors import Reason, SourceError
from erpd.sources.http.client import Client, Limits

LIMITS = Limits(connect=10, read=20, total=60, max_bytes=16 * 2**20, retries=1, longest_pause=5)
BOUNDS = Bounds(memory=2**30, processor=30, wall=180, total=180)


class Deciding:
    """What the child owns."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def figures(self, address: str, today: date) -> dict[str, Measured]:
        """Return the figures of each data set, by its IRI. Raises SourceError."""
        answer = self._client.get(address, accept="text/turtle")
        try:
            return read_figures(answer.content, today)
        except Unreadable as error:
            advice = "Check the setting `decisions` of the source."
            raise SourceError(Reason.BROKEN_SYNTAX, str(error), advice, url=address) from error
