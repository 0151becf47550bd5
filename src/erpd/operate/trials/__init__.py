"""Test harvests: a source is read, prepared and compared as in a run, and nothing is kept but the result."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from erpd.operate.models import Trial

# Each tells people that a test harvest has ended, in its transaction; added in AppConfig.ready.
TRIED: list[Callable[["Trial"], None]] = []
