"""Makes the test harvests that wait, in a worker."""

from typing import Any

from django.db.models import F, QuerySet

from erpd.harvest.ledger import Report
from erpd.harvest.models import Run, SourceSettings
from erpd.harvest.rehearsal import dry_run
from erpd.harvest.worker import client_for
from erpd.operate.made import MOST_DEATHS, make_due, result_of
from erpd.operate.models import Trial
from erpd.operate.trials import TRIED
from erpd.operate.trials.asking import tryable
from erpd.sources.errors import Reason, message_for_strangers


def try_due() -> int:
    """Make the test harvest that has waited longest; returns how many were made, at most one."""
    return make_due(_waiting, _made, _tell)


def _waiting() -> QuerySet[Trial]:
    """While a source is being harvested, its test harvest waits."""
    busy = Run.objects.filter(state=Run.State.RUNNING).values("settings")
    found = Trial.objects.exclude(state=Trial.State.DONE).exclude(settings__in=busy)
    return found.filter(settings__in=tryable().values("pk")).order_by(
        F("begun").asc(nulls_first=True), "asked", "pk"
    )


def _made(trial: Trial) -> dict[str, Any]:
    if trial.deaths >= MOST_DEATHS:
        return {"error": {"rule": str(Reason.SET_ASIDE)}}

    def settings() -> SourceSettings:
        return SourceSettings.objects.select_related("source__catalogue").get(pk=trial.pk)

    def run(most: int | None) -> Report:
        with client_for(settings()) as client:
            return dry_run(settings, client, most=most)

    return result_of(settings(), run, message_for_strangers)


def _tell(trial: Trial) -> None:
    for tell in TRIED:
        tell(trial)
