"""What else waits for a decision: floors above add theirs in their AppConfig.ready."""

from collections.abc import Callable
from typing import NamedTuple

from erpd.metadata.rules.rule import DOCUMENTATION

GUIDE = f"{DOCUMENTATION}/guides/operate-the-register"


class Row(NamedTuple):
    """A kind of thing that waits."""

    label: str
    number: int
    section: str
    """Of the guide "Operate the register": what it means, and what to do."""
    address: str = ""
    """Where they are listed, if not there."""

    @property
    def guide(self) -> str:
        return f"{GUIDE}#{self.section}"


# Each lists, the most urgent first.
WAITING: list[Callable[[], list[Row]]] = []
