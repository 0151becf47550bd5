"""Files that are made to harm: each costs its child at most, and is refused in a plain sentence."""

import io
import resource
import time
import zipfile

import pytest

from erpd.submit.bulk.items import SPREADSHEET, NothingRead, contents
from tests.formats.spreadsheet.files import altered, ods, xlsx
from tests.proofs import length

ROWS = [["Identifier", "Title"], ["https://a.example/1", "A"]]
SHEET = "xl/worksheets/sheet1.xml"


def behind(xml: bytes, rows: bytes = b"") -> bytes:
    end = b"</sheetData>"
    return altered(xlsx({"Datasets": ROWS}), SHEET, lambda old: old.replace(end, rows + end + xml))


def with_cells(xml: bytes) -> bytes:
    """A sheet whose last row is followed by ``xml``."""
    return altered(
        xlsx({"Datasets": ROWS}), SHEET, lambda old: old.replace(b"</sheetData>", xml + b"</sheetData>")
    )


def far(r: bytes = b"r") -> bytes:
    """A cell in the last corner, which calamine would reach by a rectangle of 400 GB."""
    return with_cells(b'<row r="1048576"><c ' + r + b'="XFD1048576"><v>1</v></c></row>')


def far_in_disguise() -> bytes:
    return far(b" " * 400 + b"r")


def repeated() -> bytes:
    cell = 'table:table-cell office:value-type="string" table:number-columns-repeated="16384"'
    row = 'table:table-row table:number-rows-repeated="1048576"'
    text = "<text:p>x</text:p></table:table-cell></table:table-row>"
    return ods(ROWS, cell=f"<{row}><{cell}>{text}")


def lying() -> bytes:
    """An archive that says that a part is small, and holds a large one."""
    content = with_cells(
        b'<row r="3"><c r="A3" t="inlineStr"><is><t>' + b"a" * length(2**22, 2**27) + b"</t></is></c></row>"
    )
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = archive.getinfo(SHEET).file_size
    return content.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))


def deep() -> bytes:
    return with_cells(b"<row>" * 100_000)


def merged() -> bytes:
    cells = "".join(f'<mergeCell ref="A{n}:XFD{n + 1000}"/>' for n in range(3, 3 + length(1_000, 30_000)))
    xml = f'<mergeCells count="1">{cells}</mergeCells>'.encode()
    return altered(
        xlsx({"Datasets": ROWS}), SHEET, lambda old: old.replace(b"</sheetData>", b"</sheetData>" + xml)
    )


def of_formulas() -> bytes:
    cells = b"".join(b'<c r="C%d"><f>1+1</f></c>' % n for n in range(3, 3 + length(2_000, 100_000)))
    return with_cells(b'<row r="3">' + cells + b"</row>")


@pytest.mark.proof
@pytest.mark.in_children
@pytest.mark.parametrize("make", [far, far_in_disguise, repeated, lying, deep, merged, of_formulas])
def test_it_costs_its_child_at_most(make):
    content, began = make(), time.process_time()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        told, number = "", len(contents(content, SPREADSHEET, "en", str).items)
    except NothingRead as error:
        told, number = str(error), 0
    assert bool(told) != (0 < number <= 2)
    assert "{" not in told
    assert "Traceback" not in told
    assert time.process_time() - began < 5  # here; the child has limits of its own
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024
