"""What operators do with a run: cancel, resume or undo it."""

from typing import Any

from django.db import transaction

from erpd.accounts.deeds import record
from erpd.accounts.may import Actor, Kind, Verb, demand
from erpd.harvest import cancelling
from erpd.harvest.cancelling import NotGoingOn, NotResumable
from erpd.harvest.doubts import put_back
from erpd.harvest.lease import SourceBusy
from erpd.harvest.models import Run
from erpd.operate.models import Objection
from erpd.operate.place import SOURCE
from erpd.operate.refusals import Code, refusal
from erpd.operate.suppliers.decided import tell_of_decision
from erpd.register.undoing import Undone


def cancel(*, who: Actor, run: Run) -> bool:
    """Let a run end at its next page; returns whether it has ended already, because nobody worked on it.

    Raises PermissionDenied, and Refusal if it ended before.
    """
    demand(who, Verb.DECIDE, SOURCE)
    try:
        ended = cancelling.cancel(run)
    except NotGoingOn as gone:
        raise refusal(Code.HAS_ENDED) from gone
    record(who=who, verb="cancel", thing=Kind.SOURCE, name=run.settings.source.slug, run=run.pk)
    return ended


@transaction.atomic
def resume(*, who: Actor, run: Run) -> None:
    """Let the worker go on with a run that was cancelled.

    Raises PermissionDenied, and Refusal if the source was harvested since, or is switched off.
    """
    demand(who, Verb.DECIDE, SOURCE)
    if not run.settings.active:
        raise refusal(Code.SWITCHED_OFF)
    try:
        cancelling.resume(run)
    except SourceBusy as busy:
        raise refusal(Code.BEING_HARVESTED) from busy
    except NotResumable as late:
        raise refusal(Code.NOT_RESUMABLE) from late
    record(who=who, verb="resume", thing=Kind.SOURCE, name=run.settings.source.slug, run=run.pk)


def undo(*, who: Actor, run: Run) -> Undone:
    """Roll back what a run changed; the run counts as failed. Returns what was done.

    Raises PermissionDenied, and Refusal if the source is being harvested, or if all was changed since.
    """
    demand(who, Verb.DECIDE, SOURCE)
    name = run.settings.source.slug

    def begun() -> None:  # it is done in many transactions: what was put back before a break was noted, too
        record(who=who, verb="undo", thing=Kind.SOURCE, name=name, run=run.pk)

    def ended(done: Undone) -> None:
        facts: dict[str, Any] = {
            "data_sets": done.restored,
            "withdraw": done.withdrawn,
            "unchanged": done.later,
        }
        record(who=who, verb="undone", thing=Kind.SOURCE, name=name, run=run.pk, **facts)
        if Objection.objects.filter(run=run, ended=None).exists():  # its supplier wanted something back
            tell_of_decision(run)

    try:
        done = put_back(run, begun, ended)
    except SourceBusy as busy:
        raise refusal(Code.BEING_HARVESTED) from busy
    if done.later and not done.restored:
        raise refusal(Code.CHANGED_SINCE, runs=", ".join(sorted(done.changed_by)))
    return done
