"""What is too large is refused in a sentence, before much is made of it."""

import io
import time
import zipfile

import pytest

from erpd.formats.spreadsheet import grid
from erpd.formats.spreadsheet.book import letters, read
from erpd.formats.spreadsheet.mistakes import Mistake, Unusable
from erpd.formats.spreadsheet.texts import explain
from tests.formats.spreadsheet.files import altered, ods, xlsx
from tests.proofs import length


def bomb(size: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(size >> 20):
                part.write(bytes(2**20))
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return file.getvalue()


def many_files() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(2_001):
            archive.writestr(f"{number}.xml", "")
    return file.getvalue()


def far(row: int, column: int) -> bytes:
    return xlsx({"Datasets": [["Identifier"]]}, lambda book: book.active.cell(row, column, "x"))


@pytest.mark.proof
@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda: bomb(length(2**24, 2**28) + 2**20), Mistake.TOO_LARGE),
        (many_files, Mistake.TOO_LARGE),
        (lambda: b"Identifier\n" + b"https://a.example/1\n" * 100_000, Mistake.TOO_MANY_ROWS),
        (lambda: b"Identifier\n" + b"\n" * 100_000, Mistake.TOO_MANY_ROWS),
        (lambda: b"Identifier\n" + b"x\n" * 10_001, Mistake.TOO_MANY_ROWS),
        (lambda: b"Identifier" + b"," * 16_384, Mistake.TOO_MANY_COLUMNS),
        (lambda: xlsx({f"s{n}": [["a"]] for n in range(51)}), Mistake.TOO_MANY_SHEETS),
        (lambda: far(30_000, 1), Mistake.TOO_MANY_ROWS),
        (lambda: far(2, 16_384), Mistake.TOO_MANY_COLUMNS),
    ],
)
def test_each_bound_has_its_sentence(make, what, monkeypatch):
    monkeypatch.setattr(grid, "MOST_BYTES", length(2**24, 2**28))
    content = make()
    began = time.process_time()
    with pytest.raises(Unusable) as error:
        read(content)
    assert error.value.troubles[0].what is what
    assert "{" not in explain(error.value.troubles[0])
    assert time.process_time() - began < 3


def test_many_faults_take_time_in_proportion():
    """Unknown headings, values in no list: each is told, and few are compared with many others."""
    headings = ["Identifier", "Language", *(f"Titel {n} von vielen" for n in range(900))]
    rows = [[f"https://a.example/{n}", f"Klingonese {n}"] for n in range(2_000)]
    rows[0].append("x" * 200_000)
    content = "\n".join(",".join(row) for row in [headings, *rows]).encode()
    began = time.process_time()
    with pytest.raises(Unusable) as error:
        read(content)
    assert error.value.troubles[0].what is Mistake.BROKEN  # a cell beyond the limit of a field
    book = read(content.replace(b"x" * 200_000, b"x" * 100_000))
    assert time.process_time() - began < 5
    assert len(book.troubles) == 200
    assert sum(len(entry.troubles) for entry in book.entries) == 2_000


def repeated(rows: int, columns: int, text: str = "x") -> bytes:
    row, cell = REPEATED.format("rows", rows), REPEATED.format("columns", columns)
    inner = f"<table:table-cell {cell}><text:p>{text}</text:p></table:table-cell>"
    return ods(ROWS, cell=f"<table:table-row {row}>{inner}</table:table-row>")


def shared(times: int, length: int) -> bytes:
    """One text in many cells."""
    cells = "".join(f'<c r="{letters(at)}3" t="s"><v>0</v></c>' for at in range(2, times + 2))
    row = f'<row r="3">{cells}</row></sheetData>'.encode()
    part = "xl/worksheets/sheet1.xml"
    file = io.BytesIO(altered(xlsx({"Datasets": ROWS}), part, lambda old: old.replace(b"</sheetData>", row)))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        name = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        texts = f'<sst xmlns="{name}"><si><t>{"x" * length}</t></si></sst>'
        archive.writestr("xl/sharedStrings.xml", texts)
    return file.getvalue()


ROWS = [["Identifier", "Title"], ["https://a.example/1", "A"]]
REPEATED = 'table:number-{}-repeated="{}"'


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda: repeated(9_000, 900), Mistake.TOO_MANY_CELLS),
        (lambda: repeated(80, 48, "x" * 32_000), Mistake.TOO_LARGE),
        (lambda: shared(900, 40_000), Mistake.TOO_LARGE),
        (lambda: xlsx({f"s{n}": [["a"]] for n in range(3)}, far_in_each), Mistake.TOO_MANY_CELLS),
    ],
)
def test_a_few_bytes_that_stand_for_much_are_refused_before_it_is_made(make, what, monkeypatch):
    content = make()
    assert len(content) < 30_000
    monkeypatch.setattr(grid, "CalamineWorkbook", None)
    began = time.process_time()
    with pytest.raises(Unusable) as error:
        read(content)
    assert [trouble.what for trouble in error.value.troubles] == [what]
    assert time.process_time() - began < 1


def far_in_each(book):
    for sheet in book:
        sheet.cell(900, 900, "x")


def test_empty_rows_and_columns_to_the_end_of_an_ods_sheet_count_for_nothing():
    row = REPEATED.format("rows", 1_048_000)
    empty = f"<table:table-cell {REPEATED.format('columns', 16_384)}/>"
    content = ods(ROWS, cell=f"<table:table-row {row}>{empty}</table:table-row>")
    assert len(read(content).entries) == 1
