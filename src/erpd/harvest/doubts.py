"""What makes a complete run doubtful. Such a run fails, and its changes are rolled back."""

from collections.abc import Iterator

from erpd.harvest.lease import SourceBusy
from erpd.harvest.models import Entry, Run
from erpd.harvest.reconcile import absent
from erpd.harvest.rules import Expectation
from erpd.metadata.record import Record
from erpd.metadata.rules import Intake
from erpd.register.arrival import Bin
from erpd.register.content import records
from erpd.register.models import DataSet, Version
from erpd.register.undoing import Undone, undo
from erpd.sources.errors import Reason, SourceError

# So many data sets that vanish while others like them appear are no coincidence.
_MANY = 5
_SAMPLE = 200


def doubt(run: Run, expectation: Expectation) -> None:
    """Raises SourceError ``expectation`` or ``changed-ids`` if the run is doubtful."""
    _unexpected(run, expectation)
    _changed_ids(run)


def put_back(run: Run) -> Undone:
    """Roll back what a run changed, because a person wants it; the run counts as failed.

    Raises SourceBusy if the run has not finished.
    """
    if Run.objects.get(pk=run.pk).state == Run.State.RUNNING:
        raise SourceBusy(f"{run} has not finished. Let its harvest finish, then undo it.")
    done = undo(str(run))
    error = {
        "rule": Reason.UNDONE,
        "message": "This run was undone",
        "advice": "Harvest again once the source is right.",
    }
    Run.objects.filter(pk=run.pk).update(state=Run.State.FAILED, error=error, held=0)
    return done


def _unexpected(run: Run, expected: Expectation) -> None:
    if not run.since:  # an incremental run says nothing about the whole
        entries = run.entries.filter(attempt=run.attempt)
        listed = entries.exclude(bin__in=[Bin.DELETED, Bin.DUPLICATE, Bin.FILTERED]).count()
        if expected.at_least and listed < expected.at_least:
            raise _error(run, f"at least {expected.at_least:,} records were expected, but {listed:,} came")
        if expected.at_most and listed > expected.at_most:
            raise _error(run, f"at most {expected.at_most:,} records were expected, but {listed:,} came")
    if expected.change and run.before:
        # Not from the ledger: sources list what was deleted long ago for ever.
        changed = Version.objects.filter(origin=str(run)).values("data_set").distinct().count()
        gone = 0 if run.since else absent(run).count()
        percent = 100 * (changed + gone) / run.before
        if percent > expected.change:
            raise _error(
                run,
                f"{percent:.0f} % of the data sets changed, but at most {expected.change} % were expected",
            )


def _changed_ids(run: Run) -> None:
    """G3.4.3: the data sets of a source that changes its identifiers would be there twice, or be lost."""
    if not run.since and _came_under_other_ids(run):
        raise SourceError(
            Reason.CHANGED_IDS,
            f"{absent(run).count():,} data sets have disappeared, and new ones with the same titles and "
            "descriptions, or the same IRIs, have appeared: the source seems to have changed its identifiers",
            "Ask the source's operator to restore the old identifiers. If the new ones are intended, harvest "
            "again with --approve-deletions. The changes of this run were rolled back.",
            "G3.4.3",
            run.settings.url,
        )


def _came_under_other_ids(run: Run) -> bool:
    """Whether of those that vanished, or of a sample of them, half or more came under other identifiers."""
    vanished = records(absent(run)[:_SAMPLE])
    iris = {data_set.iri for data_set, _ in vanished}
    if sum(iri in iris for iri in _refused(run)) >= max(_MANY, len(iris) / 2):
        return True
    # Several that are called the same prove no more than one does.
    likenesses = {_likeness(record) for _, record in vanished}
    enough = max(_MANY, len(likenesses) / 2)
    if len(likenesses) < enough:
        return False
    came: set[str] = set()
    for likeness in _new(run):
        if likeness in likenesses:
            came.add(likeness)
            if len(came) >= enough:
                return True
    return False


def _refused(run: Run) -> Iterator[str]:
    """The IRIs of what came under another identifier while the register had them under the old one."""
    duplicates = run.entries.filter(attempt=run.attempt, bin=Bin.DUPLICATE).defer("content").order_by("pk")
    last = 0
    while batch := list(duplicates.filter(pk__gt=last)[:_SAMPLE]):
        last = batch[-1].pk
        for entry in batch:
            yield from (
                facts.get("value", "") for facts in entry.findings if facts["rule"] == Intake.IRI_TAKEN
            )


def _new(run: Run) -> Iterator[str]:
    """What the new data sets of the run are like."""
    names = Entry.objects.filter(run=run, attempt=run.attempt, bin=Bin.NEW).values("identifier")
    new = DataSet.objects.filter(source=run.settings.source_id, identifier__in=names)
    last = None
    while batch := list((new.filter(key__gt=last) if last else new).order_by("key")[:_SAMPLE]):
        last = batch[-1].key
        yield from (_likeness(record) for _, record in records(batch))


def _likeness(record: Record) -> str:
    return "\n".join(sorted(text for _, text in [*record.title, *record.description]))


def _error(run: Run, message: str) -> SourceError:
    return SourceError(
        Reason.EXPECTATION,
        f"The run does not meet the expectations of this source: {message}",
        "Its changes were rolled back. Check the source. If it is right, change its [expect] rules, or "
        "harvest again with --approve-deletions.",
        url=run.settings.url,
    )
