"""Sheets -> entries: the rows of data sets with their distributions, and what is wrong with their cells."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from erpd.formats.delivery.fields import DATASET, DISTRIBUTION, Thing
from erpd.formats.delivery.values import Json
from erpd.formats.spreadsheet import grid
from erpd.formats.spreadsheet.cells import Cell, meant
from erpd.formats.spreadsheet.columns import Column, Meaning, column_of, meaning
from erpd.formats.spreadsheet.flat import Values
from erpd.formats.spreadsheet.mistakes import Misread, Mistake, Trouble, Troubles, Unusable
from erpd.formats.spreadsheet.names import column_called, fields_known, folded, sheet_called

MOST_HEADINGS_DOWN = 10  # rows that may stand above the headings: notes, an example
MOST_DATA_SETS = 10_000
_MOST_NEAR = 20  # to look for one takes a few milliseconds
_IDENTIFIER = Column((("dctIdentifier", 1),))


@dataclass(slots=True)
class Table:
    """A sheet of which we understand the headings."""

    name: str
    role: str
    """``datasets`` or ``distributions``."""
    columns: dict[Column, int]
    """Its place from 0."""
    headings: list[str]
    data_set: int | None = None
    """The column that names the data set of a distribution."""
    findings: int | None = None
    """The column of findings, as we returned it: it says nothing."""

    @property
    def thing(self) -> Thing:
        return DATASET if self.role == "datasets" else DISTRIBUTION

    def cell(self, row: int, column: Column | None) -> str:
        """Return the name of a cell, such as ``Datasets!B7``; of the first in its row if there is none."""
        place = 0 if column is None else self.columns.get(column, 0)
        return f"{self.name}!{letters(place)}{row + 1}"


@dataclass(slots=True)
class Entry:
    """A row: a data set with its distributions, or a distribution."""

    table: Table
    row: int
    """From 0."""
    values: Values = field(default_factory=dict)
    """Of each column; None where the cell is empty."""
    troubles: list[Trouble] = field(default_factory=list)
    distributions: "list[Entry]" = field(default_factory=list)

    @property
    def identifier(self) -> str:
        said = self.values.get(_IDENTIFIER)
        return said if isinstance(said, str) else ""

    def forget(self, cells: Collection[str]) -> None:
        """Take the values of these cells as if they were empty."""
        for entry in (self, *self.distributions):
            for column in entry.values:
                if entry.table.cell(entry.row, column) in cells:
                    entry.values[column] = None


@dataclass(slots=True)
class Book:
    """A spreadsheet that was read."""

    entries: list[Entry]
    sheets: list[grid.Sheet]
    """Those that were understood."""
    tables: list[Table]
    """Of each of them."""
    first: list[int]
    """The row of the headings in each."""
    troubles: list[Trouble]
    """Of columns, and of distributions without a data set."""


def read(content: bytes) -> Book:
    """Return what a spreadsheet says. Raises Unusable if nothing of it can be taken."""
    found: list[tuple[grid.Sheet, Table, int]] = []
    troubles = Troubles()
    sheets = grid.read(content)
    called = {sheet.name: sheet_called(sheet.name) for sheet in sheets}
    alone = "datasets" not in called.values()
    for sheet in sheets:
        role = called[sheet.name] or ("datasets" if alone and sheet.rows else "")
        if role and all(table.role != role for _, table, _ in found):
            table, first = _headed(sheet, role, troubles)
            if table:
                found.append((sheet, table, first))
                alone = False
    if not any(table.thing is DATASET for _, table, _ in found):
        raise Unusable(Trouble(Mistake.NO_HEADINGS, sheets[0].name if sheets else ""))
    entries: list[Entry] = []
    for sheet, table, first in found:
        if table.thing is DATASET:
            entries += _entries(sheet, table, first)
    if not entries:
        raise Unusable(Trouble(Mistake.NO_ROWS, found[0][0].name))
    if len(entries) > MOST_DATA_SETS:
        limit = f"{MOST_DATA_SETS:,}"
        raise Unusable(Trouble(Mistake.TOO_MANY_ROWS, found[0][0].name, f"{len(entries):,}", limit))
    _name(entries)
    for sheet, table, first in found:
        if table.thing is DISTRIBUTION:
            _join(entries, table, _entries(sheet, table, first), sheet, troubles)
    return Book(
        entries,
        [sheet for sheet, _, _ in found],
        [table for _, table, _ in found],
        [first for _, _, first in found],
        troubles.found,
    )


def _headed(sheet: grid.Sheet, role: str, troubles: Troubles) -> tuple[Table | None, int]:
    """The row with the most headings that we know, among the first."""
    best, most, first = None, 0, 0
    thing = DATASET if role == "datasets" else DISTRIBUTION
    for place, row in enumerate(sheet.rows[:MOST_HEADINGS_DOWN]):
        headings = [cell.strip() if isinstance(cell, str) else "" for cell in row]
        known = {at: column_of(thing, text) for at, text in enumerate(headings) if text}
        number = sum(column is not None for column in known.values())
        if number > most:
            best, most, first = (headings, known), number, place
    if best is None:
        return None, 0
    headings, known = best
    table = Table(sheet.name, role, {}, headings)
    for at, column in known.items():
        beside = column_called(headings[at])
        cell = f"{sheet.name}!{letters(at)}{first + 1}"
        if beside == "findings":
            table.findings = at
        elif beside == "dataset" and thing is DISTRIBUTION:
            table.data_set = at
        elif column is None:
            near = _near(thing, headings[at]) if len(troubles.found) < _MOST_NEAR else ""
            troubles.add(Trouble(Mistake.UNKNOWN_COLUMN, cell, headings[at][:80], near))
        elif column in table.columns:
            other = f"{letters(table.columns[column])}{first + 1}"
            raise Unusable(Trouble(Mistake.REPEATED_COLUMN, cell, headings[at][:80], other))
        else:
            table.columns[column] = at
    return table, first


def _near(thing: Thing, text: str) -> str:
    found = get_close_matches(folded(text[:80]), list(fields_known(thing)), 1, 0.75)
    return fields_known(thing)[found[0]] if found else ""


def _entries(sheet: grid.Sheet, table: Table, first: int) -> list[Entry]:
    """One for each row with something in it, below the headings."""
    means = {column: meaning(table.thing, column) for column in table.columns}
    if table.data_set is not None:
        means[_IDENTIFIER] = meaning(DATASET, _IDENTIFIER)
    places = table.columns | ({_IDENTIFIER: table.data_set} if table.data_set is not None else {})
    columns = {column: (means[column], at) for column, at in places.items()}
    return [
        _entry(sheet, table, row, columns)
        for row, cells in enumerate(sheet.rows)
        if row > first and any(_is_said(cell) for at, cell in enumerate(cells) if at != table.findings)
    ]


def _is_said(cell: Cell) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None


def _entry(
    sheet: grid.Sheet,
    table: Table,
    row: int,
    means: dict[Column, tuple[Meaning, int]],
) -> Entry:
    entry, cells = Entry(table, row), sheet.rows[row]
    for column, (kind, at) in means.items():
        cell = cells[at] if at < len(cells) else None
        what = sheet.broken.get((row, at)) or (Mistake.MERGED if (row, at) in sheet.merged else None)
        try:
            if what:
                raise Misread(what)
            entry.values[column] = meant(kind, cell)
        except Misread as wrong:
            entry.values[column] = None
            name = f"{table.name}!{letters(at)}{row + 1}"
            entry.troubles.append(Trouble(wrong.what, name, wrong.value, wrong.advice, table.headings[at]))
    return entry


def _name(entries: Sequence[Entry]) -> None:
    """Each needs an identifier of its own: it says which data set the row is when the file comes again."""
    first: dict[str, Entry] = {}
    for entry in entries:
        cell = entry.table.cell(entry.row, _IDENTIFIER)
        if not entry.identifier:
            if not any(trouble.cell == cell for trouble in entry.troubles):
                entry.troubles.append(Trouble(Mistake.NO_IDENTIFIER, cell))
        elif entry.identifier in first:
            other = first[entry.identifier]
            same = other.table.cell(other.row, _IDENTIFIER)
            entry.troubles.append(Trouble(Mistake.REPEATED, cell, entry.identifier[:80], same))
        else:
            first[entry.identifier] = entry


def _join(
    entries: Sequence[Entry], table: Table, rows: Sequence[Entry], sheet: grid.Sheet, troubles: Troubles
) -> None:
    """Give each distribution to its data set."""
    known = {entry.identifier: entry for entry in reversed(entries) if entry.identifier}
    for row in rows:
        said: Json = row.values.pop(_IDENTIFIER, None)
        owner = known.get(said) if isinstance(said, str) else None
        if owner:
            owner.distributions.append(row)
        else:
            cell = f"{table.name}!{letters(table.data_set or 0)}{row.row + 1}"
            troubles.add(Trouble(Mistake.NO_DATA_SET, cell, str(said or "")[:80]))


def letters(place: int) -> str:
    """Return what a spreadsheet calls a column.

    >>> letters(0), letters(27)
    ('A', 'AB')
    """
    text, place = "", place + 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(65 + rest) + text
    return text
