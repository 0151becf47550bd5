"""One run of one source: page by page into the register, with a ledger, to a proved end or to none."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial

from django.db import OperationalError

from erpd.harvest import lease, ledger
from erpd.harvest.doubts import doubt
from erpd.harvest.ending import disk_full, end, without_room
from erpd.harvest.fetching import Preparing, ahead, begin_anew, pages_from
from erpd.harvest.keeping import Keeper, LiveKeeper, Progress, quiet, tidy
from erpd.harvest.ledger import Report, report
from erpd.harvest.models import Run, SourceSettings
from erpd.harvest.opening import open_live, preparer_for, rules_of
from erpd.harvest.reconcile import reconcile
from erpd.harvest.storing import store
from erpd.register.undoing import undo
from erpd.sources.errors import Reason, SourceError
from erpd.sources.http.client import Client
from erpd.sources.page import Source

# What is found out only at the end of a run; its changes are then put back.
_DOUBTS = (Reason.EXPECTATION, Reason.CHANGED_IDS)


@dataclass(frozen=True, slots=True)
class Parts:
    """What a run works with. A rehearsal brings other parts; the run is the same.

    ``open``: settles from when on the run asks, and gives its source, nothing asked of it yet;
    ``preparer``: prepares the readings of one page while the page before is stored;
    ``keeper``: what is kept of the run outside the register, and who is told.
    """

    open: Callable[[Run], Source]
    preparer: AbstractContextManager[Preparing]
    keeper: Keeper


def harvest(
    settings: SourceSettings,
    client: Client,
    *,
    approved: bool = False,
    progress: Progress = quiet,
    following: tuple[int, str] | None = None,
) -> Report:
    """Harvest once, or go on with the run that was interrupted.

    ``approved``: a person has agreed to deletions above the threshold. ``progress`` is told the records
    received and the number announced. A source that fails is reported, not raised. ``following``: number and
    state of the last run when it was found to be due; where another has been at it since, it is left alone.
    Raises SourceBusy, LeaseLost, RulesError.
    """
    parts = Parts(partial(open_live, client=client), preparer_for(settings), LiveKeeper(progress))
    run = carry_out(settings, parts, approved=approved, following=following)
    tidy()
    return report(run)


def carry_out(
    settings: SourceSettings, parts: Parts, *, approved: bool, following: tuple[int, str] | None = None
) -> Run:
    """A run, or the rest of one, with these parts: taken, received, finished, ended."""
    try:
        run = lease.begin(settings, following)
    except OperationalError as failure:
        return without_room(settings, failure)
    try:
        with parts.keeper.watch(run):
            error = run.error or _attempt(run, parts, approved)
            if error.get("rule") in _DOUBTS:
                lease.keep(run, error=error, gone=0)  # first, so that who takes over does not believe it
                undo(str(run))
    except (OSError, OperationalError) as failure:
        error = disk_full(failure)
        run.refresh_from_db(fields=["attempt", "complete"])
    end(run, error)
    return run


def _attempt(run: Run, parts: Parts, approved: bool) -> dict[str, str]:
    """Why the source or what came from it is no good; nothing where all went well."""
    try:
        source = parts.open(run)
        _receive(run, source, parts)
        _finish(run, source, approved)
    except SourceError as failure:
        return {name: getattr(failure, name) for name in ("rule", "message", "advice", "section", "url")}
    return {}


def _receive(run: Run, source: Source, parts: Parts) -> None:
    """All pages into the register."""
    with parts.preparer as preparer:
        for prepared in ahead(run, pages_from(run, source, partial(begin_anew, run)), preparer):
            parts.keeper.record(run, prepared.page)
            store(run, prepared)
            parts.keeper.tell(run, prepared.page)


def _finish(run: Run, source: Source, approved: bool) -> None:
    """What a run that was read to its end proves: what is gone, or that something is wrong."""
    rules = rules_of(run.settings)
    if run.since:  # nothing new is nothing wrong, and what did not come may still be there
        if not approved:
            doubt(run, rules.expect)
        return
    received = run.entries.filter(attempt=run.attempt).exists()
    if not received and run.before:
        lease.keep(run, complete=False)
        raise SourceError(
            Reason.EMPTY_LIST,
            f"The source had {run.before} data sets and now lists none",
            "Nothing was deleted. Check the URL and the set. If they are right, withdraw the source.",
            url=run.settings.url,
        )
    if run.complete:
        if not approved:
            doubt(run, rules.expect)
        reconcile(run, source, approved=approved)
        ledger.forget_unchanged(run)
