"""What left the source. Nothing is deleted on weak evidence; each deletion is a tombstone."""

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from erpd.harvest import lease
from erpd.harvest.models import Entry, Run, SourceSettings
from erpd.register import intake
from erpd.register.arrival import Bin
from erpd.register.models import DataSet
from erpd.sources.reading import Answering, Source

# Above this part of the source's data sets a person decides.
THRESHOLD = 0.20
_BATCH = 500


def absent(run: Run) -> QuerySet[DataSet]:
    """The data sets of the source that did not come in this run, in any state."""
    came = Entry.objects.filter(run=run, attempt=run.attempt, identifier=OuterRef("identifier"))
    came = came.exclude(bin=Bin.FILTERED)  # what the operator no longer wants goes like what is gone
    mine = DataSet.objects.filter(source=run.settings.source_id, deleted=False)
    return mine.filter(~Exists(came)).order_by("key")


def reconcile(run: Run, source: Source, *, approved: bool) -> None:
    """Tombstones for what a complete run did not bring, or ``held`` where the evidence is weak.

    Weak: more than THRESHOLD of the source at once; a record that could not be read and does not say which
    it is; a source that, asked for a record, does not say that it is gone. To be called for a complete run
    only; being called again goes on where it stopped.
    """
    missing = absent(run)
    amount = missing.count()
    nameless = run.entries.filter(attempt=run.attempt, bin=Bin.UNREADABLE, identifier="").exists()
    if not approved and (nameless or run.gone + amount > THRESHOLD * run.before):
        lease.keep(run, held=amount)
        return
    if isinstance(source, Answering) and not approved:
        names = missing.values_list("pk", "identifier").iterator()
        doubtful = [key for key, identifier in names if source.still_there(identifier) is not False]
        missing = missing.exclude(pk__in=doubtful)
        lease.keep(run, held=len(doubtful))
    while batch := list(missing.values_list("pk", flat=True)[:_BATCH]):
        with transaction.atomic():
            lease.keep(run)
            gone = intake.withdraw(DataSet.objects.filter(pk__in=batch), origin=str(run))
            lease.keep(run, gone=run.gone + gone)


class NothingHeld(Exception):
    """No deletion of this source waits for a person."""


def approve(settings: SourceSettings) -> int:
    """Withdraw what the source's last run held back, and count it. Raises NothingHeld."""
    run = settings.runs.order_by("-pk").first()
    if run is None or not run.held:
        raise NothingHeld(f"No deletion of {settings.source.slug} waits for approval.")
    missing = absent(run)
    gone = 0
    while batch := list(missing.values_list("pk", flat=True)[:_BATCH]):
        gone += intake.withdraw(DataSet.objects.filter(pk__in=batch), origin=str(run))
    Run.objects.filter(pk=run.pk).update(gone=run.gone + gone, held=0)
    return gone
