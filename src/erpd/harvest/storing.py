"""One page after the other into the register, each with its ledger and checkpoint in one transaction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.db import transaction

from erpd.formats.reading import OTHER_KIND, Reading
from erpd.harvest import lease, ledger
from erpd.harvest.ledger import Line
from erpd.harvest.models import Run
from erpd.harvest.opening import last_run, way_of
from erpd.harvest.preparation import Preparation, Prepared
from erpd.harvest.processes import Share
from erpd.metadata.findings import Finding, Severity
from erpd.register import intake
from erpd.register.arrival import Arrival, Bin
from erpd.register.identity import LONGEST_NAME
from erpd.register.models import DataSet
from erpd.sources.errors import SourceError
from erpd.sources.page import Page

_NOT_WANTED = ("filtered", OTHER_KIND)


@dataclass(frozen=True, slots=True)
class Work:
    """One page: its readings that are being prepared, and what the register has of these."""

    page: Page
    present: dict[str, DataSet]
    unchanged: frozenset[int]  # places in the page
    begun: list[Share]


class Beginning(Protocol):
    """Who begins to prepare readings: a preparer, or a rehearsal that has prepared them already."""

    @property
    def preparation(self) -> Preparation: ...

    def begin(self, readings: Sequence[Reading]) -> list[Share]: ...


def ahead(run: Run, pages: Iterator[Page], preparer: Beginning) -> Iterator[Work]:
    """While one page is stored, the next one is fetched and prepared."""
    waiting: Work | None = None
    try:
        for page in pages:
            digests = intake.digests(run.settings.source, {reading.identifier for reading in page.readings})
            # Of what stands on the page before, the register does not know the present state yet.
            unstored = {reading.identifier for reading in waiting.page.readings} if waiting else set()
            unchanged = frozenset(
                place
                for place, reading in enumerate(page.readings)
                if reading.identifier not in unstored
                and _unchanged(reading, digests.get(reading.identifier, ""), preparer.preparation)
            )
            rest = [reading for place, reading in enumerate(page.readings) if place not in unchanged]
            before = {reading.identifier for reading in rest} & digests.keys()
            present = intake.known(run.settings.source, before)
            work = Work(page, present, unchanged, preparer.begin(rest))
            if waiting:
                yield waiting
            waiting = work
    except SourceError:
        if waiting:
            yield waiting
        raise
    if waiting:
        yield waiting


def _unchanged(reading: Reading, received: str, preparation: Preparation) -> bool:
    """The same bytes as last time: there is nothing to prepare."""
    readable = not (reading.deleted or reading.fault)
    return readable and bool(received) and received == preparation.digest(reading)


def store(run: Run, work: Work, prepared: list[Prepared]) -> None:
    """Records, ledger and checkpoint of one page in one transaction: killed anywhere, nothing is lost."""
    page = work.page
    if page.anew:  # an attempt of its own, whose ledger begins here
        run.attempt, run.latest = run.attempt + 1, ""
    earlier = ledger.seen(run, {reading.identifier for reading in page.readings})
    here = {name for name, entry in earlier.items() if entry.attempt == run.attempt}
    # Edited while it was listed, a record moves ahead of the reader and comes again, newer than all before.
    newer = {
        reading.identifier
        for reading in page.readings
        if reading.identifier in here and reading.datestamp > run.latest
    }
    here -= newer
    present = {**work.present, **intake.known(run.settings.source, newer)}
    total = run.total if page.total is None else page.total
    lines: list[Line] = []
    arrivals: list[tuple[Line, Arrival]] = []
    ready = iter(prepared)
    results = [
        (reading, None if place in work.unchanged else next(ready))
        for place, reading in enumerate(page.readings)
    ]
    readable = [reading for reading, result in results if _is_readable(result)]
    by_date = sorted(readable, key=lambda reading: reading.datestamp)
    latest_here = {reading.identifier: reading.datestamp for reading in by_date}
    for reading, result in results:
        if isinstance(result, Finding):
            line = _refused(reading, result)
        elif reading.identifier in here or reading.datestamp < latest_here[reading.identifier]:
            line = _again(reading)
        elif result is None:
            line = Line(reading.identifier, Bin.UNCHANGED)
        else:
            line = Line(reading.identifier, Bin.UNCHANGED, content=reading.content)
            arrivals.append((line, result))
        lines.append(line)
        if reading.datestamp == latest_here.get(reading.identifier):
            here.add(reading.identifier)
    with transaction.atomic():
        latest = max([run.latest, *(reading.datestamp[:30] for reading in page.readings)])
        progress = {"checkpoint": page.checkpoint, "total": total, "complete": page.last, "latest": latest}
        validators = page.checkpoint.get("validators")
        if page.last and isinstance(validators, dict) and validators:
            progress["validators"] = {**validators, "way": way_of(run.settings)}
        lease.keep(run, attempt=run.attempt, pages=run.pages + 1, **progress)
        before = last_run(run) if page.unchanged else None
        if before:
            ledger.repeat(run, before)
        receipts = intake.take_in(
            run.settings.source, [arrival for _, arrival in arrivals], origin=str(run), present=present
        )
        for (line, _), receipt in zip(arrivals, receipts, strict=True):
            line.bin = receipt.bin
            if receipt.bin in (Bin.REJECTED, Bin.DUPLICATE):
                line.findings = receipt.findings
            else:  # what was found in a record that was taken in stands on its version
                line.content = b""
        ledger.write(run, lines, earlier)


def _is_readable(result: Prepared | None) -> bool:
    return not isinstance(result, Finding) or result.rule in _NOT_WANTED


def _refused(reading: Reading, finding: Finding) -> Line:
    """What cannot be read is kept with its bytes; what is not wanted, or no data set, is not."""
    if finding.rule in _NOT_WANTED:
        return Line(reading.identifier, Bin.FILTERED, [finding])
    return Line(reading.identifier, Bin.UNREADABLE, [finding], reading.content)


def _again(reading: Reading) -> Line:
    """The same identifier twice in one run: the latest on the page counts, else the first one (G3.4.3)."""
    name = reading.identifier[:LONGEST_NAME]
    finding = Finding("same-identifier", Severity.ERROR, "identifier", name, "G3.4.3")
    return Line(reading.identifier, Bin.DUPLICATE, [finding], reading.content)
