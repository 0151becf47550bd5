"""One run of one source: page by page into the register, with a ledger, to a proved end or to none."""

import errno
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from django.conf import settings as django_settings
from django.db import OperationalError, transaction
from django.utils import timezone

from erpd.harvest import lease, ledger
from erpd.harvest.doubts import doubt
from erpd.harvest.ledger import Report, report
from erpd.harvest.models import Run, SourceSettings
from erpd.harvest.opening import open_source, preparation_for, rules_of, since
from erpd.harvest.preparing import Preparer
from erpd.harvest.reconcile import reconcile
from erpd.harvest.recording import Recording
from erpd.harvest.storing import ahead, store
from erpd.register.undoing import undo
from erpd.sources.errors import SourceError
from erpd.sources.http import Client
from erpd.sources.reading import Page, Source

Progress = Callable[[int, int | None], None]

# A checkpoint that no longer holds: the token has expired, the file has changed.
_STALE = ("bad-token", "changed")
# What is found out only at the end of a run; its changes are then put back.
_DOUBTS = ("expectation", "changed-ids")


def harvest(
    settings: SourceSettings,
    client: Client,
    *,
    dry_run: bool = False,
    approved: bool = False,
    progress: Progress = lambda done, total: None,
) -> Report:
    """Harvest once, or go on with the run that was interrupted.

    ``approved``: a person has agreed to deletions above the threshold. ``dry_run``: everything is done and
    nothing is kept. ``progress`` is told the records received and the number announced. A source that fails
    is reported, not raised. Raises SourceBusy and LeaseLost.
    """
    plan = _Plan(lambda run: open_source(run, client), approved, progress)
    return _rehearsed(settings, plan) if dry_run else report(_harvest(settings, plan))


def replay(run: Run, *, progress: Progress = lambda done, total: None) -> Report:
    """Harvest again what ``run`` received, offline and with the rules of today; nothing is kept."""
    recording = Recording(recordings() / str(run.pk))
    return _rehearsed(run.settings, _Plan(lambda _: recording, True, progress, replayed=run))


def recordings() -> Path:
    """The folder of the flight recorder."""
    return Path(django_settings.HOME / "recordings")


@dataclass(frozen=True, slots=True)
class _Plan:
    """How a run is done. ``rehearsal``: in one transaction that is rolled back, so without a recorder."""

    open: Callable[[Run], Source]
    approved: bool
    progress: Progress
    replayed: Run | None = None
    rehearsal: bool = False


def _rehearsed(settings: SourceSettings, plan: _Plan) -> Report:
    with transaction.atomic():
        tried = report(_harvest(settings, replace(plan, rehearsal=True)))
        transaction.set_rollback(True)
    return tried


def _harvest(settings: SourceSettings, plan: _Plan) -> Run:
    try:
        run = lease.begin(settings)
    except OperationalError as failure:  # no room for a run: there is none, only its report
        now = timezone.now()
        return Run(
            settings=settings, error=_disk_full(failure), state=Run.State.FAILED, started=now, finished=now
        )
    error: dict[str, str] = run.error  # of a run that was killed while its changes were put back
    try:
        with nullcontext() if plan.rehearsal else lease.Heart(run):
            if not error:
                source = plan.open(_begun(run, plan))
                _receive(run, source, plan)
                _finish(run, source, plan.approved)
    except SourceError as failure:
        error = {name: getattr(failure, name) for name in ("rule", "message", "advice", "section", "url")}
    except (OSError, OperationalError) as failure:
        error = _disk_full(failure)
        run.refresh_from_db(fields=["complete"])
    if error.get("rule") in _DOUBTS:
        lease.keep(run, error=error)
        undo(str(run), by=f"undo of {run}")
    _end(run, error)
    return run


def _receive(run: Run, source: Source, plan: _Plan) -> None:
    """All pages into the register."""
    recording = None if plan.rehearsal else Recording(recordings() / str(run.pk))
    received: int | None = None
    with Preparer(preparation_for(run.settings), django_settings.HOME / "vocabularies") as preparer:
        for work in ahead(run, _pages(run, source), preparer):
            if received is None:
                received = run.entries.filter(attempt=run.attempt).count()
            if recording:
                recording.keep(run.pages + 1, work.page)
            store(run, work, preparer.end(work.begun))
            received += len(work.page.readings)
            plan.progress(received, run.total)


def _begun(run: Run, plan: _Plan) -> Run:
    """A run that begins is told from when on it asks; one that goes on knows it."""
    if plan.replayed:
        lease.keep(run, since=plan.replayed.since)
    elif run.checkpoint is None:
        lease.keep(run, since=since(run.settings, rules_of(run.settings)))
    return run


def _pages(run: Run, source: Source) -> Iterator[Page]:
    """The pages from the checkpoint on; from the start where the source no longer knows the checkpoint."""
    resumed = run.checkpoint is not None
    try:
        for page in source.pages(run.checkpoint):
            resumed = False
            yield page
    except SourceError as error:
        if not (resumed and error.rule in _STALE):
            raise
        lease.keep(run, attempt=run.attempt + 1, checkpoint=None, complete=False)
        yield from source.pages(None)


def _end(run: Run, error: dict[str, str]) -> None:
    state = Run.State.FAILED if error else Run.State.DONE
    try:
        lease.keep(run, error=error, finished=timezone.now(), state=state)
    except OperationalError as failure:  # no room for this either: the next harvest goes on with the run
        run.error, run.state = _disk_full(failure), Run.State.FAILED


def _finish(run: Run, source: Source, approved: bool) -> None:
    rules = rules_of(run.settings)
    if run.since:  # nothing new is nothing wrong, and what did not come may still be there
        if not approved:
            doubt(run, rules.expect)
        return
    received = run.entries.filter(attempt=run.attempt).exists()
    if not received and run.before:
        lease.keep(run, complete=False)
        raise SourceError(
            "empty-list",
            f"The source had {run.before} data sets and now lists none",
            "Nothing was deleted. Check the address and the set; if they are right, withdraw the source.",
            url=run.settings.url,
        )
    if run.complete:
        if not approved:
            doubt(run, rules.expect)
        reconcile(run, source, approved=approved)
        ledger.forget_unchanged(run)


def _disk_full(failure: Exception) -> dict[str, str]:
    """Raises ``failure`` again where it is anything but a full disk."""
    full = getattr(failure, "errno", None) in (errno.ENOSPC, errno.EDQUOT)
    if not (full or "disk is full" in str(failure) or "No space left" in str(failure)):
        raise failure
    return {
        "rule": "disk-full",
        "message": "There is no space left on the disk",
        "advice": "What was stored before is safe. Make room and harvest again.",
    }
