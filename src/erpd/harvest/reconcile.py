"""What left the source. Nothing is deleted on weak evidence; each deletion is a tombstone."""

from django.db import transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery

from erpd.harvest import lease
from erpd.harvest.lease import SourceBusy
from erpd.harvest.models import Entry, Run, SourceSettings
from erpd.register import intake
from erpd.register.arrival import Bin
from erpd.register.identity import is_placeholder
from erpd.register.models import DataSet
from erpd.register.rows import streamed
from erpd.sources.page import Answering, Source

# Above this part of the source's data sets a person decides.
THRESHOLD = 0.20
_BATCH = 500


def absent(run: Run) -> QuerySet[DataSet]:
    """The data sets of the source that this run did not receive in any form."""
    came = Entry.objects.filter(run=run, attempt=run.attempt)
    # What the operator no longer wants goes like what is gone.
    return _without(came.exclude(bin=Bin.FILTERED), run)


def _without(entries: QuerySet[Entry], run: Run) -> QuerySet[DataSet]:
    """The data sets of the source of a run that none of these entries name.

    A query for one value is never joined: PostgreSQL, whose statistics are older than the run, would take the
    run to have hardly any entries and read all of them for each data set.
    """
    one = entries.filter(identifier=OuterRef("identifier")).values("pk")[:1]
    mine = DataSet.objects.filter(source=run.settings.source_id, deleted=False)
    return mine.annotate(entry=Subquery(one)).filter(entry=None).order_by("identifier")


def reconcile(run: Run, source: Source, *, approved: bool) -> None:
    """Write tombstones for what a complete run did not receive, or hold them if the evidence is weak.

    It is weak if more than THRESHOLD of the source would go at once; if an unreadable record does not say
    which one it is; if the source, asked for a missing record, does not say that it is gone; or if the source
    cannot be asked and sent other records twice. Call it only for complete runs; a second call continues
    where the first one stopped.
    """
    missing = absent(run)
    amount = missing.count()
    if not approved and (_has_nameless(run) or run.gone + amount > THRESHOLD * run.before):
        lease.keep(run, held=amount)
        return
    if isinstance(source, Answering) and not approved:
        came = Entry.objects.filter(run=run, attempt=run.attempt)
        # A list: no cursor of the database waits while the source is asked for each.
        names = list(_without(came, run).values_list("pk", "identifier"))
        doubtful = [key for key, identifier in names if source.still_there(identifier) is not False]
        missing = missing.exclude(pk__in=doubtful)
        lease.keep(run, held=len(doubtful))
    elif not approved and amount and _has_repeats(run):
        lease.keep(run, held=amount)
        return
    while batch := list(missing.values_list("pk", flat=True)[:_BATCH]):
        with transaction.atomic():
            lease.keep(run)
            gone = intake.withdraw(DataSet.objects.filter(pk__in=batch), origin=str(run))
            lease.keep(run, gone=run.gone + gone)


def _has_nameless(run: Run) -> bool:
    """Whether a record came without an identifier: it may be one of those that are missing."""
    entries = run.entries.filter(attempt=run.attempt)
    if entries.filter(bin=Bin.UNREADABLE, identifier="").exists():
        return True
    refused = entries.filter(bin=Bin.REJECTED).values_list("identifier", flat=True)
    return any(map(is_placeholder, streamed(refused)))


def _has_repeats(run: Run) -> bool:
    """Whether records came twice: perhaps the order of the list changed from page to page."""
    named = run.entries.filter(attempt=run.attempt).exclude(identifier="")
    return named.values("identifier").annotate(times=Count("pk")).filter(times__gt=1).exists()


class NothingHeld(Exception):
    """No deletion of this source is waiting for approval."""


def holding(settings: SourceSettings) -> Run | None:
    """The run whose deletions wait for a person: the last that read the whole source, if it held any.

    None also where it is no longer known what came in that run, for those after it were undone.
    """
    whole = settings.runs.filter(state=Run.State.DONE, complete=True, since="").order_by("-pk").first()
    return whole if whole and whole.held and not whole.forgotten else None


def approve(settings: SourceSettings) -> Run:
    """Withdraw what the source's last whole run held back, and has not come since; the run, with its counts.

    Raises NothingHeld and, while the source is being harvested, SourceBusy.
    """
    run = holding(settings)
    if run is None:
        raise NothingHeld(f"No deletion of {settings.source.slug} is waiting for approval.")
    since = list(settings.runs.filter(pk__gte=run.pk).values_list("pk", flat=True))
    came = Entry.objects.filter(run__in=since).exclude(run=run, attempt__lt=run.attempt)
    missing = _without(came.exclude(run=run, bin=Bin.FILTERED), run)
    while True:
        with transaction.atomic():
            SourceSettings.objects.select_for_update().get(pk=settings.pk)
            if settings.runs.filter(state=Run.State.RUNNING).exists():
                raise SourceBusy(f"{settings.url} is being harvested. Approve once that has finished.")
            batch = list(missing.values_list("pk", flat=True)[:_BATCH])
            run.gone += intake.withdraw(DataSet.objects.filter(pk__in=batch), origin=str(run))
            run.held = run.held if batch else 0
            run.save(update_fields=["gone", "held"])
        if not batch:
            return run
