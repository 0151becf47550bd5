"""The decision about deletions that wait: they are right, some of them are, or they are not."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from erpd.accounts.deeds import record
from erpd.accounts.may import Actor, Kind, Verb, demand
from erpd.harvest import reconcile
from erpd.harvest.lease import SourceBusy
from erpd.harvest.models import Run, SourceSettings
from erpd.harvest.reconcile import NothingHeld, holding
from erpd.operate.models import Refusal
from erpd.operate.place import SOURCE
from erpd.operate.refusals import Code, refusal


def approve(*, who: Actor, settings: SourceSettings, run: int, keys: Collection[UUID] | None = None) -> int:
    """Withdraw what a run holds, or only the data sets of ``keys``; how many were withdrawn.

    Raises PermissionDenied, and Refusal if another run has ended since, or one is going on.
    """
    demand(who, Verb.DECIDE, SOURCE)
    held = still_held(settings, run)
    before = held.gone
    try:
        done = reconcile.approve(settings) if keys is None else reconcile.approve_some(settings, keys)
    except SourceBusy as busy:
        raise refusal(Code.BEING_HARVESTED) from busy
    except NothingHeld as nothing:
        raise refusal(Code.NO_LONGER_HELD) from nothing
    gone = done.gone - before
    record(who=who, verb="approve", thing=Kind.SOURCE, name=settings.source.slug, run=run, number=gone)
    return gone


@transaction.atomic
def refuse(*, who: Actor, settings: SourceSettings, run: int, reason: str) -> None:
    """Keep the data sets, for now: the next run asks again. Raises what ``approve`` raises."""
    demand(who, Verb.DECIDE, SOURCE)
    held = still_held(settings, run)
    Refusal.objects.update_or_create(run=held, defaults={"by": who.human, "reason": reason})
    record_refusal(held, who, reason)


def record_refusal(held: Run, who: Actor | str, reason: str) -> None:
    """Write into the audit log who keeps the data sets, and why."""
    slug, number = held.settings.source.slug, held.held
    record(who=who, verb="refuse", thing=Kind.SOURCE, name=slug, run=held.pk, number=number, reason=reason)


def still_held(settings: SourceSettings, run: int) -> Run:
    """The run that was seen, if it is still the one whose deletions wait. Raises Refusal."""
    held = holding(settings)
    if held is None or held.pk != run:
        raise refusal(Code.NO_LONGER_HELD)
    return held
