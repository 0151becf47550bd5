"""What else stands on the first page of the desk: floors above add theirs in their AppConfig.ready."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

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


class Panel(NamedTuple):
    """What a floor says on the first page."""

    rows: list[Row]
    """What waits, the most urgent first."""
    template: str = ""
    """Shows, with these facts, what there is: below all that waits."""
    facts: Mapping[str, Any] = {}


WAITING: list[Callable[[], Panel]] = []
