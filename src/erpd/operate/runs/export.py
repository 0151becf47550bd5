"""The records of a run as CSV: a line for each finding, all of them."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse

from erpd.accounts.desk.pages import desk
from erpd.accounts.may import Kind
from erpd.harvest.listing import records_of
from erpd.harvest.models import Run
from erpd.metadata.findings import explain
from erpd.metadata.masking import plain
from erpd.operate.place import source_place
from erpd.operate.runs.pages import run_of
from erpd.register.arrival import REFUSED, Bin

COLUMNS = (
    *("identifier", "title", "bin"),
    *("severity", "rule", "section", "path", "value", "repaired", "message"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run


@desk(Kind.SOURCE)
def records_csv(request: HttpRequest, slug: str, number: int) -> Any:
    """The records in ``?bin=``; otherwise those that were not accepted."""
    run = run_of(source_place(request, slug), number)
    chosen = request.GET.get("bin", "")
    bins = [Bin(chosen)] if chosen in list(Bin) else list(REFUSED)
    answer = StreamingHttpResponse(lines(run, bins), "text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{slug}-{run.pk}.csv"'
    return answer


def lines(run: Run, bins: list[Bin]) -> Iterator[str]:
    """The file, some lines at a time. A record without findings has one line."""
    yield "\ufeff" + _line(COLUMNS)  # the mark tells spreadsheets that it is UTF-8
    for record in records_of(run, bins):
        first = (record.identifier, record.title, str(record.bin))
        for one in record.findings:
            rest = (one.severity, one.rule, one.section or getattr(one.rule, "section", ""), one.path)
            yield _line((*first, *rest, one.value, one.repaired, explain(one)))
        if not record.findings:
            yield _line((*first, *[""] * (len(COLUMNS) - len(first))))


def _line(values: tuple[str, ...]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([_cell(value) for value in values])
    return out.getvalue()


def _cell(value: str) -> str:
    text = plain(str(value))
    return f"'{text}" if text.startswith(_FORMULA) else text
