"""The bytes of a spreadsheet -> its sheets as rows of cells: XLSX and ODS by calamine, CSV by Python.

Runs in a child that may die (docs/decisions/0041-spreadsheets.md): calamine takes memory for each cell of
the rectangle that a sheet fills. Formulas are never calculated: a cell has the value that was stored with it.
"""

import csv
import io
import itertools
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from lxml import etree
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from erpd.formats.encoding import in_utf8, is_in_another_charset, read_utf8
from erpd.formats.repairs import unmarked
from erpd.formats.spreadsheet.cells import LONGEST, Cell
from erpd.formats.spreadsheet.extent import Extent, measure_ods, numbered, of_sheet, shared_texts
from erpd.formats.spreadsheet.mistakes import Mistake, Trouble, Unusable
from erpd.formats.xml_document import parser

MOST_BYTES = 256 * 2**20  # unpacked
MOST_SHEETS = 50
MOST_ROWS = 20_000  # of one sheet
MOST_COLUMNS = 1_000
MOST_MERGED = 10_000
_MOST_FILES = 2_000  # in the archive
Place: TypeAlias = tuple[int, int]
"""Row and column from 0."""
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, and any file of Office that is encrypted
_BROKEN = (
    *(zipfile.BadZipFile, KeyError, OSError, RuntimeError, ValueError, zlib.error),
    etree.XMLSyntaxError,
)
_SEPARATORS = ",;\t"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ODS_ERROR = b'calcext:value-type="error"'


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: all its rows, as long as the widest."""

    name: str
    rows: Sequence[Sequence[Cell]]
    merged: frozenset[Place] = frozenset()
    """Cells that hold nothing because they are merged with another."""
    broken: dict[Place, Mistake] = field(default_factory=dict)
    """Cells whose formula has no value."""


def read(content: bytes) -> list[Sheet]:
    """Return the sheets of a file that holds rows. Raises Unusable.

    What the file is, its bytes say: its name may be wrong.
    """
    if not content.strip():
        raise Unusable(Trouble(Mistake.NO_ROWS))
    if content.startswith(_COMPOUND):
        encrypted = "EncryptedPackage".encode("utf-16-le") in content
        raise Unusable(Trouble(Mistake.ENCRYPTED if encrypted else Mistake.OLD))
    if content.startswith(b"PK"):
        return _workbook(content)
    if content.startswith((b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"{\\rtf")) or b"\0\0\0" in content:
        raise Unusable(Trouble(Mistake.FOREIGN))
    return [_csv(content)]


def _workbook(content: bytes) -> list[Sheet]:
    broken = _examined(content)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            shown = [
                (place, sheet.name)
                for place, sheet in enumerate(book.sheets_metadata)
                if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
            ]
            if len(shown) > MOST_SHEETS:
                raise Unusable(
                    Trouble(Mistake.TOO_MANY_SHEETS, value=str(len(shown)), advice=str(MOST_SHEETS))
                )
            extent, sheets = Extent(), []
            for place, name in shown:
                sheets.append(_sheet(book.get_sheet_by_index(place), broken.get(name, {})))
                for row in sheets[-1].rows:  # whatever the XML hid from us
                    extent.add(len(row), sum(len(cell) for cell in row if isinstance(cell, str)))
            return sheets
    except PasswordError:
        raise Unusable(Trouble(Mistake.ENCRYPTED)) from None
    except (CalamineError, OSError, ValueError) as error:
        raise Unusable(Trouble(Mistake.BROKEN, value=str(error)[:200])) from error


def _sheet(sheet: CalamineSheet, broken: dict[Place, Mistake]) -> Sheet:
    bottom, right = sheet.end or (-1, -1)
    _bound(sheet.name, bottom + 1, right + 1)
    # Not to_python(skip_empty_area=False): it goes wrong where a sheet has no cells.
    top, left = sheet.start or (0, 0)
    rows: list[list[Cell]] = (
        [[]] * top + [[None] * left + row for row in sheet.iter_rows()] if sheet.end else []
    )
    merged: set[Place] = set()
    for first, last in sheet.merged_cell_ranges or ():
        if first[0] <= bottom and first[1] <= right:
            area = itertools.product(
                range(first[0], min(last[0], bottom) + 1), range(first[1], min(last[1], right) + 1)
            )
            merged.update(itertools.islice(area, 1, MOST_MERGED - len(merged)))
    return Sheet(sheet.name, rows, frozenset(merged), broken)


def _bound(name: str, rows: int, columns: int) -> None:
    if rows > MOST_ROWS:
        raise Unusable(Trouble(Mistake.TOO_MANY_ROWS, name, f"{rows:,}", f"{MOST_ROWS:,}"))
    if columns > MOST_COLUMNS:
        raise Unusable(Trouble(Mistake.TOO_MANY_COLUMNS, name, f"{columns:,}", f"{MOST_COLUMNS:,}"))


def _examined(content: bytes) -> dict[str, dict[Place, Mistake]]:
    """The cells of each sheet whose formula has no value; calamine shows them as empty ones."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if len(names) > _MOST_FILES or sum(one.file_size for one in archive.infolist()) > MOST_BYTES:
                raise Unusable(Trouble(Mistake.TOO_LARGE, advice=f"{MOST_BYTES >> 20}"))
            if "xl/workbook.xml" in names:
                return dict(_formulas(archive))
            mimetype = archive.read("mimetype")[:100] if "mimetype" in names else b""
            if b"opendocument.spreadsheet" not in mimetype:
                raise Unusable(Trouble(Mistake.FOREIGN))
            if any(one.flag_bits & 1 for one in archive.infolist()) or _is_encrypted(archive):
                raise Unusable(Trouble(Mistake.ENCRYPTED))
            content_xml = archive.read("content.xml")
            if _ODS_ERROR in content_xml:
                raise Unusable(Trouble(Mistake.ERROR))
            measure_ods(content_xml, Extent())
            return {}
    except (
        zipfile.BadZipFile,
        KeyError,
        OSError,
        RuntimeError,
        ValueError,
        zlib.error,
        etree.XMLSyntaxError,
    ) as error:
        raise Unusable(Trouble(Mistake.BROKEN, value=str(error)[:200])) from error


