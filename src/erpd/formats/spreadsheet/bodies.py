"""An entry -> the body of the delivery API, perhaps onto what is stored, and the cell of each place in it.

The unit is the cell: a column that the file does not have changes nothing, nor does a cell that says what we
would write there. So what a spreadsheet cannot say stays (docs/decisions/0041-spreadsheets.md).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from erpd.formats.delivery.faults import Path
from erpd.formats.delivery.fields import DATASET, DISTRIBUTION
from erpd.formats.delivery.merging import merged
from erpd.formats.delivery.reading import read_shape
from erpd.formats.delivery.shapes import convert
from erpd.formats.delivery.values import Json
from erpd.formats.delivery.writing import data_set_of
from erpd.formats.spreadsheet.book import Entry
from erpd.formats.spreadsheet.columns import Column
from erpd.formats.spreadsheet.flat import Places, Values, body_of, completed, flat, held, listed, onto
from erpd.metadata.record import Record

_MANY = "dcatDistribution"
_ADDRESSES = (Column((("dcatAccessUrl", 1),)), Column((("dcatDownloadUrl", 1),)))
_IRI = Column((("uri", 1),))


@dataclass(frozen=True, slots=True)
class Said:
    """What an entry says."""

    body: dict[str, Json]
    names: frozenset[str] | None
    """The fields that it changes; None if nothing is stored."""
    entry: Entry
    places: Places
    rows: Sequence[tuple[Entry, Places, tuple[str, ...]]]
    """The distributions of the body, in its order: their places, and what their columns are inside of."""

    def record(self, stored: Record | None) -> Record:
        """Return the record. Raises Refused with the faults of the body."""
        said = read_shape(convert(self.body), stored)
        return merged(stored, said, self.names) if stored else said

    def cell(self, at: Path) -> str:
        """Return the name of the cell where a place of the body was said, or should be."""
        above: tuple[str, ...] = ()
        entry, places = self.entry, self.places
        if at[:1] == (_MANY,) and len(self.rows) == 1 and not (len(at) > 1 and isinstance(at[1], int)):
            at = (_MANY, 0, *at[1:])
        if at[:1] == (_MANY,) and len(at) > 1 and isinstance(at[1], int) and at[1] < len(self.rows):
            (entry, places, above), at = self.rows[at[1]], at[2:]
        return entry.table.cell(entry.row, _column(entry, places, at, above))


def _column(entry: Entry, places: Places, at: Path, above: tuple[str, ...]) -> Column | None:
    """The column of the nearest place around; of what is not said, the first that could say it."""
    wanted = (*above, *(step for step in at if isinstance(step, str)))
    while at:
        if (found := places.get(at)) and found in entry.table.columns:
            return found
        names = (*above, *(step for step in at if isinstance(step, str)))
        for column in entry.table.columns:
            path = tuple(name for name, _ in column.path)
            if path[: len(names)] == names and (names == wanted or len(path) == len(names)):
                return column
        at = at[:-1]
    return None


def said(entry: Entry, stored: Record | None, language: str = "en") -> Said:
    """Return what an entry says, onto the record ``stored``, which has the same identifier."""
    own = {column: value for column, value in entry.values.items() if column.field != _MANY}
    before = data_set_of(stored) if stored else {}
    known = held(DATASET, flat(DATASET, before, (_MANY,)), language)
    body, places = body_of(DATASET, onto(DATASET, known, own, language))
    rows = _rows(entry, before.get(_MANY) or [], language)
    if rows:
        body[_MANY] = [row[0] for row in rows]
    names = None
    if stored:
        was, _ = body_of(DATASET, known)
        old = [
            completed(DISTRIBUTION, body_of(DISTRIBUTION, _held(one, language))[0], one)
            for one in listed(before.get(_MANY))
        ]
        if rows:
            was[_MANY] = old
        names = frozenset(name for name in body.keys() | was.keys() if body.get(name) != was.get(name))
        full = completed(DATASET, body, before)
        body |= {name: full[name] for name in names & full.keys() if name != _MANY}
        body.pop("uri", None)
        body["dctIdentifier"] = before["dctIdentifier"]
    return Said(body, names, entry, places, [row[1:] for row in rows])


def _held(one: Json, language: str) -> Values:
    return held(DISTRIBUTION, flat(DISTRIBUTION, one), language)


_Row: TypeAlias = tuple[dict[str, Json], Entry, Places, tuple[str, ...]]


def _rows(entry: Entry, before: Json, language: str) -> list[_Row]:
    """The distributions: those in rows of their own, and those in columns of the row of the data set."""
    own: dict[int, Values] = {}
    for column, value in entry.values.items():
        if column.field == _MANY:
            own.setdefault(column.path[0][1], {})[column] = value
    given: list[tuple[Entry, Values, int]] = [(one, one.values, 0) for one in entry.distributions]
    for number, values in sorted(own.items()):
        if any(value is not None for value in values.values()):
            inner = {Column(each.path[1:], each.language): value for each, value in values.items()}
            given.append((entry, inner, number))
    known = [(_held(one, language), one) for one in listed(before)]
    found: list[_Row] = []
    for one, values, number in given:
        match, was = _match(values, known)
        body, places = body_of(DISTRIBUTION, onto(DISTRIBUTION, match, values, language))
        if _IRI in match:
            body["uri"] = match[_IRI]
        body = completed(DISTRIBUTION, body, was)
        if number:
            places = {
                at: Column(((_MANY, number), *column.path), column.language) for at, column in places.items()
            }
        found.append((body, one, places, (_MANY,) if number else ()))
    return found


def _match(values: Mapping[Column, Json], known: Sequence[tuple[Values, Json]]) -> tuple[Values, Json]:
    """The stored distribution that a row is: by its IRI, its addresses, or all it says. Several are none."""
    if values.get(_IRI):
        same = [one for one in known if one[0].get(_IRI) == values[_IRI]]
    else:
        told = [column for column, value in values.items() if value is not None]
        asked = [column for column in _ADDRESSES if column in told] or told
        same = [one for one in known if asked and all(one[0].get(each) == values[each] for each in asked)]
    return same[0] if len(same) == 1 else ({}, {})
