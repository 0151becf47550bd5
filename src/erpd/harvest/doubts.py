"""What makes a complete run doubtful: it then fails, and what it changed is put back."""

from django.db.models import QuerySet

from erpd.harvest.models import Entry, Run
from erpd.harvest.reconcile import absent
from erpd.harvest.rules import Expectation
from erpd.metadata.record import Record
from erpd.register.arrival import Bin
from erpd.register.content import records
from erpd.register.models import DataSet
from erpd.sources.errors import SourceError

# So many data sets that vanish while others like them appear are no coincidence.
_MANY = 5
_SAMPLE = 200


def doubt(run: Run, expectation: Expectation) -> None:
    """Raises SourceError ``expectation`` or ``changed-ids``."""
    _unexpected(run, expectation)
    _changed_ids(run)


def _unexpected(run: Run, expected: Expectation) -> None:
    entries = run.entries.filter(attempt=run.attempt)
    received = entries.count()
    if not run.since:  # an incremental run says nothing about the whole
        if expected.at_least and received < expected.at_least:
            raise _error(run, f"at least {expected.at_least:,} records were expected and {received:,} came")
        if expected.at_most and received > expected.at_most:
            raise _error(run, f"at most {expected.at_most:,} records were expected and {received:,} came")
    if expected.change and run.before:
        changed = entries.filter(bin__in=[Bin.NEW, Bin.CHANGED, Bin.DELETED]).count()
        gone = 0 if run.since else absent(run).count()
        percent = 100 * (changed + gone) / run.before
        if percent > expected.change:
            raise _error(
                run,
                f"{percent:.0f} % of the data sets changed, and at most {expected.change} % were expected",
            )


def _changed_ids(run: Run) -> None:
    """G3.4.3: the data sets of a source that changes its identifiers would be there twice, or be lost."""
    if run.since:
        return
    vanished = _likenesses(absent(run))
    if len(vanished) < _MANY:
        return
    new = Entry.objects.filter(run=run, attempt=run.attempt, bin=Bin.NEW).values("identifier")
    came = set(
        _likenesses(DataSet.objects.filter(source=run.settings.source_id, identifier__in=new), 10 * _SAMPLE)
    )
    alike = sum(likeness in came for likeness in vanished)
    if alike >= _MANY and alike >= len(vanished) / 2:
        raise SourceError(
            "changed-ids",
            f"{absent(run).count():,} data sets have vanished, and new ones with the same titles and "
            "descriptions have appeared: the source seems to have changed its identifiers",
            "Ask the operator of the source for the old identifiers; if the new ones are to stay, harvest "
            "again with --approve-deletions. What the run changed was put back.",
            "G3.4.3",
            run.settings.url,
        )


def _likenesses(data_sets: QuerySet[DataSet], most: int = _SAMPLE) -> list[str]:
    return [_likeness(record) for _, record in records(data_sets.order_by("key")[:most])]


def _likeness(record: Record) -> str:
    return "\n".join(sorted(text for _, text in [*record.title, *record.description]))


def _error(run: Run, message: str) -> SourceError:
    return SourceError(
        "expectation",
        f"The run is not as expected: {message}",
        "What it changed was put back. Look at the source; if it is right, change its [expect] rules, or "
        "harvest again with --approve-deletions.",
        url=run.settings.url,
    )
