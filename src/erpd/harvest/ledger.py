"""The ledger: each record received ends in exactly one bin, and the bins add up."""

import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from django.db import transaction
from django.db.models import Count, F, QuerySet

from erpd.formats.reading import Reading
from erpd.harvest.leaving import last_whole
from erpd.harvest.models import Entry, Run, SourceSettings
from erpd.harvest.reconcile import holding, list_before
from erpd.metadata.findings import Finding, Others, Severity, finding_from, others_of
from erpd.metadata.storable import storable
from erpd.register.among import named
from erpd.register.arrival import Bin
from erpd.register.content import facts_of
from erpd.register.identity import LONGEST_NAME
from erpd.register.models import Version
from erpd.register.rows import insert, streamed
from erpd.sources.errors import Reason

_BATCH = 500
_MOST_KINDS = 500  # of findings, kept with a run

# What an earlier attempt of the same run has stored is new to the run all the same.
_KEPT = {Bin.NEW, Bin.CHANGED}


@dataclass(slots=True)
class Line:
    """One record received."""

    identifier: str
    bin: Bin
    findings: list[Finding] = field(default_factory=list)
    """The reason for the bin, and everything else that was found."""
    content: bytes = b""
    """The bytes of a record that was not accepted."""
    datestamp: str = ""
    title: str = ""
    """Of a rejected record."""
    contact: str = ""
    """Of a rejected record: the mail address that it says to ask at."""


def seen(run: Run, identifiers: Iterable[str]) -> dict[str, Entry]:
    """The entries of these identifiers in this run, of the latest attempt that had them: those that count.

    Of several in one attempt the first counts, with the latest datestamp; what could not be read does not.
    """
    names = {_name(identifier) for identifier in identifiers}
    found = named(Entry.objects.exclude(bin=Bin.UNREADABLE), list(names), run_id=run.pk)
    entries: dict[str, Entry] = {}
    for entry in found.order_by("attempt", "-pk"):
        later = entries.get(entry.identifier)
        if later and later.attempt == entry.attempt:
            entry.datestamp = max(entry.datestamp, later.datestamp)
        entries[entry.identifier] = entry
    return entries


def write(run: Run, lines: list[Line], earlier: dict[str, Entry]) -> None:
    """Store the lines of one page. ``earlier``: what ``seen`` returns for their identifiers."""
    entries = []
    for line in lines:
        before = earlier.get(_name(line.identifier))
        repeated = before is not None and before.attempt < run.attempt and before.bin in _KEPT
        entries.append(
            {
                "run_id": run.pk,
                "attempt": run.attempt,
                "identifier": _name(line.identifier),
                "datestamp": line.datestamp,
                "bin": before.bin if before and repeated and line.bin is Bin.UNCHANGED else line.bin,
                "title": line.title,
                "contact": line.contact,
                "findings": facts_of(line.findings),
                "content": zlib.compress(line.content) if line.content else b"",
            }
        )
    insert(Entry, entries)


def repeat(run: Run, before: Run) -> None:
    """Repeat the ledger of the run ``before``: the source says that nothing has changed since."""
    taken = {Bin.NEW, Bin.CHANGED, Bin.UNCHANGED}
    entries = (
        {
            "run_id": run.pk,
            "attempt": run.attempt,
            "identifier": entry.identifier,
            "datestamp": entry.datestamp,
            "bin": Bin.UNCHANGED if entry.bin in taken else entry.bin,
            "title": entry.title,
            "contact": entry.contact,
            "findings": entry.findings,
            "content": entry.content,
        }
        for entry in streamed(entries_of(before).order_by("pk"), _BATCH)
    )
    while batch := list(islice(entries, _BATCH)):
        insert(Entry, batch)


def stamp(reading: Reading) -> str:
    """Its datestamp, as the ledger keeps it."""
    return storable(reading.datestamp)[:30]


def _name(identifier: str) -> str:
    return storable(identifier)[:LONGEST_NAME]


