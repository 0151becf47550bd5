"""Who is told that a run has ended. It loads nothing else: floors above add to it when the program starts."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from erpd.harvest.models import Run

# Each tells people that a run has ended, in its transaction; a floor above adds it in its AppConfig.ready.
TOLD: list[Callable[["Run"], None]] = []
