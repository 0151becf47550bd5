"""How many records came in the last runs, as bars."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from erpd.harvest.ledger import received
from erpd.harvest.models import Run
from erpd.operate.sources.standing import TREND, newest

HEIGHT = 24  # pixels
_STEP = 8
WIDTH = TREND * _STEP


class Bar(NamedTuple):
    """A run, in pixels."""

    x: int
    y: int
    height: int
    failed: bool


def trends(sources: Collection[int]) -> dict[int, list[Bar]]:
    """Source -> the bars of its last runs, from the oldest to the newest."""
    keys = newest(Run.objects.filter(settings__in=sources))
    numbers: dict[int, list[tuple[int, bool]]] = {}
    for source, state, number in received(Run.objects.filter(pk__in=keys)):
        numbers.setdefault(source, []).append((number, state == Run.State.FAILED))
    return {source: _bars(some) for source, some in numbers.items()}


def _bars(numbers: Sequence[tuple[int, bool]]) -> list[Bar]:
    most = max(number for number, _ in numbers) or 1
    heights = [(max(1, round(number / most * HEIGHT)), failed) for number, failed in numbers]
    return [Bar(_STEP * place, HEIGHT - high, high, failed) for place, (high, failed) in enumerate(heights)]
