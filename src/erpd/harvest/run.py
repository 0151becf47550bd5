"""One run of one source, from top to bottom: page by page into the register, to its end."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial

from django.db import OperationalError

from erpd.harvest import cancelling, lease, ledger, stopping
from erpd.harvest.doubts import doubt, doubt_content
from erpd.harvest.ending import DOUBTS, disk_full, end, facts_of, without_room
from erpd.harvest.fetching import ahead, begin_anew, pages_from
from erpd.harvest.keeping import Keeper, LiveKeeper, Progress, quiet, tidy
from erpd.harvest.ledger import Report, report
from erpd.harvest.models import Run, SourceSettings
from erpd.harvest.opening import open_live, preparer_for, rules_of
from erpd.harvest.point_decisions import read_decisions
from erpd.harvest.preparation import Preparing
from erpd.harvest.reconcile import reconcile
from erpd.harvest.storing import store
from erpd.metadata import logged
from erpd.metadata.text import counted
from erpd.register.undoing import undo
from erpd.sources.errors import Reason, SourceError
from erpd.sources.http.client import Client
from erpd.sources.page import Source

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Parts:
    """What a run works with. A rehearsal is the same run with other parts."""

    open: Callable[[Run], AbstractContextManager[Source]]
    """Sets from when on the run asks for changes, and returns its source, for a block. Asks it nothing."""
    preparer: AbstractContextManager[Preparing]
    """Prepares the readings of one page while the page before is stored."""
    keeper: Keeper
    """Keeps the run alive, records it and reports its progress."""


def harvest(
    settings: SourceSettings,
    client: Client,
    *,
    approved: bool = False,
    progress: Progress = quiet,
    following: tuple[int, str] | None = None,
) -> Report:
    """Harvest a source once, or resume its interrupted run. If the source fails, the report says so.

    ``approved``: a person has approved deletions above the threshold;
    ``progress``: called with the number of records received so far and the number announced;
    ``following``: the number and state of the last run when the source was found to be due; if another worker
    has harvested it since, it is left alone.

    Raises SourceBusy, LeaseLost, RulesError. If the process is told to end: Stopped, with the run as its
    argument, which the next harvest resumes.
    """
    parts = Parts(partial(open_live, client=client), preparer_for(settings), LiveKeeper(progress))
    run = carry_out(settings, parts, approved=approved, following=following)
    tidy()
    if run.state == Run.State.DONE:
        read_decisions(settings)
    return report(run)


def carry_out(
    settings: SourceSettings, parts: Parts, *, approved: bool, following: tuple[int, str] | None = None
) -> Run:
    """Do one run with these parts, or the rest of an interrupted one. Raises what ``harvest`` raises."""
    with stopping.finishing():  # from before there is a run: one that began and has no end seems to have died
        try:
            run = lease.begin(settings, following)
        except (OSError, OperationalError) as failure:
            return without_room(settings, failure)
        if following is not None:  # a person who harvests by hand may try as often as they like
            run.error = run.error or lease.set_aside(run)
        try:
            with logged.also(run=str(run.pk)):
                logger.info("Harvesting %s", settings)
                ended = _carried_out(run, parts, approved)
                logger.info("%s is %s", settings, ended.state)
                return ended
        except stopping.Stopped as stopped:
            stopped.args = (run,)
            lease.hand_over(run)
            raise
        finally:
            lease.let_go(run)


def _carried_out(run: Run, parts: Parts, approved: bool) -> Run:
    try:
        with parts.keeper.watch(run):
            if approved and not run.approved:  # whoever takes it over knows
                lease.keep(run, approved=True)
            error = run.error or _tried(partial(_attempt, run, parts))
            if error and not run.approved and error.get("rule") not in DOUBTS:
                error = _tried(partial(doubt_content, run)) or error
            if error.get("rule") in DOUBTS:
                lease.keep(run, error=error, gone=0)  # first, in case another process has to finish this
                undo(str(run))
    except (OSError, OperationalError) as failure:
        error = disk_full(failure)
        run.refresh_from_db(fields=["attempt", "complete"])
    end(run, error)
    return run


def _attempt(run: Run, parts: Parts) -> None:
    cancelling.heed(run)  # perhaps before it was taken over
    with parts.open(run) as source:
        _receive(run, source, parts)
        _finish(run, source)


def _tried(work: Callable[[], None]) -> dict[str, str]:
    """What is wrong with the source or with what it sent; empty if all went well."""
    try:
        work()
    except SourceError as failure:
        return facts_of(failure)
    return {}


def _receive(run: Run, source: Source, parts: Parts) -> None:
    """Store all pages in the register."""
    with parts.preparer as preparer:
        for prepared in ahead(run, pages_from(run, source, partial(begin_anew, run)), preparer):
            parts.keeper.record(run, prepared.page)
            store(run, prepared)
            parts.keeper.tell(run, prepared.page)
            stopping.check()
            cancelling.heed(run)


def _finish(run: Run, source: Source) -> None:
    """Decide what has left the source, or raise SourceError if the run as a whole is in doubt."""
    rules = rules_of(run.settings)
    whole = not run.since  # else nothing new is nothing wrong, and what did not come may still be there
    if whole and run.before and not run.entries.filter(attempt=run.attempt).exists():
        lease.keep(run, complete=False)
        raise SourceError(
            Reason.EMPTY_LIST,
            f"The source had {counted(run.before, 'data set')} and now lists none",
            "Nothing was deleted. Check the URL and the set. If they are right, remove the source: "
            f"erpd source remove {run.settings.source.slug}",
            url=run.settings.url,
        )
    if run.complete:
        if not run.approved:
            doubt(run, rules.expect)
        reconcile(run, source)
        if whole:
            ledger.forget_unchanged(run)
