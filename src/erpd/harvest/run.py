"""One run of one source: page by page into the register, with a ledger, to a proved end or to none."""

import errno
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings as django_settings
from django.db import OperationalError, transaction
from django.utils import timezone

from erpd.harvest import lease, ledger
from erpd.harvest.ledger import Line, Report, report
from erpd.harvest.models import Run, SourceSettings
from erpd.harvest.preparing import Preparation, Prepared, Preparer
from erpd.harvest.reconcile import reconcile
from erpd.harvest.settings import profile_of
from erpd.metadata.findings import Finding, Severity
from erpd.register import intake
from erpd.register.arrival import Arrival, Bin
from erpd.register.models import LONGEST_NAME, DataSet
from erpd.sources import SOURCES
from erpd.sources.errors import SourceError
from erpd.sources.http import Client
from erpd.sources.reading import Page, Reading, Source

Progress = Callable[[int, int | None], None]

# A checkpoint that no longer holds: the token has expired, the file has changed.
_STALE = ("bad-token", "changed")


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
    if not dry_run:
        return report(_harvest(settings, client, approved, progress))
    with transaction.atomic():
        tried = report(_harvest(settings, client, approved, progress))
        transaction.set_rollback(True)
    return tried


def _harvest(settings: SourceSettings, client: Client, approved: bool, progress: Progress) -> Run:
    try:
        run = lease.begin(settings)
    except OperationalError as failure:  # no room for a run: there is none, only its report
        now = timezone.now()
        return Run(
            settings=settings, error=_disk_full(failure), state=Run.State.FAILED, started=now, finished=now
        )
    source = settings.source
    preparation = Preparation(
        source.slug, str(source.policy), profile_of(source).name, settings.url, django_settings.NODE.base_url
    )
    error: dict[str, str] = {}
    received: int | None = None
    try:
        with Preparer(preparation, django_settings.HOME / "vocabularies") as preparer:
            for work in _ahead(run, _pages(run, client), preparer):
                if received is None:
                    received = run.entries.filter(attempt=run.attempt).count()
                _store(run, work, preparer.end(work.begun))
                received += len(work.page.readings)
                progress(received, run.total)
        _finish(run, approved)
    except SourceError as failure:
        error = {name: getattr(failure, name) for name in ("rule", "message", "advice", "section", "url")}
    except (OSError, OperationalError) as failure:
        error = _disk_full(failure)
        run.refresh_from_db(fields=["complete"])
    _end(run, error)
    return run


def _end(run: Run, error: dict[str, str]) -> None:
    state = Run.State.FAILED if error else Run.State.DONE
    try:
        lease.keep(run, error=error, finished=timezone.now(), state=state)
    except OperationalError as failure:  # no room for this either: the next harvest goes on with the run
        run.error, run.state = _disk_full(failure), Run.State.FAILED


@dataclass(frozen=True, slots=True)
class _Work:
    """One page: what the register has of its readings, and those that are being prepared."""

    page: Page
    present: dict[str, DataSet]
    unchanged: frozenset[int]  # places in the page
    begun: list[Any]


def _ahead(run: Run, pages: Iterator[Page], preparer: Preparer) -> Iterator[_Work]:
    """While one page is stored, the next one is fetched and prepared."""
    waiting: _Work | None = None
    try:
        for page in pages:
            present = intake.known(run.settings.source, {reading.identifier for reading in page.readings})
            unchanged = frozenset(
                place
                for place, reading in enumerate(page.readings)
                if _unchanged(reading, present.get(reading.identifier), preparer.preparation)
            )
            rest = [reading for place, reading in enumerate(page.readings) if place not in unchanged]
            work = _Work(page, present, unchanged, preparer.begin(rest))
            if waiting:
                yield waiting
            waiting = work
    except SourceError:
        if waiting:
            yield waiting
        raise
    if waiting:
        yield waiting


def _unchanged(reading: Reading, known: DataSet | None, preparation: Preparation) -> bool:
    """The same bytes as last time: there is nothing to prepare."""
    if known is None or known.deleted or reading.deleted or reading.fault:
        return False
    return known.received == preparation.digest(reading)


def _pages(run: Run, client: Client) -> Iterator[Page]:
    """The pages from the checkpoint on; from the start where the source no longer knows the checkpoint."""
    source = _source(run.settings, client)
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


def _source(settings: SourceSettings, client: Client) -> Source:
    options = {"prefix": settings.prefix, "set_": settings.set} if settings.protocol == "oai-pmh" else {}
    source: Source = SOURCES[settings.protocol](settings.url, client, **options)
    return source


def _store(run: Run, work: _Work, prepared: list[Prepared]) -> None:
    """Records, ledger and checkpoint of one page in one transaction: killed anywhere, nothing is lost."""
    page = work.page
    earlier = ledger.seen(run, {reading.identifier for reading in page.readings})
    here = {name for name, entry in earlier.items() if entry.attempt == run.attempt}
    total = run.total if page.total is None else page.total
    lines: list[Line] = []
    arrivals: list[tuple[Line, Arrival]] = []
    ready = iter(prepared)
    for place, reading in enumerate(page.readings):
        result = None if place in work.unchanged else next(ready)
        if isinstance(result, Finding):
            line = Line(reading.identifier, Bin.UNREADABLE, [result], reading.content)
        elif reading.identifier in here:
            line = _again(reading)
        elif result is None:
            line = Line(reading.identifier, Bin.UNCHANGED)
        else:
            line = Line(reading.identifier, Bin.UNCHANGED, content=reading.content)
            arrivals.append((line, result))
        lines.append(line)
        if line.bin is not Bin.UNREADABLE:
            here.add(reading.identifier)
    with transaction.atomic():
        lease.keep(run, checkpoint=page.checkpoint, total=total, complete=page.last)
        receipts = intake.take_in(
            run.settings.source, [arrival for _, arrival in arrivals], origin=str(run), present=work.present
        )
        for (line, _), receipt in zip(arrivals, receipts, strict=True):
            line.bin, line.findings = receipt.bin, receipt.findings
            if receipt.bin not in (Bin.REJECTED, Bin.DUPLICATE):
                line.content = b""
        ledger.write(run, lines, earlier)


def _again(reading: Reading) -> Line:
    """The same identifier twice in one run: the first one counts (G3.4.3)."""
    name = reading.identifier[:LONGEST_NAME]
    finding = Finding("same-identifier", Severity.ERROR, "identifier", name, "G3.4.3")
    return Line(reading.identifier, Bin.DUPLICATE, [finding], reading.content)


def _finish(run: Run, approved: bool) -> None:
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
        reconcile(run, approved=approved)
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
