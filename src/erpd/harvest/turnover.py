"""What a source has lost of what it had at the start of any run since a person last decided.

What has come since makes up for nothing: otherwise a catalogue could be exchanged for another, bit by bit.
"""

from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate, chain

from django.db.models import Max, Q, QuerySet

from erpd.harvest.leaving import in_batches
from erpd.harvest.models import Run
from erpd.register.models import DataSet, Version
from erpd.sources.errors import Reason

# With these, a person has decided what becomes of the data sets.
DECIDED = (Reason.UNDONE, Reason.REMOVED)


def runs_since_decision(run: Run) -> QuerySet[Run]:
    """The runs of its source that began with data sets since a person last decided, first to last."""
    decided = Q(state=Run.State.DONE, approved=True) | Q(error__rule__in=DECIDED)
    last = run.settings.runs.filter(decided, pk__lt=run.pk).aggregate(Max("pk"))["pk__max"] or 0
    runs = run.settings.runs.filter(pk__gt=last, pk__lte=run.pk, before__gt=0, after_change__isnull=False)
    return runs.order_by("pk")


def milestones(run: Run) -> Iterator[Run]:
    """Of these runs: the first, each before which the catalogue had doubled, and ``run`` itself."""
    size = 0
    for one in runs_since_decision(run):
        if one.pk == run.pk or one.before >= 2 * size:
            size = one.before
            yield one


def loses_more_than(part: float, run: Run, left: QuerySet[DataSet]) -> bool:
    """Whether more than this part of what was there at any of these starts is gone, with ``left``."""
    starts = [(one.after_change or 0, one.before) for one in runs_since_decision(run)]
    if not starts:
        return False
    changes = [change for change, _ in starts]
    withdrawn = DataSet.objects.filter(source=run.settings.source_id, deleted=True, change__gt=changes[0])
    if withdrawn.count() + left.count() <= part * min(before for _, before in starts):
        return False
    steps = [0] * (len(starts) + 1)
    for batch in chain(in_batches(withdrawn.order_by("identifier")), in_batches(left)):
        for first, end in _present(batch):
            steps[bisect_left(changes, first)] += 1
            steps[bisect_left(changes, end) if end else -1] -= 1
    lost = accumulate(steps)
    return any(gone > part * before for gone, (_, before) in zip(lost, starts, strict=False))


def _present(batch: list[DataSet]) -> Iterator[tuple[int, int | None]]:
    """From which change to which the data sets were present; None: to this day."""
    versions = Version.objects.filter(data_set__in=[one.key for one in batch]).order_by("data_set", "change")
    last: tuple[object, int] | None = None  # the data set that is present, and since when
    for key, change, digest in chain(versions.values_list("data_set", "change", "digest"), [(None, 0, "")]):
        if last and last[0] != key:
            yield last[1], None
        elif last:
            yield last[1], change
        last = (key, change) if digest else None
