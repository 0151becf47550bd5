"""One page after the other into the register, each with its ledger and checkpoint in one transaction."""

from django.db import transaction

from erpd.formats.reading import Reading
from erpd.harvest import lease, ledger
from erpd.harvest.fetching import PreparedPage
from erpd.harvest.ledger import Line
from erpd.harvest.models import Run
from erpd.harvest.opening import whole_run_before
from erpd.harvest.preparation import Prepared
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.rules import Intake, Unread
from erpd.register import intake
from erpd.register.arrival import Arrival, Bin
from erpd.register.identity import LONGEST_NAME

_NOT_WANTED = (Intake.FILTERED, Unread.OTHER_KIND)


def store(run: Run, prepared: PreparedPage) -> None:
    """Records, ledger and checkpoint of one page in one transaction: killed anywhere, nothing is lost."""
    page, outcomes = prepared.page, prepared.outcomes
    if page.anew:  # an attempt of its own, whose ledger begins here
        run.attempt, run.latest = run.attempt + 1, ""
    earlier = ledger.seen(run, {reading.identifier for reading in page.readings})
    here = {name for name, entry in earlier.items() if entry.attempt == run.attempt}
    # Edited while it was listed, a record moves ahead of the reader and comes again, newer than before.
    newer = {
        reading.identifier
        for reading in page.readings
        if reading.identifier in here and ledger.stamp(reading) > earlier[reading.identifier].datestamp
    }
    here -= newer
    present = {**prepared.present, **intake.known(run.settings.source, newer)}
    total = run.total if page.total is None else page.total
    lines: list[Line] = []
    arrivals: list[tuple[Line, Arrival]] = []
    readable = [reading for reading, outcome in outcomes if _is_readable(outcome)]
    by_date = sorted(readable, key=lambda reading: reading.datestamp)
    latest_here = {reading.identifier: reading.datestamp for reading in by_date}
    for reading, outcome in outcomes:
        if isinstance(outcome, Finding):
            line = _refused(reading, outcome)
        elif reading.identifier in here or reading.datestamp < latest_here[reading.identifier]:
            line = _again(reading)
        elif outcome is None or outcome.deleted:  # what is deleted goes at the end, unless too much does
            line = Line(reading.identifier, Bin.DELETED if outcome else Bin.UNCHANGED)
        else:
            line = Line(reading.identifier, Bin.UNCHANGED, content=reading.content)
            arrivals.append((line, outcome))
        line.datestamp = ledger.stamp(reading)
        lines.append(line)
        if reading.datestamp == latest_here.get(reading.identifier):
            here.add(reading.identifier)
    with transaction.atomic():
        latest = max([run.latest, *(line.datestamp for line in lines)])
        progress = {"checkpoint": page.checkpoint, "total": total, "complete": page.last, "latest": latest}
        validators = page.checkpoint.get("validators")
        if page.last and isinstance(validators, dict) and validators:
            progress["validators"] = {**validators, **run.validators}
        lease.keep(run, attempt=run.attempt, pages=run.pages + 1, **progress)
        before = whole_run_before(run) if page.unchanged else None
        if before:
            ledger.repeat(run, before)
        receipts = intake.take_in(
            run.settings.source, [arrival for _, arrival in arrivals], origin=str(run), present=present
        )
        for (line, arrival), receipt in zip(arrivals, receipts, strict=True):
            line.bin = receipt.bin
            if receipt.bin in (Bin.REJECTED, Bin.DUPLICATE):
                line.findings, line.title, line.contact = receipt.findings, arrival.title, arrival.contact
            else:  # what was found in a record that was taken in stands on its version
                line.content = b""
        ledger.write(run, lines, earlier)


def _is_readable(outcome: Prepared | None) -> bool:
    return not isinstance(outcome, Finding) or outcome.rule in _NOT_WANTED


def _refused(reading: Reading, finding: Finding) -> Line:
    """What cannot be read is kept with its bytes; what is not wanted, or no data set, is not."""
    if finding.rule in _NOT_WANTED:
        return Line(reading.identifier, Bin.FILTERED, [finding])
    return Line(reading.identifier, Bin.UNREADABLE, [finding], reading.content)


def _again(reading: Reading) -> Line:
    """The same identifier twice in one run: the later datestamp counts, else the first one (G3.4.3)."""
    name = reading.identifier[:LONGEST_NAME]
    finding = Finding(Intake.SAME_IDENTIFIER, Severity.ERROR, "identifier", name, "G3.4.3")
    return Line(reading.identifier, Bin.DUPLICATE, [finding], reading.content)
