"""The records of a run that did not come in, as CSV: a line for each fault, with how to mend it."""

from collections.abc import Iterable, Iterator
from itertools import islice

from erpd.harvest.listing import Record, records_of
from erpd.harvest.models import Run
from erpd.metadata.findings import explain
from erpd.metadata.masking import shown
from erpd.pages.downloads import as_csv
from erpd.register.among import named
from erpd.register.arrival import Bin, contact_of
from erpd.register.content import records
from erpd.register.models import DataSet

FAILED = (Bin.REJECTED, Bin.DUPLICATE, Bin.UNREADABLE)
COLUMNS = ("identifier", "title", "rule", "section", "value", "mend", "contact")
_BATCH = 100
_LONGEST = 2_000  # characters


def failures(run: Run) -> Iterator[str]:
    """The file, some lines at a time. ``contact``: its own, else that of the last good version."""
    return as_csv(_rows(run))


def _rows(run: Run) -> Iterator[Iterable[str]]:
    yield ("\ufeff" + COLUMNS[0], *COLUMNS[1:])  # the mark tells spreadsheets that it is UTF-8
    found = records_of(run, FAILED)
    while batch := list(islice(found, _BATCH)):
        contacts = _contacts(run, batch)
        for one in batch:
            first, contact = (one.identifier, one.title), one.contact or contacts.get(one.identifier, "")
            for fault in one.findings:
                cells = (*first, fault.rule, fault.stated_in, fault.value, explain(fault), contact)
                yield [shown(cell, _LONGEST) for cell in cells]
            if not one.findings:
                yield [shown(cell, _LONGEST) for cell in (*first, one.bin, "", "", "", contact)]


def _contacts(run: Run, batch: list[Record]) -> dict[str, str]:
    """Identifier -> the mail address of whom to ask about the data set."""
    there = DataSet.objects.filter(deleted=False)
    found = named(there, [one.identifier for one in batch], source_id=run.settings.source_id)
    return {one.identifier: contact_of(record) for one, record in records(found)}
