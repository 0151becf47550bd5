"""Makes the sandbox runs that wait, in a worker. One that is killed loses nothing: another makes it anew."""

import logging
from datetime import timedelta
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from erpd.harvest import holder
from erpd.harvest.ending import broken
from erpd.harvest.lease import SourceBusy
from erpd.harvest.ledger import Report
from erpd.harvest.models import Run, SourceSettings
from erpd.harvest.rehearsal import TooMany, dry_run
from erpd.harvest.worker import client_for
from erpd.metadata.masking import plain
from erpd.metadata.storable import storable_json
from erpd.operate.models import Made, Trial
from erpd.operate.trials import TRIED
from erpd.operate.trials.asking import tryable
from erpd.register.outage import is_outage
from erpd.sources.errors import Reason, message_for_strangers

logger = logging.getLogger(__name__)

MOST_ON_SQLITE = 20_000
"""Of data sets. Nobody else can write there while what was read is compared: some ten seconds for so many."""
MOST_DEATHS = 2  # workers that died during one
_LONGEST = timedelta(hours=12)  # without a sign of it, a worker on another machine is dead
_Made = TypeVar("_Made", bound=Made)
_MOST_KINDS = 50  # of findings
_LONGEST_TEXT = 500  # characters


def try_due() -> int:
    """Make the sandbox run that has waited longest; returns how many were made, at most one."""
    if not _waiting().exists():  # without a lock, because most often there is none
        return 0
    with holder.working() as mine:
        trial = take(_waiting(), mine)
        if trial is None:
            return 0
        try:
            _write(trial, _made(trial))
        except SourceBusy:  # a run has begun meanwhile: it waits for its end
            Trial.objects.filter(pk=trial.pk, holder=mine).update(state=Trial.State.WAITING, holder="")
            return 0
        except Exception as error:
            if is_outage(error):
                raise
            logger.exception("The sandbox run of %s failed", trial.settings)
            _write(trial, {"error": broken(error)})
    return 1


def _waiting() -> QuerySet[Trial]:
    """While a source is being harvested, its sandbox run waits."""
    busy = Run.objects.filter(state=Run.State.RUNNING).values("settings")
    found = Trial.objects.exclude(state=Trial.State.DONE).exclude(settings__in=busy)
    return found.filter(settings__in=tryable().values("pk")).order_by(
        F("begun").asc(nulls_first=True), "asked", "pk"
    )


@transaction.atomic
def take(waiting: QuerySet[_Made], mine: str) -> _Made | None:
    """The first of these that nobody makes; it is ours now."""
    for one in waiting.select_for_update(of=("self",), skip_locked=True):
        if one.state == Made.State.RUNNING:
            if holder.lives(one.holder, one.begun, _LONGEST):
                continue
            one.deaths += holder.has_died(one.holder, one.asked)
            holder.remove(one.holder)
        one.holder, one.begun, one.state = mine, timezone.now(), Made.State.RUNNING
        one.save(update_fields=["holder", "begun", "state", "deaths"])
        return one
    return None


def _made(trial: Trial) -> dict[str, Any]:
    if trial.deaths >= MOST_DEATHS:
        return {"error": {"rule": str(Reason.SET_ASIDE)}}

    def settings() -> SourceSettings:
        return SourceSettings.objects.select_related("source__catalogue").get(pk=trial.pk)

    most = MOST_ON_SQLITE if connection.vendor == "sqlite" else None
    too_many = {"too_many": most}
    if most and settings().present().count() > most:
        return too_many
    try:
        with client_for(settings()) as client:
            return kept(dry_run(settings, client, most=most))
    except TooMany:
        return too_many


def kept(report: Report) -> dict[str, Any]:
    """What is kept of a run that kept nothing else."""
    error = report.run.error
    found = report.findings[:_MOST_KINDS]
    return {
        "ledger": report.ledger,
        "error": {"rule": error["rule"], "message": message_for_strangers(error)} if error else {},
        "findings": [
            {**_short(one.finding.as_dict()), "times": one.times, "others": one.others} for one in found
        ],
        "left": len(report.findings) - len(found),
    }


def _short(facts: dict[str, Any]) -> dict[str, Any]:
    return {
        name: plain(value, _LONGEST_TEXT) if isinstance(value, str) else value
        for name, value in facts.items()
    }


def _write(trial: Trial, seen: dict[str, Any]) -> None:
    """Keep it, unless another worker has taken it over."""
    mine = Trial.objects.filter(pk=trial.pk, holder=trial.holder)
    done = {"state": Trial.State.DONE, "seen": storable_json(seen), "holder": "", "ended": timezone.now()}
    with transaction.atomic():
        if mine.update(**done):
            for tell in TRIED:
                tell(trial)
