"""How many records came in the last runs, as bars."""

from collections.abc import Sequence
from typing import NamedTuple

from erpd.harvest.ledger import ledger_of
from erpd.harvest.models import Run
from erpd.operate.sources.standing import TREND

HEIGHT = 24  # pixels
_STEP = 8
WIDTH = TREND * _STEP


class Bar(NamedTuple):
    """A run, in pixels."""

    x: int
    y: int
    height: int
    failed: bool


def bars(runs: Sequence[Run]) -> list[Bar]:
    """The bars of runs, of which the newest comes first; drawn from the oldest to the newest."""
    received = [(ledger_of(run)["received"], run.state == Run.State.FAILED) for run in reversed(runs)]
    most = max((number for number, _ in received), default=0) or 1
    heights = [(max(1, round(number / most * HEIGHT)), failed) for number, failed in received]
    return [Bar(_STEP * place, HEIGHT - high, high, failed) for place, (high, failed) in enumerate(heights)]
