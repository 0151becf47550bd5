"""How many records came in the last runs, as bars."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from erpd.harvest.ledger import ledger_of
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
    rows = (
        Run.objects.filter(pk__in=keys).order_by("pk").values_list("settings", "pk", "state", "summary__bins")
    )
    received: dict[int, list[tuple[int, bool]]] = {}
    for source, key, state, bins in rows:  # hundreds, of which whole runs would take long
        is_known = bins is not None and state != Run.State.RUNNING
        number = sum(bins.values()) if is_known else ledger_of(Run.objects.get(pk=key))["received"]
        received.setdefault(source, []).append((number, state == Run.State.FAILED))
    return {source: _bars(numbers) for source, numbers in received.items()}


def _bars(received: Sequence[tuple[int, bool]]) -> list[Bar]:
    most = max((number for number, _ in received), default=0) or 1
    heights = [(max(1, round(number / most * HEIGHT)), failed) for number, failed in received]
    return [Bar(_STEP * place, HEIGHT - high, high, failed) for place, (high, failed) in enumerate(heights)]
