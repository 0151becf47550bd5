"""How a sheet is written: headings with notes and choices, and cells that never become formulas."""

import io
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from erpd.formats.delivery.fields import DATASET, Thing
from erpd.formats.delivery.typed import example_of
from erpd.formats.delivery.values import DAY, MOMENT
from erpd.formats.spreadsheet import texts
from erpd.formats.spreadsheet.book import letters
from erpd.formats.spreadsheet.cells import LONGEST, MOST_HELD, Cell, size, writable
from erpd.formats.spreadsheet.columns import Column, heading, meaning
from erpd.formats.spreadsheet.flat import Values
from erpd.formats.spreadsheet.names import column_name
from erpd.formats.spreadsheet.texts import Translate
from erpd.metadata.profile import Profile, Property
from erpd.metadata.terms import shorten
from erpd.metadata.vocabularies import Vocabulary

# What programs calculate, or take for the begin of a new cell (CSV injection, CWE-1236).
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
BOLD, QUIET = Font(bold=True), Font(italic=True, color="FF595959")
_FILLS = {
    "mandatory": PatternFill("solid", fgColor="FFFFD617"),
    "recommended": PatternFill("solid", fgColor="FFDBE5F5"),
    "optional": PatternFill("solid", fgColor="FFEEEEEE"),
}
_WRAPPED = Alignment(vertical="top", wrap_text=True)
HEADINGS = 3  # the row of the headings: above them are obligations and an example
_ROWS_WITH_CHOICES = 2_000
_WIDTHS = {"dctIdentifier": 45, "dctTitle": 40, "dctDescription": 60}
_WIDTH = 24
_LONGEST_NAME = 31  # of a sheet
DATA_SET = Column((("dctIdentifier", 1),))
"""The identifier; of a distribution, that of its data set."""


@dataclass(slots=True)
class Plan:
    """A sheet to be written."""

    thing: Thing
    columns: list[Column]


def property_of(profile: Profile, thing: Thing, column: Column) -> Property | None:
    """Return what a profile says of a column: of a property of the data set, or of what is in it."""
    means = meaning(thing, column)
    return profile.classes.get(means.thing.kind, {}).get(means.row.predicate) if means.row else None


def obligation_of(profile: Profile, thing: Thing, column: Column) -> str:
    """Return "mandatory", "recommended" or "optional" for a field; the identifier is mandatory (G3.4.3)."""
    if column == DATA_SET:
        return "mandatory"
    first = Column(column.path[:1])
    known = property_of(profile, thing, first)
    return _obligation(profile, known) if known else "optional"


def _obligation(profile: Profile, known: Property) -> str:
    """What is mandatory in a case that the whole catalogue is, is mandatory."""
    always = any(duty.case.name in profile.applies for duty in known.duties)
    return "mandatory" if always else known.obligation


def asked_of(profile: Profile, thing: Thing, column: Column, language: str) -> tuple[str, str]:
    """Return the obligation of a column, and the section that says so; "" if none does.

    A mandatory resource needs what names it; a mandatory text needs one language, that of the file.
    """
    if column == DATA_SET:
        return "mandatory", "G3.4.3"
    first, own = (property_of(profile, thing, one) for one in (Column(column.path[:1]), column))
    if column.language not in ("", language):
        return "optional", own.section if own else ""
    if len(column.path) > 1:
        means = meaning(thing, column)
        names = means.thing.required or (means.thing.named,)
        if len(column.path) > 2 or column.path[-1][0] not in names:
            return "optional", own.section if own else ""
    return (_obligation(profile, first), first.section) if first else ("optional", "")


