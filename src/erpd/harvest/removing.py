"""Remove a source, and withdraw its data sets or keep them. Its ledger stays."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from erpd.harvest.keeping import recording_of
from erpd.harvest.lease import idle
from erpd.harvest.models import Run, SourceSettings
from erpd.register import intake
from erpd.register.models import DataSet
from erpd.sources.errors import Reason

_BATCH = 500
_REMOVED = {
    "rule": Reason.REMOVED,
    "message": "The source was removed, and its data sets were withdrawn",
    "advice": "Undo this run to restore them.",
}


@dataclass(frozen=True, slots=True)
class Removed:
    """What became of the data sets of a removed source."""

    run: Run | None
    """Stands in the ledger for the withdrawal, so that it can be undone; None if nothing was withdrawn."""
    kept: int
    """How many are still shown."""


def remove(settings: SourceSettings, *, withdraw: bool) -> Removed:
    """Remove a source, and withdraw its data sets or keep them.

    Its credentials and recordings are deleted. Its rules, runs and ledger stay, out of sight, so that the
    withdrawal can be undone, and so that the source finds all of it again if it is added once more. If this
    is killed in between, the source is removed already, and a worker withdraws the rest, as a second call
    does. Of a source that was never harvested nothing stays, not even its catalogue if nothing else has
    filled it.

    Raises SourceBusy while the source is being harvested.
    """
    withdrawal = take_out(settings, withdraw=withdraw)
    if withdrawal:
        _withdraw(withdrawal)
        withdrawal.refresh_from_db()
    return Removed(withdrawal, settings.present().count())


def take_out(settings: SourceSettings, *, withdraw: bool) -> Run | None:
    """Do what ``remove`` does, but leave the withdrawal to a worker. Returns its run, if there is one."""
    withdrawal = mark(settings, withdraw=withdraw)
    forget_recordings(settings)
    return withdrawal


def mark(settings: SourceSettings, *, withdraw: bool) -> Run | None:
    """Do what ``take_out`` does, as far as a transaction can take it back: without the recordings."""
    withdrawal = None
    with idle(settings, "remove the source") as locked:
        locked.removed = locked.removed or timezone.now()
        locked.active, locked.secret = False, b""
        locked.save(update_fields=["removed", "active", "secret"])
        if withdraw and locked.present().exists():
            withdrawal = withdrawals().filter(settings=locked).first() or _begun(locked)
    if not settings.runs.exists() and not settings.source.data_sets.exists():
        _forget(settings)
    return withdrawal


def forget_recordings(settings: SourceSettings) -> None:
    """Delete what is kept of the runs of a source that was removed."""
    for run in Run.objects.filter(settings=settings.pk):
        recording_of(run).forget()


def withdrawals() -> QuerySet[Run]:
    """The withdrawals that have not come to their end."""
    return Run.objects.filter(state=Run.State.FAILED, finished=None, error__rule=str(Reason.REMOVED))


def withdraw_due() -> int:
    """Do what is left of the withdrawals; returns how many there were. Any number of workers may."""
    found = list(withdrawals().order_by("pk"))
    for run in found:
        _withdraw(run)
    return len(found)


def restore(settings: SourceSettings) -> None:
    """Harvest a removed source again. Its data sets are its own, because identity is (source, identifier)."""
    if settings.removed:
        settings.removed, settings.active = None, True
        settings.save(update_fields=["removed", "active"])
        # The next run is a whole one: what was withdrawn has not changed there.
        settings.forget()


def _forget(settings: SourceSettings) -> None:
    source = settings.source
    catalogue = source.catalogue
    source.delete()
    if not catalogue.sources.exists() and not catalogue.data_sets.exists():
        catalogue.delete()


def _begun(settings: SourceSettings) -> Run:
    return Run.objects.create(
        settings=settings,
        state=Run.State.FAILED,  # so that the source is due at once if it is added again
        error=_REMOVED,
        holder="",
        started=timezone.now(),
        before=settings.present().count(),
    )


def _withdraw(run: Run) -> None:
    while _withdraw_some(run):
        pass


@transaction.atomic
def _withdraw_some(run: Run) -> bool:
    """Withdraw a batch, unless the withdrawal was undone. Returns whether there may be more."""
    # Others wait for this row before they begin a run: what is added again meanwhile stays.
    settings = SourceSettings.objects.select_for_update().get(pk=run.settings_id)
    mine = withdrawals().filter(pk=run.pk)
    present = settings.present().order_by("key").values_list("pk", flat=True)
    batch = list(present[:_BATCH]) if settings.removed and mine.exists() else []
    if batch:
        gone = intake.withdraw(DataSet.objects.filter(pk__in=batch), origin=str(run))
        mine.update(gone=F("gone") + gone)
    else:
        mine.update(finished=timezone.now())
    return bool(batch)
