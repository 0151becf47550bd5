"""One run of one source: page by page into the register, with a ledger, to a proved end or to none."""

import errno
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings as django_settings
from django.db import OperationalError, transaction
from django.utils import timezone

from erpd.harvest import lease, ledger
from erpd.harvest.doubts import doubt
from erpd.harvest.lease import LeaseLost, SourceBusy
from erpd.harvest.ledger import Report, report
from erpd.harvest.models import Run, SourceSettings
from erpd.harvest.opening import open_source, preparation_for, rules_of, since
from erpd.harvest.processes import Preparer
from erpd.harvest.reconcile import reconcile
from erpd.harvest.recording import Recording, prune
from erpd.harvest.rehearsal import Rehearsal
from erpd.harvest.storing import ahead, store
from erpd.register.undoing import undo
from erpd.sources.errors import SourceError
from erpd.sources.http.client import Client
from erpd.sources.page import Page, Source

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
    following: tuple[int, str] | None = None,
    described: Callable[[], SourceSettings] | None = None,
) -> Report:
    """Harvest once, or go on with the run that was interrupted.

    ``approved``: a person has agreed to deletions above the threshold. ``dry_run``: everything is done and
    nothing is kept. ``progress`` is told the records received and the number announced. A source that fails
    is reported, not raised. ``following``: number and state of the last run when it was found to be due;
    where another has been at it since, it is left alone. ``described`` makes the settings for a dry run where
    they are not stored. Raises SourceBusy, LeaseLost, RulesError.
    """
    plan = _Plan(lambda run: open_source(run, client), approved, progress, following=following)
    if dry_run:
        return _rehearsed(described or (lambda: settings), plan)
    run = _harvest(settings, plan)
    prune(recordings(), _runs())
    return report(run)


def replay(run: Run, *, progress: Progress = lambda done, total: None) -> Report:
    """Harvest again what ``run`` received, offline and with the rules of today; nothing is kept.

    Raises SourceBusy while a run of its source is not ended.
    """
    if run.settings.runs.filter(state=Run.State.RUNNING).exists():
        raise SourceBusy(
            f"{run.settings.url} is being harvested, or its run was interrupted. Let that run finish first."
        )
    recording = Recording(recordings() / str(run.pk))
    return _rehearsed(lambda: run.settings, _Plan(lambda _: recording, False, progress, replayed=run))


def recordings() -> Path:
    """The folder of the flight recorder."""
    return Path(django_settings.HOME / "recordings")


def _runs() -> dict[int, list[int]]:
    """Source -> its runs, latest first."""
    runs: dict[int, list[int]] = {}
    for pk, settings in Run.objects.order_by("-pk").values_list("pk", "settings"):
        runs.setdefault(settings, []).append(pk)
    return runs


@dataclass(frozen=True, slots=True)
class _Plan:
    """How a run is done. ``rehearsal``: in one transaction that is rolled back, so without a recorder."""

    open: Callable[[Run], Source]
    approved: bool
    progress: Progress = lambda done, total: None
    replayed: Run | None = None
    rehearsal: Rehearsal | None = None
    following: tuple[int, str] | None = None


def _rehearsed(described: Callable[[], SourceSettings], plan: _Plan) -> Report:
    """What the source gives is fetched and prepared while others write; then it is seen what comes of it."""
    with transaction.atomic():
        settings = described()
        try:
            run = _begun(lease.begin(settings, plan.following), plan)
        except OperationalError as failure:
            return report(_without_room(settings, failure))
        finally:
            transaction.set_rollback(True)
    with TemporaryDirectory(prefix="erpd-") as folder, _preparer(settings) as preparer:
        rehearsal = Rehearsal(Path(folder) / "pages", preparer)
        _heard(run, rehearsal, plan)
        trying = _Plan(lambda _: rehearsal, plan.approved, rehearsal=rehearsal, following=plan.following)
        while True:
            with transaction.atomic():
                tried = report(_harvest(described(), trying))
                transaction.set_rollback(True)
            if not rehearsal.ask():
                tried.ledger["seconds"] = (timezone.now() - run.started).total_seconds()
                return tried


