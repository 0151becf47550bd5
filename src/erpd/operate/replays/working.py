"""Makes the replays that wait, in a worker. One that is killed loses nothing: another makes it anew."""

import logging
from time import monotonic
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet
from django.utils import timezone

from erpd.harvest import holder
from erpd.harvest.ending import broken
from erpd.harvest.lease import SourceBusy
from erpd.harvest.models import Run
from erpd.harvest.rehearsal import TooMany, replay
from erpd.metadata.storable import storable_json
from erpd.operate.models import Replay
from erpd.operate.replays.asking import hindrance
from erpd.operate.trials.working import MOST_DEATHS, MOST_ON_SQLITE, kept, take
from erpd.register.outage import is_outage
from erpd.sources.errors import Reason

logger = logging.getLogger(__name__)

_PACE = 2.0  # seconds between two signs of how far it is


def replay_due() -> int:
    """Make the replay that has waited longest; returns how many were made, at most one."""
    if not _waiting().exists():
        return 0
    with holder.working() as mine:
        one = take(_waiting(), mine)
        if one is None:
            return 0
        try:
            _write(one, _made(one))
        except SourceBusy:  # a run has begun meanwhile: it waits for its end
            Replay.objects.filter(pk=one.pk, holder=mine).update(state=Replay.State.WAITING, holder="")
            return 0
        except Exception as error:
            if is_outage(error):
                raise
            logger.exception("%s failed", one)
            _write(one, {"error": broken(error)})
    return 1


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
    most = MOST_ON_SQLITE if connection.vendor == "sqlite" else None
    too_many = {"too_many": most}
    if most and one.settings.present().count() > most:
        return too_many
    told = monotonic()

    def progress(received: int, total: int | None) -> None:
        nonlocal told
        if monotonic() - told >= _PACE:
            told = monotonic()
            mine = Replay.objects.filter(pk=one.pk, holder=one.holder)
            mine.update(received=received, total=total)

    try:
        report = replay(one.run, progress=progress, most=most)
    except TooMany:
        return too_many
    error = report.run.error
    facts = {"rule": str(error["rule"]), "message": error["message"]} if error else {}
    return {**kept(report), "error": facts}


def _write(one: Replay, seen: dict[str, Any]) -> None:
    """Keep it, unless another worker has taken it over."""
    mine = Replay.objects.filter(pk=one.pk, holder=one.holder)
    mine.update(state=Replay.State.DONE, seen=storable_json(seen), holder="", ended=timezone.now())
