"""Asking for a test harvest, and how it ended."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from erpd.accounts.deeds import record
from erpd.accounts.may import Actor, Kind
from erpd.harvest.models import Run, SourceSettings
from erpd.harvest.worker import harvestable
from erpd.operate import made
from erpd.operate.models import HarvestingRequest, Trial
from erpd.operate.refusals import Code, refusal
from erpd.operate.status.words import End, end_of
from erpd.operate.suppliers.failures import FAILED
from erpd.operate.words import BINS
from erpd.pages.findings import remarks
from erpd.sources.errors import message_for_strangers

BETWEEN = timedelta(hours=1)  # two that are asked for


@transaction.atomic
def ask(*, settings: SourceSettings, who: Actor | str, between: timedelta = BETWEEN) -> None:
    """Let the worker make a test harvest as soon as it can.

    Raises Refusal if the source is switched off, or if one was asked for less than ``between`` ago.
    """
    if not tryable().filter(pk=settings.pk).exists():
        raise refusal(Code.SWITCHED_OFF)
    if not made.ask(Trial.objects.all(), {"settings": settings}, before=timezone.now() - between):
        raise refusal(Code.TRIED_LATELY)
    record(who=who, verb="ask for a trial", thing=Kind.SOURCE, name=settings.source.slug)


def tryable() -> QuerySet[SourceSettings]:
    """The sources that are harvested, and those of points whose request is being tested."""
    testing = HarvestingRequest.objects.filter(state=HarvestingRequest.State.TEST).values("settings")
    found = SourceSettings.objects.select_related("source__catalogue")
    return found.filter(Q(pk__in=harvestable().values("pk")) | Q(pk__in=testing, removed=None))


def trial_of(settings: SourceSettings) -> dict[str, Any]:
    """The last test harvest, as ``operate/trial.html`` shows it."""
    trial = Trial.objects.filter(settings=settings).first()
    if trial is None or trial.state != Trial.State.DONE:
        return {"trial": trial}
    ledger: dict[str, Any] = trial.seen.get("ledger", {})
    error: dict[str, str] = trial.seen.get("error", {})
    end = end_of(Run(error=error, complete=ledger.get("complete", False)))
    found: list[dict[str, Any]] = trial.seen.get("findings", [])
    return {
        "trial": trial,
        "trial_end": end,
        "trial_error": message_for_strangers(error) if end is not End.OURS else "",
        "trial_too_many": trial.seen.get("too_many"),
        "trial_received": ledger.get("received", 0),
        "trial_bins": [(text, ledger[place]) for place, text in BINS.items() if ledger.get(place)],
        "trial_gone": ledger.get("gone", 0),
        "trial_held": ledger.get("held", 0),
        "trial_refused": sum(ledger.get(place, 0) for place in FAILED),
        "trial_remarks": remarks(found, 0, len(found)),
        "trial_left": trial.seen.get("left", 0),
    }