@dataclass(frozen=True, slots=True)
class Example:
    """One finding of its kind."""

    finding: Finding
    identifier: str
    """The record that has it."""
    times: int
    """The number of findings of this kind."""
    others: Sequence[str] = ()
    """The first other values that some of them are about, one more than are shown."""


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a run."""

    run: Run
    ledger: dict[str, Any]
    """``received`` is the sum of the bins; ``gone`` and ``held`` are counted apart."""
    findings: list[Example]

    @property
    def failed(self) -> bool:
        return self.run.state == Run.State.FAILED


def report(run: Run) -> Report:
    return Report(run, ledger_of(run), examples_of(run))


def summarise(run: Run) -> dict[str, Any]:
    """What ``ledger_of`` and ``examples_of`` tell of a run that has ended without counting it again."""
    found = [
        [{**one.finding.as_dict(), "others": one.others}, one.identifier, one.times] for one in found_in(run)
    ]
    return {"bins": _counted(run), "findings": found[:_MOST_KINDS]}


def examples_of(run: Run) -> list[Example]:
    """What ``found_in`` finds; of a run that has ended, as it was then."""
    if run.state == Run.State.RUNNING or "findings" not in run.summary:
        return found_in(run)
    return [
        Example(finding_from(facts), name, times, others_of(facts))
        for facts, name, times in run.summary["findings"]
    ]


def ledger_of(run: Run) -> dict[str, Any]:
    """Only the counts: of a run that has ended, as they were then."""
    bins = _then(run.state, run.summary.get("bins")) or _counted(run)
    seconds = (run.finished - run.started).total_seconds() if run.finished else None
    counts = {"gone": run.gone, "held": run.held, "complete": run.complete, "seconds": seconds}
    return {"received": sum(bins.values()), **bins, **counts}


def received(found: QuerySet[Run]) -> Iterator[tuple[int, str, int]]:
    """Yield source, state and how many records came of these runs, the oldest first.

    Of those that have ended, only their bins are read: whole runs would take long, where there are hundreds.
    """
    rows = found.order_by("pk").values_list("settings", "state", "summary__bins", "pk")
    for source, state, known, key in rows:
        bins = _then(state, known) or _counted(Run.objects.get(pk=key))
        yield source, state, sum(bins.values())


def _then(state: str, bins: Mapping[str, int] | None) -> dict[str, int]:
    """The bins that a run noted at its end; nothing if it goes on, or is older than such notes."""
    return {} if state == Run.State.RUNNING else dict(bins or {})


def _counted(run: Run) -> dict[str, int]:
    counted = counted_by_bin(run)
    bins = dict.fromkeys((place.value for place in Bin), 0) | dict(counted)
    bins[Bin.UNCHANGED] += run.forgotten
    return bins


def counted_by_bin(run: Run) -> QuerySet[Entry, tuple[str, int]]:
    """Bin -> how many entries it has; counted in an index, for which all bins are named."""
    named_bins = entries_of(run).filter(bin__in=[place.value for place in Bin])
    return named_bins.values_list("bin").annotate(Count("pk"))


def entries_of(run: Run) -> QuerySet[Entry]:
    """Those that count; none of a run for which there was no room."""
    return Entry.objects.filter(run=run.pk, attempt=run.attempt)


def found_in(run: Run) -> list[Example]:
    """An example for each rule and property: errors first, then the most frequent."""
    counts: Counter[tuple[str, str, str]] = Counter()
    examples: dict[tuple[str, str, str], tuple[Finding, str]] = {}
    others: defaultdict[tuple[str, str, str], Others] = defaultdict(Others)
    refused = entries_of(run).exclude(findings=[]).values_list("identifier", "findings")
    taken = Version.objects.filter(origin=str(run)).exclude(findings=[])
    rows = chain(streamed(refused), streamed(taken.values_list("data_set__identifier", "findings")))
    for identifier, findings in rows:
        for facts in findings:
            kind = (facts["severity"], facts["rule"], facts.get("path", "").rpartition("/")[2])
            counts[kind] += 1
            finding = finding_from(facts)
            example, _ = examples.setdefault(kind, (finding, identifier))
            others[kind].note(finding, example)
    order = [severity.value for severity in Severity]
    ranked = sorted(counts.items(), key=lambda item: (order.index(item[0][0]), -item[1], item[0]))
    return [Example(*examples[kind], amount, others[kind]) for kind, amount in ranked]


def forget_unchanged(run: Run) -> None:
    """Entries of earlier runs that say nothing but "unchanged" have done their work: they are only counted.

    Those since the whole run before deletions that wait are needed, should ``run`` be undone; and, while
    ``run`` holds some, the last whole list.
    """
    past = Entry.objects.filter(run__settings=run.settings, run__lt=run, bin=Bin.UNCHANGED, findings=[])
    whole = last_whole(run.settings)
    if whole and holding(run.settings):
        past = past.filter(run__lt=whole)
    before = list_before(run) if run.held else None
    if before:
        past = past.exclude(run=before)
    with transaction.atomic():
        counted = past.filter(attempt=F("run__attempt")).values_list("run").annotate(Count("pk"))
        for number, amount in list(counted):
            Run.objects.filter(pk=number).update(forgotten=F("forgotten") + amount)
        past.delete()


def last_taken(settings: SourceSettings) -> Run | None:
    """The last run of the source that no person has undone; None if there is none."""
    runs = settings.runs.order_by("-pk")
    return next((run for run in runs if run.error.get("rule") != Reason.UNDONE), None)
