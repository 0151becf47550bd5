"""A person ends a run before its time, and perhaps lets it go on later from where it was.

Who cancels is in another process than the run, perhaps on another machine: the run looks at each page.
"""

from django.db import transaction
from django.utils import timezone

from erpd.harvest import lease
from erpd.harvest.ending import end, facts_of
from erpd.harvest.models import Cancellation, Heartbeat, Run, SourceSettings
from erpd.sources.errors import Reason, SourceError


class NotGoingOn(Exception):
    """The run has ended already."""


class NotResumable(Exception):
    """The run was not cancelled, or the source has been harvested since."""


def cancel(run: Run) -> bool:
    """Let a run end at its next page; at once, and True, if no process works on it. Raises NotGoingOn."""
    if not Run.objects.filter(pk=run.pk, state=Run.State.RUNNING).exists():
        raise NotGoingOn(f"{run} has ended.")
    Cancellation.objects.get_or_create(run=run, defaults={"at": timezone.now()})
    try:
        taken = lease.begin(run.settings, (run.pk, Run.State.RUNNING))
    except lease.SourceBusy:
        return False
    try:
        end(taken, facts_of(cancelled(taken)))
    finally:
        lease.let_go(taken)
    return True


def heed(run: Run) -> None:
    """Raises SourceError ``cancelled`` if somebody wants this run to end."""
    if Cancellation.objects.filter(run=run.pk).exists():
        raise cancelled(run)


def cancelled(run: Run) -> SourceError:
    """How a run ends that was cancelled."""
    return SourceError(
        Reason.CANCELLED,
        "The run was cancelled",
        "What it had stored by then stays. It can be resumed at the desk; otherwise the next run starts from "
        "the beginning.",
        url=run.settings.url,
    )


def is_resumable(run: Run) -> bool:
    """Whether it was cancelled, and nothing has been harvested from its source since."""
    return run.error.get("rule") == Reason.CANCELLED and lease.last_run(run.settings)[0] == run.pk


@transaction.atomic
def resume(run: Run) -> None:
    """Let the worker go on with a run that was cancelled, as soon as it can.

    Raises NotResumable, SourceBusy.
    """
    with lease.idle(run.settings, f"resume {run}") as settings:
        found = Run.objects.get(pk=run.pk)
        if not is_resumable(found):
            raise NotResumable(f"{run} was not cancelled, or its source has been harvested since.")
        Cancellation.objects.filter(run=run.pk).delete()  # who pressed twice
        Heartbeat.objects.filter(run=run.pk).delete()  # of the process that ended it
        Run.objects.filter(pk=run.pk).update(state=Run.State.RUNNING, error={}, finished=None, holder="")
        SourceSettings.objects.filter(pk=settings.pk).update(asked=timezone.now())
