"""Records -> XLSX, and the template: headings in the reader's language, choices from the authority tables.

Whatever begins like a formula is written as text, which no program calculates.
"""

import csv
import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook

from erpd.formats.delivery.fields import DATASET, DISTRIBUTION, Thing
from erpd.formats.delivery.values import Json
from erpd.formats.delivery.writing import data_set_of
from erpd.formats.spreadsheet.cells import kept
from erpd.formats.spreadsheet.columns import Column, columns_of, heading, meaning
from erpd.formats.spreadsheet.flat import Values, flat
from erpd.formats.spreadsheet.names import sheet_name
from erpd.formats.spreadsheet.pen import DATA_SET, Pen, Plan, obligation_of, saved
from erpd.formats.spreadsheet.texts import Translate
from erpd.metadata.profile import Profile
from erpd.metadata.record import Record

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MANY = "dcatDistribution"
_FIRST = ("dctTitle", "dctDescription", "dcatAccessUrl")  # of the mandatory ones


def plans(languages: tuple[str, ...], profile: Profile) -> tuple[Plan, Plan]:
    """Return the sheets of a template: mandatory columns first, identifier before them."""
    sheets = []
    for thing in (DATASET, DISTRIBUTION):
        columns = [
            column for column in columns_of(thing, tuple(dict.fromkeys(languages))) if column != DATA_SET
        ]
        order = {"mandatory": 0, "recommended": 1, "optional": 2}
        columns.sort(
            key=lambda column: (
                order[obligation_of(profile, thing, column)],
                _FIRST.index(column.field) if column.field in _FIRST else len(_FIRST),
            )
        )
        sheets.append(Plan(thing, [DATA_SET, *columns]))
    return sheets[0], sheets[1]


def template(profile: Profile, languages: tuple[str, ...], translate: Translate) -> bytes:
    """Return an XLSX file to fill in. Rows above the headings are never taken as data: notes, an example.

    ``languages`` are those of the texts; in the first are the headings and choices.
    """
    return written([], plans(languages, profile), profile, languages[0], translate)


def headings_in_csv(profile: Profile, languages: tuple[str, ...]) -> bytes:
    """Return a CSV file with the headings of a template: a data set and one distribution in each row."""
    of_data_sets, of_distributions = plans(languages, profile)
    columns = [*of_data_sets.columns]
    for one in of_distributions.columns:
        if one != DATA_SET and len(one.path) == 1:
            columns.append(Column(((_MANY, 1), *one.path), one.language))
    file = io.StringIO(newline="")
    csv.writer(file).writerow([heading(DATASET, column, languages[0]) for column in columns])
    return file.getvalue().encode("utf-8-sig")  # so that Excel reads it as UTF-8


def records_written(
    records: Iterable[Record], profile: Profile, languages: tuple[str, ...], translate: Translate
) -> bytes:
    """Return an XLSX file with records, which can be changed and delivered again."""
    bodies = [data_set_of(record) for record in records]
    both = plans(languages, profile)
    for body in bodies:
        _widen(both[0], flat(DATASET, body, (_MANY,)))
        for one in _distributions(body):
            _widen(both[1], flat(DISTRIBUTION, one))
    return written(bodies, both, profile, languages[0], translate)


def _distributions(body: Json) -> list[Json]:
    found = body.get(_MANY, [])
    return found if isinstance(found, list) else [found]


def _widen(plan: Plan, values: Values) -> None:
    """Add the columns that it has not, each after those of its field."""
    for column in sorted(set(values) - {*plan.columns}):
        alike = [place for place, known in enumerate(plan.columns) if known.field == column.field]
        plan.columns.insert(alike[-1] + 1 if alike else len(plan.columns), column)


def written(
    bodies: Sequence[Json], both: tuple[Plan, Plan], profile: Profile, language: str, translate: Translate
) -> bytes:
    """Return an XLSX file with bodies, in the columns planned."""
    book = Workbook(write_only=True)
    pen = Pen(profile, language, translate)
    rows: tuple[list[Values], list[Values]] = ([], [])
    for body in bodies:
        rows[0].append(_cells(DATASET, flat(DATASET, body, (_MANY,)), language))
        for one in _distributions(body):
            cells = _cells(DISTRIBUTION, flat(DISTRIBUTION, one), language)
            rows[1].append({DATA_SET: body["dctIdentifier"], **cells})
    for plan, found, name in zip(both, rows, ("datasets", "distributions"), strict=True):
        sheet = book.create_sheet(sheet_name(name, language))
        pen.begin(sheet, plan)
        for row in found:
            sheet.append([pen.cell(sheet, row, column) for column in plan.columns])
    pen.end(book)
    return saved(book)


def _cells(thing: Thing, values: Values, language: str) -> Values:
    return {column: kept(meaning(thing, column), value, language) for column, value in values.items()}
