"""What operators do with a run: undo it."""

from erpd.accounts.deeds import record
from erpd.accounts.may import Actor, Kind, Verb, demand
from erpd.harvest.doubts import put_back
from erpd.harvest.lease import SourceBusy
from erpd.harvest.models import Run
from erpd.operate.place import SOURCE
from erpd.operate.refusals import Code, refusal
from erpd.register.undoing import Undone


def undo(*, who: Actor, run: Run) -> Undone:
    """Roll back what a run changed; the run counts as failed. Returns what was done.

    Raises PermissionDenied, and Refusal if the source is being harvested, or if all was changed since.
    """
    demand(who, Verb.DECIDE, SOURCE)
    try:
        done = put_back(run)
    except SourceBusy as busy:
        raise refusal(Code.BEING_HARVESTED) from busy
    if done.later and not done.restored:
        raise refusal(Code.CHANGED_SINCE, runs=", ".join(sorted(done.changed_by)))
    name = run.settings.source.slug
    record(who=who, verb="undo", thing=Kind.SOURCE, name=name, run=run.pk, number=done.restored)
    return done
