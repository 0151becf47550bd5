"""Makes the replays that wait, in a worker."""

from time import monotonic
from typing import Any

from django.db.models import F, QuerySet

from erpd.harvest.models import Run
from erpd.harvest.rehearsal import replay
from erpd.operate.made import MOST_DEATHS, make_due, result_of
from erpd.operate.models import Replay
from erpd.operate.replays.asking import hindrance
from erpd.sources.errors import Reason

_PACE = 2.0  # seconds between two signs of how far it is


def replay_due() -> int:
    """Make the replay that has waited longest; returns how many were made, at most one."""
    return make_due(_waiting, _made)


def _waiting() -> QuerySet[Replay]:
    """While a source is being harvested, its replays wait."""
    busy = Run.objects.filter(state=Run.State.RUNNING).values("settings")
    found = Replay.objects.exclude(state=Replay.State.DONE).exclude(run__settings__in=busy)
    found = found.select_related("run__settings__source__catalogue")
    return found.order_by(F("begun").asc(nulls_first=True), "asked", "pk")


def _made(one: Replay) -> dict[str, Any]:
    if one.deaths >= MOST_DEATHS:
        return {"error": {"rule": str(Reason.SET_ASIDE), "message": "The worker died of it."}}
    if hindrance(one.run):  # the recording has gone since somebody asked
        return {"error": {"rule": str(Reason.NO_RECORDING), "message": "Its recording is no longer kept."}}
    told = monotonic()

    def progress(received: int, total: int | None) -> None:
        nonlocal told
        if monotonic() - told >= _PACE:
            told = monotonic()
            mine = Replay.objects.filter(pk=one.pk, holder=one.holder)
            mine.update(received=received, total=total)

    return result_of(
        one.settings,
        lambda most: replay(one.run, progress=progress, most=most),
        lambda error: error["message"],
    )
