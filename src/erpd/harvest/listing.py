"""The records and data sets behind the counts of a ledger, one by one: what came, and what waits."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from erpd.harvest.difference import gone_in
from erpd.harvest.leaving import in_batches, leaving, waiting_since
from erpd.harvest.ledger import entries_of
from erpd.harvest.models import Entry, Run, SourceSettings
from erpd.harvest.reconcile import holding
from erpd.metadata.findings import Finding, finding_from
from erpd.metadata.rules import Intake
from erpd.metadata.terms import DCT
from erpd.register.among import named
from erpd.register.arrival import LONGEST_TITLE, REFUSED, Bin
from erpd.register.content import listed
from erpd.register.models import DataSet, Version
from erpd.register.rows import streamed

_TITLE = frozenset({str(DCT.title).encode()})
_BATCH = 100


@dataclass(frozen=True, slots=True)
class Record:
    """A record that a run received."""

    identifier: str
    """What the source calls it; "" if that could not be read."""
    title: str
    """In English if possible; "" if it is not known."""
    bin: Bin
    """Where it ended in the ledger."""
    findings: list[Finding]
    """Why, and what else was found, if it did not come into the register."""
    holder: str = ""
    """The source whose data set has its IRI now, if that is why."""
    contact: str = ""
    """The mail address that a rejected record says to ask at."""


@dataclass(frozen=True, slots=True)
class Held:
    """A data set that has left its source and waits for a person."""

    identifier: str
    """What the source calls it."""
    title: str
    """In English if possible; "" if it is not known."""
    came: str
    """``absent``: it did not come; ``deleted`` or ``filtered``: the bin of its record."""
    iri: str
    """Its IRI."""
    key: str
    """Its key in the register."""


def records_of(run: Run, bins: Collection[Bin] = REFUSED) -> Iterator[Record]:
    """The records in these bins of a run, as they came, however many; a few in memory at a time.

    Unchanged records of earlier runs are only counted (``run.forgotten``).
    """
    rows = entries_of(run).filter(bin__in=list(bins)).defer("content").order_by("pk")
    entries = streamed(rows, _BATCH)
    while batch := list(islice(entries, _BATCH)):
        titles = titles_in(run, batch)
        found = [[finding_from(facts) for facts in one.findings] for one in batch]
        holders = _holders(finding.value for findings in found for finding in findings if _is_taken(finding))
        for one, findings in zip(batch, found, strict=True):
            title = one.title or titles.get(one.identifier, "")
            by = [holders.get(finding.value, "") for finding in findings if _is_taken(finding)]
            holder = next(iter(by), "")
            yield Record(one.identifier, title, Bin(one.bin), findings, holder, one.contact or "")


def held(settings: SourceSettings) -> Iterator[Held]:
    """The data sets that ``approve`` would withdraw now, however many; a few in memory at a time."""
    run = holding(settings)
    if run is None:
        return
    for batch in in_batches(waiting_since(run, leaving(settings))):
        titles = _titles_of(batch)
        for one in batch:
            came: str = one.came  # type: ignore[attr-defined]
            yield Held(
                one.identifier, titles.get(one.identifier, ""), came or "absent", one.iri, str(one.key)
            )


def gone(run: Run, most: int) -> list[tuple[str, str]]:
    """The data sets that a run withdrew, at most so many: (identifier, title of the version before)."""
    found = [one.data_set for one in gone_in(run).order_by("change")[:most]]
    titles = titles_in(run, [Entry(identifier=one.identifier) for one in found])
    return [(one.identifier, titles.get(one.identifier, "")) for one in found]


def _is_taken(finding: Finding) -> bool:
    return finding.rule == Intake.IRI_TAKEN and not finding.repaired


def _holders(iris: Iterable[str]) -> dict[str, str]:
    """IRI -> the source of the data set that has it now."""
    rows = DataSet.objects.filter(iri__among=list(iris), deleted=False)
    return dict(rows.values_list("iri", "source__slug"))


def titles_in(run: Run, entries: Iterable[Entry]) -> dict[str, str]:
    """Identifier -> title of the data sets of these records: as the run brought it, else the latest."""
    names = list({entry.identifier for entry in entries if not entry.title})
    found = named(DataSet.objects.all(), names, source_id=run.settings.source_id)
    data_sets = {one.key: one for one in found}
    versions = Version.objects.filter(data_set__in=list(data_sets)).exclude(digest="")
    rows = versions.order_by("change").values_list("data_set", "change", "iri", "origin")
    brought: dict[Any, bool] = {}
    for key, change, iri, origin in rows:
        is_ours = origin == str(run)
        if is_ours or not brought.get(key):
            one = data_sets[key]
            one.change, one.iri, one.deleted = change, iri, False
            brought[key] = is_ours
    return _titles_of(data_sets[key] for key in brought)


def _titles_of(data_sets: Iterable[DataSet]) -> dict[str, str]:
    return {
        one.identifier: record.title.best("en")[0][:LONGEST_TITLE]
        for one, record in listed(data_sets, _TITLE)
    }
