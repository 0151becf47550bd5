"""What makes a complete run doubtful. Such a run fails, and its changes are rolled back."""

from collections.abc import Callable
from functools import partial

from django.db.models import QuerySet
from django.utils import timezone

from erpd.harvest import uncovered
from erpd.harvest.comparing import TEXTS, likeness, likenesses_of_new, replaced_since
from erpd.harvest.lease import idle
from erpd.harvest.leaving import leaving
from erpd.harvest.models import Run
from erpd.harvest.refused import refused_iris
from erpd.harvest.rules import Expectation
from erpd.harvest.turnover import milestones
from erpd.register.arrival import Bin
from erpd.register.content import records
from erpd.register.models import DataSet, Version
from erpd.register.undoing import Undone, undo
from erpd.sources.errors import Reason, SourceError

# So many data sets that vanish while others like them appear are no coincidence.
_MANY = 5
_SAMPLE = 200
# Another catalogue: so many of the data sets that were there.
_MOST = 0.5


def doubt(run: Run, expectation: Expectation) -> None:
    """Raises SourceError ``expectation``, ``changed-ids`` or ``other-content`` if the run is doubtful."""
    _unexpected(run, expectation)
    _changed_ids(run)
    doubt_content(run)


def put_back(
    run: Run, begun: Callable[[], None] = lambda: None, ended: Callable[[Undone], None] = lambda _: None
) -> Undone:
    """Roll back what a run changed, because a person wants it; the run counts as failed.

    ``begun`` is called in the first transaction, before anything is put back: it may note who wanted it.
    ``ended`` is called in the last one, with what was put back.

    If other runs have changed all of it since, everything stays as it is, the run too.

    Raises SourceBusy while the source is being harvested; what is undone by then stays so.
    """
    alone = partial(idle, run.settings, f"undo {run}")
    with alone():  # first, in case this is killed: a run that begins then looks at everything again
        begun()
        run.settings.forget()
        Run.objects.filter(pk=run.pk, finished=None).update(finished=timezone.now())  # a withdrawal ends
    done = undo(str(run), alone)
    if done.later and not (done.restored or done.earlier):
        ended(done)
        return done
    error = {
        "rule": Reason.UNDONE,
        "message": "This run was undone",
        "advice": "Harvest again once the source is right.",
    }
    with alone():
        last = run.settings.runs.filter(state=Run.State.DONE).order_by("-pk").first()
        if last and last.pk > run.pk:  # what this run had brought no longer counts for the threshold
            Run.objects.filter(pk=last.pk).update(approved=True)
        Run.objects.filter(pk=run.pk).update(state=Run.State.FAILED, error=error, held=0, held_because="")
        ended(done)
    uncovered.recount(run.settings)
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
        gone = leaving(run.settings, run).count()
        percent = 100 * (changed + gone) / run.before
        if percent > expected.change:
            raise _error(
                run,
                f"{percent:.0f} % of the data sets changed, but at most {expected.change} % were expected",
            )


def _changed_ids(run: Run) -> None:
    """G3.4.3: the data sets of a source that changes its identifiers would be there twice, or be lost."""
    vanished = leaving(run.settings, run)
    if _came_under_other_ids(run, vanished):
        raise SourceError(
            Reason.CHANGED_IDS,
            f"{vanished.count():,} data sets have disappeared, and new ones with the same titles and "
            "descriptions, or the same IRIs, have appeared: the source seems to have changed its identifiers",
            "Ask the source's operator to restore the old identifiers. If the new ones are intended, harvest "
            "again with --approve-deletions. The changes of this run were rolled back.",
            "G3.4.3",
            run.settings.url,
        )


def _came_under_other_ids(run: Run, vanished: QuerySet[DataSet]) -> bool:
    """Whether of those that vanished, or of a sample of them, half or more came under other identifiers."""
    sample = records(vanished[:_SAMPLE], TEXTS)
    iris = {data_set.iri for data_set, _ in sample}
    if sum(iri in iris for iri in refused_iris(run)) >= max(_MANY, len(iris) / 2):
        return True
    # Several that are called the same prove no more than one does.
    likenesses = {likeness(record) for _, record in sample}
    enough = max(_MANY, len(likenesses) / 2)
    if len(likenesses) < enough:
        return False
    came: set[str] = set()
    for like in likenesses_of_new(run):
        if like in likenesses:
            came.add(like)
            if len(came) >= enough:
                return True
    return False


def doubt_content(run: Run) -> None:
    """G3.4.3: an identifier is for one data set for ever. Another catalogue may use the same ones.

    All that was replaced since a person last decided counts. A run that failed is asked, too: what it brought
    stays.

    Raises SourceError ``other-content``.
    """
    if run.entries.filter(attempt=run.attempt, bin=Bin.CHANGED).exists() and any(
        replaced_since(start, run) >= max(_MANY, start.before * _MOST) for start in milestones(run)
    ):
        raise SourceError(
            Reason.OTHER_CONTENT,
            "Since your last approval, half or more of the data sets have become different ones under their "
            "identifiers, with other titles and descriptions: the source seems to deliver another catalogue, "
            "or its catalogue in another language",
            "Check the URL and the set. If the new texts are right, harvest again with "
            "--approve-deletions. The changes of this run were rolled back.",
            "G3.4.3",
            run.settings.url,
        )


def _error(run: Run, message: str) -> SourceError:
    return SourceError(
        Reason.EXPECTATION,
        f"The run does not meet the expectations of this source: {message}",
        "Its changes were rolled back. Check the source. If it is right, change its [expect] rules, or "
        "harvest again with --approve-deletions.",
        url=run.settings.url,
    )
