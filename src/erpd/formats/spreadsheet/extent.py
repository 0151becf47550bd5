"""How much a spreadsheet holds, from its XML: before memory is taken for each cell of it.

A few bytes can stand for many cells: repeated ones in ODS, one shared text in XLSX, a cell far away in both.
"""

import io
import re
from collections.abc import Iterator
from zipfile import ZipFile

from lxml import etree

from erpd.formats.spreadsheet.mistakes import Mistake, Trouble, Unusable

MOST_CELLS = 1_000_000  # of all sheets, with the empty ones between them
MOST_LETTERS = 2**25
_CELL = re.compile(rb"<(?:\w{1,20}:)?c\s[^>]{0,300}>(?:\s{0,20}<(?:\w{1,20}:)?v>(\d{1,9})<)?")
_AT = re.compile(rb'\sr="([A-Z]{1,3})([0-9]{1,7})"')
_SHARED = re.compile(rb"\st=[\"']s[\"']")
_REPEATED = re.compile(rb"-repeated=")


class Extent:
    """The cells and letters of all sheets together."""

    def __init__(self) -> None:
        self.cells = self.letters = 0

    def add(self, cells: int, letters: int = 0) -> None:
        """Raise Unusable if it is too much."""
        self.cells, self.letters = self.cells + cells, self.letters + letters
        if self.cells > MOST_CELLS:
            raise Unusable(Trouble(Mistake.TOO_MANY_CELLS, advice=f"{MOST_CELLS:,}"))
        if self.letters > MOST_LETTERS:
            raise Unusable(Trouble(Mistake.TOO_LARGE, advice=f"{MOST_LETTERS >> 20}"))


def shared_texts(archive: ZipFile) -> list[int]:
    """Return the length of each text that the cells of an XLSX file share."""
    name = "xl/sharedStrings.xml"
    if name not in archive.namelist():
        return []
    return [sum(map(len, text.itertext())) for text in _elements(archive.read(name), "{*}si")]


def of_sheet(content: bytes, shared: list[int]) -> tuple[int, int, int]:
    """Return how many rows and columns of an XLSX sheet have a value, and the letters of its shared texts."""
    rows = columns = letters = 0
    for found in _CELL.finditer(content):
        cell = found[0]
        if cell.endswith(b"/>"):
            continue
        if place := _AT.search(cell):
            row, column = numbered(place[1].decode(), place[2].decode())
            rows, columns = max(rows, row + 1), max(columns, column + 1)
        if found[1] and _SHARED.search(cell) and int(found[1]) < len(shared):
            letters += shared[int(found[1])]
    return rows, columns, letters


def numbered(letters: str, number: str) -> tuple[int, int]:
    """Return the row and the column of a cell, from 0."""
    column = 0
    for letter in letters:
        column = 26 * column + ord(letter) - 64
    return int(number) - 1, column - 1


def measure_ods(content: bytes, extent: Extent) -> None:
    """Count the cells of an ODS file. Raises Unusable. Without repeats, its bytes are the bound."""
    if not _REPEATED.search(content):
        return
    table = waiting = width = 0  # ``waiting``: empty rows, which count if something follows
    for row in _elements(content, "{*}table-row"):
        if (here := id(row.getparent())) != table:
            table, waiting, width = here, 0, 0
        columns, said, letters = 0, 0, 0
        for cell in row:
            times = _times(cell, "columns")
            columns += times
            if len(cell) or any("value" in str(name) for name in cell.keys()):  # noqa: SIM118 - of lxml
                said = columns
                letters += times * sum(map(len, cell.itertext()))
        times = _times(row, "rows")
        waiting += times
        if said:
            width = max(width, said)
            extent.add(waiting * width, times * letters)
            waiting = 0


def _times(element: etree._Element, what: str) -> int:
    for name, value in element.items():
        if str(name).endswith(f"number-{what}-repeated"):
            return int(str(value)[:9]) if str(value).isdecimal() else 1
    return 1


def _elements(content: bytes, tag: str) -> Iterator[etree._Element]:
    for _, element in etree.iterparse(
        io.BytesIO(content), tag=tag, resolve_entities=False, no_network=True, huge_tree=False
    ):
        yield element
        element.clear()
        while element.getprevious() is not None:
            parent = element.getparent()
            if parent is None:
                break
            del parent[0]