class Pen:
    """Writes the sheets of one file, with headings and choices in one language."""

    def __init__(self, profile: Profile, language: str, translate: Translate) -> None:
        self.profile, self.language, self.translate = profile, language, translate
        self._lists: dict[str, list[str]] = {}
        """Heading -> labels, as they will be in the sheet of lists."""

    def begin(self, sheet: Any, plan: Plan) -> None:
        """Write what stands above the data: obligations, an example, the headings."""
        sheet.freeze_panes = f"B{HEADINGS + 1}"
        for place, column in enumerate(plan.columns):
            sheet.column_dimensions[letters(place)].width = _WIDTHS.get(column.field, _WIDTH)
            self._offer(sheet, plan.thing, column, letters(place))
        sheet.append([cell_of(sheet, self._obligation(plan.thing, column)) for column in plan.columns])
        sheet.append(
            [cell_of(sheet, self._example(plan.thing, column), font=QUIET) for column in plan.columns]
        )
        sheet.append([self.heading(sheet, plan.thing, column) for column in plan.columns])

    def heading(self, sheet: Any, thing: Thing, column: Column) -> Any:
        """The cell of a heading, with its note."""
        obligation, _ = asked_of(self.profile, thing, column, self.language)
        is_name = column == DATA_SET and thing is not DATASET
        text = column_name("dataset", self.language) if is_name else heading(thing, column, self.language)
        cell = cell_of(
            sheet, f"{text} *" if obligation == "mandatory" else text, _FILLS[obligation], BOLD, wrap=True
        )
        note = self.translate(texts.OF_DATA_SET) if is_name else self._note(thing, column)
        cell.comment = Comment(note, "erpd", height=120, width=300)
        return cell

    def cell(self, sheet: Any, values: Values, column: Column) -> Any:
        """The cell of a row; one that cannot hold its value is empty, and a note says so."""
        cell = cell_of(sheet, values.get(column))
        if column in values and cell.value is None:
            cell.comment = Comment(self.translate(texts.NOT_HELD), "erpd", height=120, width=300)
        return cell

    def end(self, book: Workbook) -> None:
        """Write the lists, and what a person should know."""
        sheet = book.create_sheet(self._lists_name)
        longest = max(map(len, self._lists.values()), default=0)
        sheet.append([cell_of(sheet, name, font=BOLD) for name in self._lists])
        for place in range(longest):
            labels = (each[place] if place < len(each) else None for each in self._lists.values())
            sheet.append([cell_of(sheet, label) for label in labels])
        sheet = book.create_sheet(self.translate(texts.READ_ME)[:_LONGEST_NAME])
        sheet.column_dimensions["A"].width = 110
        for text in texts.GUIDE:
            said = self.translate(text).replace("{profile}", self.profile.title)
            sheet.append([cell_of(sheet, said, wrap=True)])

    @property
    def _lists_name(self) -> str:
        return self.translate(texts.LISTS)[:_LONGEST_NAME]

    def _obligation(self, thing: Thing, column: Column) -> str:
        obligation, section = asked_of(self.profile, thing, column, self.language)
        obligation = self.translate(obligation)
        return f"{obligation} ({section})" if section else obligation

    def _example(self, thing: Thing, column: Column) -> str:
        means = meaning(DATASET if column == DATA_SET else thing, column)
        example = example_of(means.thing, column.path[-1][0], (self.language,))
        return self.translate(texts.EXAMPLE).format(example=example) if example else ""

    def _note(self, thing: Thing, column: Column) -> str:
        means = meaning(thing, column)
        said = [shorten(means.row.predicate) if means.row else "IRI", self._obligation(thing, column)]
        if means.table:
            said.append(self.translate(texts.CHOICES))
        if means.kind in (DAY, MOMENT):
            said.append(self.translate(texts.DATES))
        if means.is_list:
            said.append(self.translate(texts.SEVERAL))
        return "\n".join(said)

    def _offer(self, sheet: Any, thing: Thing, column: Column, letter: str) -> None:
        """A drop-down list; other values may be typed, such as a code or a label in another language."""
        if column == DATA_SET:
            return
        known = property_of(self.profile, thing, column)
        table = meaning(thing, column).table
        if not table:
            return
        is_part = known and known.codes and known.vocabulary == table.name
        name = heading(thing, column, "en") if is_part else table.name
        labels = self._lists.setdefault(name, _labels(table, known, self.language))
        where = letters([*self._lists].index(name))
        source = f"{quote_sheetname(self._lists_name)}!${where}$2:${where}${len(labels) + 1}"
        choice = DataValidation("list", formula1=source, allow_blank=True, showErrorMessage=False)
        choice.add(f"{letter}{HEADINGS + 1}:{letter}{HEADINGS + _ROWS_WITH_CHOICES}")
        sheet.data_validations.append(choice)


def _labels(table: Vocabulary, known: Property | None, language: str) -> list[str]:
    codes = known.codes if known and known.codes and known.vocabulary == table.name else table.concepts
    labels = {table.label(code, language): code for code in codes}
    # One that means several is read as none of them.
    return sorted(
        (label if table.find(label) == code else code for label, code in labels.items()), key=str.casefold
    )


def saved(book: Workbook) -> bytes:
    """Return the bytes of a workbook."""
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _cut(text: str) -> str:
    if size(text) <= LONGEST:
        return text
    head = text[:LONGEST].encode("utf-16-le")[: 2 * LONGEST].decode("utf-16-le", "ignore")
    return head + "…" * (MOST_HELD - size(head))


def cell_of(
    sheet: Any,
    value: Cell,
    fill: PatternFill | None = None,
    font: Font | None = None,
    *,
    wrap: bool = False,
) -> Any:
    """Return a cell that holds what was given, and never a formula.

    A text that is too long is cut to one that is still too long to be read, so that nobody stores it.
    """
    if isinstance(value, str):
        value = _cut(writable(value))
    cell = WriteOnlyCell(sheet, value=value)  # type: ignore[arg-type]
    if isinstance(value, str):
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(_RISKY)
    elif isinstance(value, datetime):
        cell.number_format = "yyyy-mm-dd hh:mm:ss"
    elif isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"
    if wrap:
        cell.alignment = _WRAPPED
    if fill:
        cell.fill = fill
    if font:
        cell.font = font
    return cell