def _is_encrypted(archive: zipfile.ZipFile) -> bool:
    name = "META-INF/manifest.xml"
    return name in archive.namelist() and b"encryption-data" in archive.read(name)


def _formulas(archive: zipfile.ZipFile) -> Iterator[tuple[str, dict[Place, Mistake]]]:
    extent, shared = Extent(), shared_texts(archive)
    parts = {
        one.get("Id"): (one.get("Target") or "")
        for one in etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"), parser())
    }
    for sheet in etree.fromstring(archive.read("xl/workbook.xml"), parser()).iter("{*}sheet"):
        target = parts.get(sheet.get(_RELATION), "")
        name = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        content = archive.read(name) if name in archive.namelist() else b""
        rows, columns, letters = of_sheet(content, shared)
        _bound(sheet.get("name") or "", rows, columns)
        extent.add(rows * columns, letters)
        if b't="e"' in content or b"<f" in content or b":f" in content:
            yield sheet.get("name") or "", dict(_without_value(content))


def _without_value(content: bytes) -> Iterator[tuple[Place, Mistake]]:
    cells = etree.iterparse(
        io.BytesIO(content), tag="{*}c", resolve_entities=False, no_network=True, huge_tree=False
    )
    for _, cell in cells:
        place = _PLACE.fullmatch(cell.get("r") or "")
        if place and cell.get("t") == "e":
            yield numbered(*place.groups()), Mistake.ERROR
        elif place and cell.get("t") != "str" and cell.find("{*}f") is not None and not cell.findtext("{*}v"):
            yield numbered(*place.groups()), Mistake.NO_RESULT
        cell.clear()


def _csv(content: bytes) -> Sheet:
    plain = in_utf8(content)
    if is_in_another_charset(plain):
        raise Unusable(Trouble(Mistake.CHARSET))
    text, _ = unmarked(read_utf8(plain))
    head = text[:100_000].splitlines()[:10]
    separator = max(_SEPARATORS, key=lambda sign: max((line.count(sign) for line in head), default=0))
    csv.field_size_limit(4 * LONGEST)
    rows: list[list[Cell]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            rows.append([*row])
            _bound("CSV", len(rows), len(row))
    except csv.Error as error:
        raise Unusable(Trouble(Mistake.BROKEN, value=str(error)[:200])) from error
    return Sheet("CSV", rows)