def _heard(run: Run, rehearsal: Rehearsal, plan: _Plan) -> None:
    received = 0

    def count(page: Page) -> None:
        nonlocal received
        received = (0 if page.anew else received) + len(page.readings)
        plan.progress(received, page.total)

    def note(error: SourceError) -> None:
        rehearsal.stale = error

    try:
        source = plan.open(run)
    except SourceError as error:
        rehearsal.failure = error
    else:
        rehearsal.hear(run, source, _pages(run, source, note), count)


def _preparer(settings: SourceSettings) -> Preparer:
    return Preparer(preparation_for(settings), django_settings.HOME / "vocabularies")


def _harvest(settings: SourceSettings, plan: _Plan) -> Run:
    try:
        run = lease.begin(settings, plan.following)
    except OperationalError as failure:
        return _without_room(settings, failure)
    try:
        with nullcontext() if plan.rehearsal else lease.Heart(run):
            error = run.error or _attempted(run, plan)
            if error.get("rule") in _DOUBTS:
                lease.keep(run, error=error, gone=0)  # first, so that who takes over does not believe it
                undo(str(run))
    except (OSError, OperationalError) as failure:
        error = _disk_full(failure)
        run.refresh_from_db(fields=["attempt", "complete"])
    except LeaseLost:
        raise
    except Exception as failure:  # taken up again it would end so again
        if not plan.rehearsal:
            _end(run, _broken(failure))
        raise
    _end(run, error)
    return run


def _without_room(settings: SourceSettings, failure: OperationalError) -> Run:
    """No room for a run: there is none, only its report."""
    now = timezone.now()
    error = _disk_full(failure)
    return Run(settings=settings, error=error, state=Run.State.FAILED, started=now, finished=now)


def _attempted(run: Run, plan: _Plan) -> dict[str, str]:
    """Why the source or what came from it is no good; nothing where all went well."""
    try:
        source = plan.open(_begun(run, plan))
        _receive(run, source, plan)
        _finish(run, source, plan.approved)
    except SourceError as failure:
        return {name: getattr(failure, name) for name in ("rule", "message", "advice", "section", "url")}
    return {}


def _receive(run: Run, source: Source, plan: _Plan) -> None:
    """All pages into the register."""
    recording = None if plan.rehearsal else Recording(recordings() / str(run.pk))
    received: int | None = None
    with nullcontext(plan.rehearsal) if plan.rehearsal else _preparer(run.settings) as preparer:
        for work in ahead(run, _pages(run, source, partial(_anew, run)), preparer):
            if received is None:
                received = run.entries.filter(attempt=run.attempt).count()
            if recording:
                if not run.pages:  # what an earlier attempt received does not count any more
                    recording.forget()
                recording.keep(run.pages + 1, work.page)
            store(run, work, preparer.end(work.begun))
            received = (0 if work.page.anew else received) + len(work.page.readings)
            plan.progress(received, run.total)
    if received is None:  # all was stored before
        plan.progress(run.entries.filter(attempt=run.attempt).count(), run.total)


def _begun(run: Run, plan: _Plan) -> Run:
    """A run that begins is told from when on it asks; one that goes on knows it."""
    if plan.rehearsal:
        lease.keep(run, since=plan.rehearsal.since)
    elif plan.replayed:
        lease.keep(run, since=plan.replayed.since)
    elif run.checkpoint is None:
        lease.keep(run, since=since(run.settings, rules_of(run.settings)))
    return run


def _pages(run: Run, source: Source, anew: Callable[[SourceError], None]) -> Iterator[Page]:
    """The pages from the checkpoint on; from the start where the source no longer knows the checkpoint.

    None where the last page was stored already.
    """
    if run.complete:
        return
    resumed = run.checkpoint is not None
    try:
        for page in source.pages(run.checkpoint):
            resumed = False
            yield page
    except SourceError as error:
        if not (resumed and error.rule in _STALE):
            raise
        anew(error)
        yield from source.pages(None)


def _anew(run: Run, _: SourceError) -> None:
    lease.keep(run, attempt=run.attempt + 1, pages=0, checkpoint=None, complete=False)


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
            "Nothing was deleted. Check the URL and the set. If they are right, withdraw the source.",
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
        "advice": "Everything stored so far is safe. Free some space and harvest again.",
    }


def _broken(failure: Exception) -> dict[str, str]:
    return {
        "rule": "program-error",
        "message": f"The program failed: {type(failure).__name__}: {str(failure)[:300]}",
        "advice": "Report this together with the log. Other sources are not affected.",
    }
