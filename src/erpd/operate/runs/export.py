"""The records of a run as CSV: a line for each finding, all of them."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpRequest

from erpd.accounts.desk.pages import desk
from erpd.accounts.may import Kind
from erpd.harvest.listing import records_of
from erpd.harvest.models import Run
from erpd.metadata.findings import explain
from erpd.metadata.masking import shown
from erpd.operate.runs.pages import bins_asked, run_place
from erpd.pages.downloads import as_csv, csv_file
from erpd.publish.methods import safe
from erpd.register.arrival import Bin

COLUMNS = (
    *("identifier", "title", "bin"),
    *("severity", "rule", "section", "path", "value", "repaired", "message"),
)


@desk(Kind.SOURCE)
@safe
def records_csv(request: HttpRequest, slug: str, number: int) -> Any:
    """The records in ``?bin=``; otherwise those that were not accepted."""
    run = run_place(request, slug, number).run
    return csv_file(as_csv(_rows(run, bins_asked(request))), f"{slug}-{run.pk}")


def _rows(run: Run, bins: list[Bin]) -> Iterator[Iterable[str]]:
    """A record without findings has one row."""
    yield ("\ufeff" + COLUMNS[0], *COLUMNS[1:])  # the mark tells spreadsheets that it is UTF-8
    for record in records_of(run, bins):
        first = (record.identifier, record.title, str(record.bin))
        for one in record.findings:
            rest = (one.severity, one.rule, one.stated_in, one.path)
            yield map(_cell, (*first, *rest, one.value, one.repaired, explain(one)))
        if not record.findings:
            yield map(_cell, (*first, *[""] * (len(COLUMNS) - len(first))))


def _cell(text: str) -> str:
    """Whole, however long, on one line, without secrets."""
    return shown(text, len(text))
