"""What has left a source, as its runs tell: it did not come, or came as deleted or as no longer wanted."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from erpd.harvest.models import Entry, Run, SourceSettings
from erpd.register.arrival import Bin
from erpd.register.models import DataSet, Version
from erpd.register.undoing import origin_of_undo

# How a data set left, in ``came`` of ``leaving``.
ABSENT = ""
_TOLD = (Bin.DELETED.value, Bin.FILTERED.value)
_BATCH = 500


def last_whole(settings: SourceSettings) -> Run | None:
    """The last run that read everything to the end."""
    whole = settings.runs.filter(state=Run.State.DONE, complete=True, since="")
    return whole.order_by("-pk").first()


def leaving(settings: SourceSettings, running: Run | None = None) -> QuerySet[DataSet]:
    """The present data sets of a source that have left it, in the order of ``identifier``.

    ``running`` is the run that has just read its last page, if there is one. The last whole run says what was
    there, and the runs since then what came and what was deleted; of a failed one only what came counts.
    ``came`` of each data set is how it left: ABSENT, ``deleted`` or ``filtered``.
    """
    whole = running if running and not running.since else last_whole(settings)
    runs = list(settings.runs.filter(pk__gte=whole.pk if whole else 0))
    entries = Entry.objects.filter(run__in=[run.pk for run in runs], identifier=OuterRef("identifier"))
    failed = [run.pk for run in runs if run.state == Run.State.FAILED]
    if failed:
        entries = entries.exclude(run__in=failed, bin__in=_TOLD)
    for run in runs:
        if run.attempt > 1:
            entries = entries.exclude(run=run, attempt__lt=run.attempt)
    # Of several in one run the latest counts, else the first (G3.4.3). A query for one value is never joined:
    # PostgreSQL, whose statistics are older than the run, would read the whole run for each data set.
    last = entries.order_by("-run", "-datestamp", "pk").values("bin")[:1]
    ways = _TOLD if whole is None or whole.forgotten else (ABSENT, *_TOLD)
    left = settings.present().annotate(came=Coalesce(Subquery(last), Value(ABSENT))).filter(came__in=ways)
    return left.order_by("identifier")


def in_batches(rows: QuerySet[DataSet]) -> Iterator[list[DataSet]]:
    """The rows of ``leaving``, some hundred at a time: each batch is read when it is asked for."""
    last = None
    while batch := list((rows.filter(identifier__gt=last) if last is not None else rows)[:_BATCH]):
        last = batch[-1].identifier
        yield batch


def still_gone(run: Run) -> QuerySet[DataSet]:
    """What a run withdrew, and nothing has brought back since."""
    ends = Version.objects.filter(origin=str(run), digest="").values("change")
    return DataSet.objects.filter(change__in=ends, deleted=True)


def put_back_in(rows: QuerySet[DataSet], settings: SourceSettings) -> QuerySet[DataSet]:
    """Those of these data sets of a source that a person put back, and that have not changed since."""
    runs = settings.runs.filter(put_back__isnull=False)
    origins = [origin_of_undo(str(run)) for run in runs]
    if not origins:
        return rows.none()
    return rows.filter(Exists(Version.objects.filter(pk=OuterRef("change"), origin__in=origins)))


def waiting_since(run: Run, rows: QuerySet[DataSet]) -> QuerySet[DataSet]:
    """Of what has left the source, what waits since that run: not what a person put back after it."""
    back = put_back_in(rows, run.settings).filter(change__gt=run.after_change or 0)
    return rows.exclude(pk__in=back.values("pk"))
