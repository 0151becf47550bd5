"""Records refused because another data set has their IRI: once that gives it up, they are wanted."""

from collections.abc import Iterator
from itertools import islice

from erpd.harvest.leaving import last_whole
from erpd.harvest.models import Run, SourceSettings
from erpd.metadata.rules import Intake
from erpd.register.arrival import Bin
from erpd.register.models import DataSet

_BATCH = 200


def refused_iris(run: Run) -> Iterator[str]:
    """The IRIs of the records that a run refused because another data set had them."""
    duplicates = run.entries.filter(attempt=run.attempt, bin=Bin.DUPLICATE).order_by("identifier")
    rows = duplicates.values_list("identifier", "findings")
    last = ""
    while batch := list(rows.filter(identifier__gt=last)[:_BATCH]):
        last = batch[-1][0]
        for _, findings in batch:
            yield from (facts.get("value", "") for facts in findings if facts["rule"] == Intake.IRI_TAKEN)


def any_is_free(settings: SourceSettings) -> bool:
    """Whether an IRI is free for which the source's last whole run, or one since then, refused a record.

    Then the source has to be read whole: to it, nothing has changed.
    """
    whole = last_whole(settings)
    for run in settings.runs.filter(pk__gte=whole.pk if whole else 0):
        iris = refused_iris(run)
        while batch := set(islice(iris, _BATCH)):
            if DataSet.objects.filter(iri__among=list(batch), deleted=False).count() < len(batch):
                return True
    return False
