"""What came of a file, as a spreadsheet: its rows, coloured, with a column of findings, to be sent again."""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from django.utils.translation import gettext, gettext_lazy
from openpyxl import Workbook
from openpyxl.styles import PatternFill

from erpd.formats.spreadsheet.book import Book, Table, letters
from erpd.formats.spreadsheet.cells import Cell
from erpd.formats.spreadsheet.grid import Sheet
from erpd.formats.spreadsheet.names import column_name, sheet_name
from erpd.formats.spreadsheet.pen import BOLD, cell_of, saved
from erpd.metadata.findings import Severity
from erpd.submit.bulk.items import Note
from erpd.submit.bulk.storing import Outcome, Result

RESULTS = {
    Result.NEW: gettext_lazy("new"),
    Result.CHANGED: gettext_lazy("changed"),
    Result.FLAWED: gettext_lazy("draft with errors"),
    Result.UNCHANGED: gettext_lazy("unchanged"),
    Result.REFUSED: gettext_lazy("refused"),
}
_ORDER = [str(severity) for severity in Severity]
_ROWS = {each: PatternFill("solid", fgColor=colour) for each, colour in zip(
    (*_ORDER, ""), ("FFFBE3E3", "FFFFF6DD", "FFE9F3FB", "FFE8F5E8"), strict=True
)}  # fmt: skip
_CELLS = {
    "error": PatternFill("solid", fgColor="FFF2A3A3"),
    "warning": PatternFill("solid", fgColor="FFFFDD88"),
}
_WIDTH = 70
_CELL = re.compile(r"(.*)!([A-Z]{1,3})([0-9]{1,7})", re.DOTALL)
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\]")
_LONGEST = 8_000  # characters of the findings of a row
_ERROR = "#N/A"  # for what was not read: an empty cell would remove what is stored
_Row: TypeAlias = tuple[str, int]
"""A sheet, and a row from 0."""


def report(
    outcomes: Sequence[Outcome],
    book: Book | None,
    notes: Sequence[Note],
    language: str,
    alive: Callable[[], None] = lambda: None,
) -> bytes:
    """Return the file: of a spreadsheet, the values that were read, and nothing else of what was sent.

    ``alive`` is called for each row, for it takes a while.
    """
    written = Workbook(write_only=True)
    if book is None:
        _list(written.create_sheet(sheet_name("datasets", language)), outcomes, language)
        return saved(written)
    pages = _Pages(outcomes, notes, language, alive)
    for sheet, table, first in zip(book.sheets, book.tables, book.first, strict=True):
        pages.write(written.create_sheet(_NOT_IN_A_NAME.sub(" ", sheet.name)[:31]), sheet, table, first)
    return saved(written)


def _place(cell: str) -> tuple[str, int] | None:
    found = _CELL.fullmatch(cell)
    return (found[1], int(found[3]) - 1) if found else None


class _Pages:
    """Cells keep their names: the findings are behind the last heading, or where they were before.

    What is beyond is not written.
    """

    def __init__(
        self, outcomes: Sequence[Outcome], notes: Sequence[Note], language: str, alive: Callable[[], None]
    ) -> None:
        self._language, self._alive = language, alive
        self._results: dict[_Row, str] = {}
        self._notes: dict[_Row, list[Note]] = defaultdict(list)
        for outcome in outcomes:
            entry = outcome.item.entry
            assert entry
            here = (entry.table.name, entry.row)
            self._results[here] = str(RESULTS[outcome.result])
            for note in outcome.notes:
                self._notes[_place(note.cell) or here].append(note)
        for note in notes:
            if place := _place(note.cell):
                self._notes[place].append(note)

    def write(self, page: Any, sheet: Sheet, table: Table, first: int) -> None:
        """``first``: the row of the headings."""
        width = max((place + 1 for place, text in enumerate(table.headings) if text), default=0)
        at = width if table.findings is None else table.findings
        wide = max(width, at + 1)
        page.freeze_panes = f"A{first + 2}"
        page.column_dimensions[letters(at)].width = _WIDTH
        for number, cells in enumerate(sheet.rows):
            self._alive()
            values = [*cells[:wide], *[None] * (wide - len(cells))]
            here = (sheet.name, number)
            if number > first:
                for place in table.columns.values():
                    if (number, place) in sheet.broken or (number, place) in sheet.merged:
                        values[place] = _ERROR
                page.append(self._row(page, here, values, at))
                continue
            if number == first:
                told = [column_name("findings", self._language), *map(_told_one, self._notes[here])]
                values[at] = "\n".join(told)
            font = BOLD if number == first else None
            page.append([cell_of(page, value, font=font, wrap=number == first) for value in values])

    def _row(self, page: Any, here: _Row, values: list[Cell], at: int) -> list[Any]:
        notes, result = self._notes.get(here, ()), self._results.get(here, "")
        values[at] = "\n".join([*([result] if result else []), *map(_told_one, notes)])[:_LONGEST] or None
        worst = min((note.severity for note in notes), key=_ORDER.index, default="")
        fill = _ROWS[worst] if values[at] else None
        marked = {note.cell.rpartition("!")[2]: _CELLS.get(note.severity) for note in reversed(notes)}
        fills = [
            marked.get(f"{letters(place)}{here[1] + 1}") if marked else None for place in range(len(values))
        ]
        return [
            cell_of(page, value, fills[place] or fill, wrap=place == at) for place, value in enumerate(values)
        ]


def _told_one(note: Note) -> str:
    """The name of a cell without its sheet: the findings are in the same sheet."""
    return f"{note.cell.rpartition('!')[2]}: {note.text}" if note.cell else note.text


def _list(page: Any, outcomes: Sequence[Outcome], language: str) -> None:
    """Of a file in RDF: what came of each data set."""
    for letter, width in zip("ABCD", (60, 40, 15, 90), strict=True):
        page.column_dimensions[letter].width = width
    headings = (gettext("Identifier"), gettext("Title"), gettext("Result"), column_name("findings", language))
    page.append([cell_of(page, heading, font=BOLD) for heading in headings])
    for one in outcomes:
        row = (one.item.identifier or one.item.place, one.title, str(RESULTS[one.result]))
        told = "\n".join(map(_told_one, one.notes))[:_LONGEST]
        page.append([cell_of(page, value, _ROWS[one.severity], wrap=True) for value in (*row, told)])
