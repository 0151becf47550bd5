"""Remove a source, and withdraw its data sets or keep them. Its ledger stays."""

from dataclasses import dataclass

from django.db import transaction
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
    is killed in between, the source is removed already, and a second call withdraws the rest. Of a source
    that was never harvested nothing stays, not even its catalogue if nothing else has filled it.

    Raises SourceBusy while the source is being harvested.
    """
    _take_out(settings)
    if not settings.runs.exists() and not settings.source.data_sets.exists():
        _forget(settings)
        return Removed(None, 0)
    for run in settings.runs.all():
        recording_of(run).forget()
    withdrawal = _withdraw_all(settings) if withdraw and settings.present().exists() else None
    return Removed(withdrawal, settings.present().count())


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


def _take_out(settings: SourceSettings) -> None:
    with idle(settings, "remove the source") as locked:
        locked.removed = locked.removed or timezone.now()
        locked.active, locked.secret = False, b""
        locked.save(update_fields=["removed", "active", "secret"])


def _withdraw_all(settings: SourceSettings) -> Run:
    present = settings.present().order_by("key")
    now = timezone.now()
    run = Run.objects.create(
        settings=settings,
        state=Run.State.FAILED,  # so that the source is due at once if it is added again
        error=_REMOVED,
        holder="",
        started=now,
        finished=now,
        before=present.count(),
    )
    while batch := list(present.values_list("pk", flat=True)[:_BATCH]):
        with transaction.atomic():
            # Others wait for this row before they begin a run: what is added again meanwhile stays.
            if SourceSettings.objects.select_for_update().get(pk=settings.pk).removed is None:
                break
            run.gone += intake.withdraw(DataSet.objects.filter(pk__in=batch), origin=str(run))
            run.finished = timezone.now()
            run.save(update_fields=["gone", "finished"])
    return run
