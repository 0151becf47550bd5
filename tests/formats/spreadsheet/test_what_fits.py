"""What no cell holds whole is not written, and stays; a text that was cut is never stored."""

import io
from collections import Counter

import openpyxl
import pytest

from erpd.formats.delivery.reading import read_shape
from erpd.formats.delivery.shapes import convert
from erpd.formats.delivery.typed import Mistyped
from erpd.formats.delivery.writing import data_set_of
from erpd.formats.spreadsheet.bodies import said
from erpd.formats.spreadsheet.book import read
from erpd.formats.spreadsheet.cells import LONGEST, MOST_HELD, size
from erpd.formats.spreadsheet.columns import MOST_ALIKE
from erpd.formats.spreadsheet.mistakes import Mistake
from erpd.formats.spreadsheet.pen import cell_of
from tests.formats.spreadsheet.files import altered, xlsx
from tests.formats.spreadsheet.test_round_trip import written

LONG = "word " * 8_000
IDENTIFIER = "https://a.example/1"


def stored(**fields):
    return read_shape(convert({"dctIdentifier": IDENTIFIER, "dctTitle": ["A"], **fields}))


@pytest.mark.parametrize(
    "fields",
    [
        {"dctDescription": [{"value": LONG, "lang": "en"}, {"value": "Kort", "lang": "nl"}]},
        {"dctDescription": [{"value": "😀" * 20_000, "lang": "en"}]},
        {"dctDescription": [{"value": "b\ufffdc", "lang": "nl"}]},
        {"dctDescription": ["one\r\ntwo\rthree"]},
        {"dcatKeyword": [f"keyword number {number}" for number in range(3_000)]},
        {"dcatVersion": "#N/A"},
        {"dcatDistribution": [{"dctTitle": ["T"], "dctDescription": [LONG]}]},
        {
            "dcatDistribution": [
                {"dcatAccessUrl": "https://a.example/x", "dcatByteSize": 12345678901234567890}
            ]
        },
    ],
)
def test_what_does_not_fit_stays(fields):
    before = stored(**fields)
    content = written([before])
    (entry,) = read(content).entries
    assert not entry.troubles
    again = said(entry, before, "nl")
    assert again.names == frozenset()


def test_what_is_beside_can_be_changed():
    before = stored(dctDescription=[{"value": LONG, "lang": "en"}, {"value": "Kort", "lang": "nl"}])
    (entry,) = read(written([before])).entries
    (short,) = [column for column, value in entry.values.items() if value == "Kort"]
    entry.values[short] = "Korter"
    after = data_set_of(said(entry, before, "nl").record(before))["dctDescription"]
    assert sorted(one["value"].strip() for one in after) == ["Korter", LONG.strip()]


def test_a_note_says_that_a_cell_is_empty_because_it_is_too_small():
    book = openpyxl.load_workbook(io.BytesIO(written([stored(dctDescription=[LONG])])))
    notes = [
        cell.comment.text for row in book.worksheets[0].iter_rows(min_row=4) for cell in row if cell.comment
    ]
    assert len(notes) == 1
    assert "does not fit" in notes[0]


@pytest.mark.parametrize("text", ["a" * 40_000, "😀" * 20_000, "a" + "😀" * 20_000, "\a" * 9 + "a" * 32_767])
def test_a_text_that_was_cut_is_refused_when_it_comes_back(text):
    cut = cell_of(openpyxl.Workbook().active, text).value
    assert size(cut) == MOST_HELD == LONGEST + 1
    assert cut.endswith("…")
    (entry,) = read(xlsx({"Datasets": [["Identifier", "Title"], [IDENTIFIER, cut]]})).entries
    assert [trouble.what for trouble in entry.troubles] == [Mistake.TOO_LONG]


@pytest.mark.parametrize("number", ["NaN", "inf", "-inf", "1e400"])
def test_what_is_no_number_is_said_at_its_cell(number):
    row = f'<row r="3"><c r="A3"><v>{number}</v></c><c r="B3"><v>{number}</v></c></row></sheetData>'
    content = altered(
        xlsx({"Datasets": [["Identifier", "Title"], [IDENTIFIER, "A"]]}),
        "xl/worksheets/sheet1.xml",
        lambda old: old.replace(b"</sheetData>", row.encode()),
    )
    first, second = read(content).entries
    assert not first.troubles
    assert {trouble.what for trouble in second.troubles} >= {Mistyped.NOT_A_NUMBER}


def test_more_values_than_columns_stay_when_one_is_changed():
    years = [{"dcatStartDate": f"{1900 + number}-01-01"} for number in range(MOST_ALIKE + 10)]
    before = stored(dctTemporal=years)
    (entry,) = read(written([before])).entries
    assert said(entry, before, "nl").names == frozenset()
    held = [column for column, value in entry.values.items() if column.field == "dctTemporal" and value]
    assert len(held) == MOST_ALIKE
    entry.values[held[0]] = "2020-01-01"
    after = data_set_of(said(entry, before, "nl").record(before))["dctTemporal"]
    assert len(after) == len(years)
    began = {one["dcatStartDate"][:4] for one in after}
    assert "2020" in began
    assert {str(1900 + MOST_ALIKE + number) for number in range(10)} <= began


@pytest.mark.parametrize("iri", ["", "https://a.example/file"])
def test_within_a_distribution_they_stay_too(iri):
    """Whether one of them, another field, or one of a resource in it is changed."""
    # Each in a cell of its own.
    texts = [{"value": f"Page {number}", "lang": "en"} for number in range(MOST_ALIKE + 10)]
    file = {
        **({"uri": iri} if iri else {}),
        "dcatAccessUrl": "https://a.example/x",
        "dctTitle": ["T"],
        "dctDescription": texts,
        "dcatAccessService": [
            {"dctTitle": ["S"], "dctDescription": texts, "dcatEndpointUrl": "https://a.example/api"}
        ],
    }
    before = stored(dcatDistribution=[file])
    whole = data_set_of(before)["dcatDistribution"]
    for field, old, new in (
        ("dctTitle", "T", "New"),
        ("dctDescription", "Page 0", "New"),
        ("dcatAccessService", "S", "New"),
        ("dcatAccessService", "Page 0", "New"),
    ):
        (entry,) = read(written([before])).entries
        assert said(entry, before, "nl").names == frozenset()
        row = entry.distributions[0].values if entry.distributions else entry.values
        cell = next(
            column
            for column, value in row.items()
            if value == old and field in [name for name, _ in column.path]
        )
        row[cell] = new
        after = data_set_of(said(entry, before, "nl").record(before))["dcatDistribution"]
        expected = Counter(strings(whole))
        expected.subtract({old: 1, new: -1})
        assert Counter(strings(after)) == expected, (field, old)


def strings(value):
    if isinstance(value, dict):
        return [text for one in value.values() for text in strings(one)]
    return [text for one in value for text in strings(one)] if isinstance(value, list) else [str(value)]
