"""One run of one source: page by page into the register, with a ledger, to a proved end or to none."""

import errno
from collections.abc import Callable, Iterator

from django.db import OperationalError, transaction
from django.utils import timezone

from erpd.harvest import lease, ledger
from erpd.harvest.ledger import Line, Report, report
from erpd.harvest.models import Run, SourceSettings
from erpd.harvest.preparing import Preparation
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
    run = lease.begin(settings)
    preparation = Preparation(settings.source.slug, profile_of(settings.source), settings.url)
    error: dict[str, str] = {}
    received = run.entries.filter(attempt=run.attempt).count()
    try:
        for page in _pages(run, client):
            _store(run, page, preparation)
            received += len(page.readings)
            progress(received, run.total)
        _finish(run, approved)
    except SourceError as failure:
        error = {name: getattr(failure, name) for name in ("rule", "message", "advice", "section", "url")}
    except (OSError, OperationalError) as failure:
        error = _disk_full(failure)
    lease.keep(run, error=error, finished=timezone.now(), state=Run.State.FAILED if error else Run.State.DONE)
    return run


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
        lease.keep(run, attempt=run.attempt + 1, checkpoint=None)
        yield from source.pages(None)


def _source(settings: SourceSettings, client: Client) -> Source:
    options = {"prefix": settings.prefix, "set_": settings.set} if settings.protocol == "oai-pmh" else {}
    source: Source = SOURCES[settings.protocol](settings.url, client, **options)
    return source


def _store(run: Run, page: Page, preparation: Preparation) -> None:
    """Records, ledger and checkpoint of one page in one transaction: killed anywhere, nothing is lost."""
    source = run.settings.source
    names = {reading.identifier for reading in page.readings}
    present = intake.known(source, names)
    earlier = ledger.seen(run, names)
    here = {name for name, entry in earlier.items() if entry.attempt == run.attempt}
    lines: list[Line] = []
    arrivals: list[tuple[Line, Arrival]] = []
    for reading in page.readings:
        line, arrival = _line(reading, preparation, present, here)
        lines.append(line)
        if reading.identifier:
            here.add(reading.identifier)
        if arrival:
            arrivals.append((line, arrival))
    with transaction.atomic():
        receipts = intake.take_in(
            source, [arrival for _, arrival in arrivals], origin=str(run), present=present
        )
        for (line, _), receipt in zip(arrivals, receipts, strict=True):
            line.bin, line.findings = receipt.bin, receipt.findings
            if receipt.bin not in (Bin.REJECTED, Bin.DUPLICATE):
                line.content = b""
        ledger.write(run, lines, earlier)
        lease.keep(
            run,
            checkpoint=page.checkpoint,
            total=page.total if page.total is not None else run.total,
            complete=page.last,
        )


def _line(
    reading: Reading, preparation: Preparation, present: dict[str, DataSet], here: set[str]
) -> tuple[Line, Arrival | None]:
    """The ledger line of one reading, and its arrival where it goes on to the register."""
    name = reading.identifier
    if name in here:
        again = Finding("same-identifier", Severity.ERROR, "identifier", name[:LONGEST_NAME], "G3.4.3")
        return Line(name, Bin.DUPLICATE, [again], reading.content), None
    received = preparation.digest(reading)
    known = present.get(name)
    if (
        known
        and known.received == received
        and not known.deleted
        and not reading.deleted
        and not reading.fault
    ):
        return Line(name, Bin.UNCHANGED), None
    prepared = preparation.prepare(reading, received)
    if isinstance(prepared, Finding):
        return Line(name, Bin.UNREADABLE, [prepared], reading.content), None
    return Line(name, Bin.UNCHANGED, content=reading.content), prepared


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
    full = getattr(failure, "errno", None) in (errno.ENOSPC, errno.EDQUOT) or "full" in str(failure)
    if not full:
        raise failure
    return {
        "rule": "disk-full",
        "message": "There is no space left on the disk",
        "advice": "What was stored before is safe. Make room and harvest again.",
    }
