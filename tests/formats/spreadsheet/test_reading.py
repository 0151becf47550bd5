"""Rows -> bodies: values as spreadsheets have them, and each fault with the cell that it is in."""

import datetime as dt

import pytest

from erpd.formats.delivery.faults import Refused
from erpd.formats.delivery.writing import data_set_of
from erpd.formats.spreadsheet.bodies import said
from erpd.formats.spreadsheet.book import Book, read
from erpd.formats.spreadsheet.mistakes import Mistake, Unusable
from erpd.formats.spreadsheet.texts import explain
from tests.formats.spreadsheet.files import THEME, altered, ods, text, xlsx

ONE = "https://a.example/1"
MIDNIGHT = dt.datetime(2024, 5, 31)  # noqa: DTZ001 - spreadsheets have no zones
AUTHORITY = "http://publications.europa.eu/resource/authority/"


def bodies(book: Book):
    return [said(entry, None).body for entry in book.entries]


def troubles(content: bytes) -> list[tuple[str, str]]:
    book = read(content)
    each = [entry for one in book.entries for entry in (one, *one.distributions)]
    found = [*book.troubles, *(trouble for entry in each for trouble in entry.troubles)]
    assert all(explain(trouble) for trouble in found)
    return [(trouble.what.value, trouble.cell) for trouble in found]


HEADINGS = ["Identifier", "Title (nl)", "Title (en)", "Keyword (en)", "Theme", "Release date", "Publisher"]
ROW = [ONE, "Lozingen", "Discharges", "water; soil", "Umwelt", dt.date(2024, 5, 31), "Water Authority"]
BODY = {
    "dctIdentifier": ONE,
    "dctTitle": [{"value": "Discharges", "lang": "en"}, {"value": "Lozingen", "lang": "nl"}],
    "dcatKeyword": [{"value": "water", "lang": "en"}, {"value": "soil", "lang": "en"}],
    "dcatTheme": [THEME],
    "dctIssued": "2024-05-31",
    "dctPublisher": {"foafName": ["Water Authority"]},
}


@pytest.mark.parametrize(
    "content",
    [
        xlsx({"Datasets": [HEADINGS, ROW]}),
        xlsx({"Sheet1": [["Our data sets"], [], HEADINGS, ROW]}),
        xlsx({"Other": [["x"]], "Tietoaineistot": [HEADINGS, ROW]}),
        ods([HEADINGS, ROW]),
        text([HEADINGS, ROW]).encode(),
        text([HEADINGS, ROW], ";").encode("utf-8-sig"),
        text([HEADINGS, ROW], "\t").encode("utf-16"),
    ],
    ids=["xlsx", "titled", "second", "ods", "csv", "semicolons", "utf-16"],
)
def test_every_kind_of_file_says_the_same(content):
    book = read(content)
    assert (bodies(book), book.troubles) == ([BODY], [])
    record = said(book.entries[0], None).record(None)
    assert data_set_of(record)["dctIssued"] == "2024-05-31T00:00:00Z"


def test_distributions_are_rows_of_their_own_or_columns():
    own = [["Data set", "Access URL", "Size in bytes", "Format"]]
    own += [[ONE, "https://a.example/x", 12.0, "csv"], [ONE, "https://a.example/y", "1 000", "Excel XLSX"]]
    apart = read(xlsx({"Data sets": [["Identifier"], [ONE]], "Distributions": own}))
    headings = [f"Distribution {n}: {each}" for n in (1, 2) for each in own[0][1:]]
    beside = read(text([["Identifier", *headings], [ONE, *own[1][1:], *own[2][1:]]]).encode())
    for book in (apart, beside):
        assert bodies(book)[0]["dcatDistribution"] == [
            {
                "dcatAccessUrl": "https://a.example/x",
                "dcatByteSize": 12,
                "dctFormat": f"{AUTHORITY}file-type/CSV",
            },
            {
                "dcatAccessUrl": "https://a.example/y",
                "dcatByteSize": 1000,
                "dctFormat": f"{AUTHORITY}file-type/XLSX",
            },
        ]


@pytest.mark.parametrize(
    ("heading", "cell", "value"),
    [
        ("Version", 12.0, "12"),
        ("Version", "1.10", "1.10"),
        ("Version", 1.5, "1.5"),
        ("Version", "=1+1", "=1+1"),  # as text, which it is in a CSV file
        ("Access rights", "niet openbaar", f"{AUTHORITY}access-right/NON_PUBLIC"),
        ("Frequency", "annuel", f"{AUTHORITY}frequency/ANNUAL"),
        ("Language", "NLD; English", [f"{AUTHORITY}language/NLD", f"{AUTHORITY}language/ENG"]),
        ("Theme", THEME, [THEME]),
        ("Source", "https://a.example/a;b\nhttps://a.example/c", ["https://a.example/a;b", "https://a.example/c"]),
        ("Source", "https://a.example/a https://a.example/c", ["https://a.example/a", "https://a.example/c"]),
        ("Conforms to", "A standard; of ours", ["A standard; of ours"]),
        ("Release date", MIDNIGHT, "2024-05-31"),
        ("Release date", MIDNIGHT.replace(hour=12, minute=30), "2024-05-31T12:30:00"),
        ("Spatial resolution in metres", "0.5", 0.5),
        ("Geographic coverage", "Nederland", [{"dctLocation": f"{AUTHORITY}country/NLD"}]),
        ("Contact point: E-mail", "data@a.example", {"vcardHasEmail": "mailto:data@a.example"}),
        ("Contact point: Telephone", "+31 70 123 4567", {"vcardHasTelephone": "tel:+31701234567"}),
        ("Publisher", "https://a.example/board", {"uri": "https://a.example/board"}),
    ],
)  # fmt: skip
def test_values(heading, cell, value):
    (body,) = bodies(read(xlsx({"Datasets": [["Identifier", heading], [ONE, cell]]}, as_text)))
    assert [body[name] for name in body if name != "dctIdentifier"] == [value]


def as_text(book):
    for row in book["Datasets"].iter_rows():
        for cell in row:
            if cell.data_type == "f":
                cell.data_type = "s"


@pytest.mark.parametrize(
    ("heading", "cell", "what"),
    [
        ("Title", dt.date(2024, 5, 1), "date"),  # "May 2024", of which the program made a date
        ("Title", True, "boolean"),
        ("Title", dt.time(12), "time"),
        ("Title", "#REF!", "error"),
        ("Title", "=NA()", "no-result"),
        ("Title", "Gr\ufffd\ufffde", "lost"),
        ("Version", 12345678901234567, "too-many-digits"),
        ("Spatial resolution in metres", "1,000", "several-numbers"),
        ("Spatial resolution in metres", "ten", "not-a-number"),
        ("Spatial resolution in metres", dt.date(1900, 1, 5), "not-a-number"),
        ("Theme", "Sausages", "not-in-table"),
        ("Language", "NLD; Klingonese", "not-in-table"),
        ("Title", "=1/0 with an error", "error"),
    ],
)
def test_nothing_is_guessed(heading, cell, what):
    content = xlsx({"Datasets": [["Identifier", heading], [ONE, cell]]})
    if "with an error" in str(cell):
        content = altered(
            content, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b'r="B2"', b'r="B2" t="e"')
        )
    assert troubles(content) == [(what, "Datasets!B2")]


def test_the_value_of_a_formula_counts():
    def stored(xml: bytes) -> bytes:
        return xml.replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>").replace(
            b"<f>1+1</f><v/>", b"<f>1+1</f><v>2</v>"
        )

    content = xlsx({"Datasets": [["Identifier", "Version"], [ONE, "=1+1"]]})
    (body,) = bodies(read(altered(content, "xl/worksheets/sheet1.xml", stored)))
    assert body["dcatVersion"] == "2"


def test_rows_and_columns_that_do_not_fit():
    rows = [["Identifier", "Titel", "Remarks", "Tittle"], [ONE, "A"], [ONE, "B"], ["", "C"], [], [None, "  "]]
    found = xlsx({"Datasets": rows, "Distributions": [["Data set", "Title"], ["https://a.example/2", "D"]]})
    assert troubles(found) == [
        ("unknown-column", "Datasets!C1"),
        ("unknown-column", "Datasets!D1"),
        ("no-data-set", "Distributions!A2"),
        ("repeated", "Datasets!A3"),
        ("no-identifier", "Datasets!A4"),
    ]
    near = read(found).troubles[1]
    assert near.advice == "Title"

    def merge(book):
        book["Datasets"].merge_cells("B2:B3")

    merged = xlsx({"Datasets": [["Identifier", "Title"], [ONE, "A"], ["https://a.example/2", "B"]]}, merge)
    assert troubles(merged) == [("merged", "Datasets!B3")]


def test_faults_of_the_delivery_api_have_their_cell():
    rows = [
        ["Title", "Identifier", "Landing page", "Release date", "Publisher: Home page"],
        ["A", ONE, "https://a.example/; nowhere", "New Year 2020", "home"],
    ]
    own = [["Access URL", "Data set"], ["https://a.example/x", ONE], ["nowhere", ONE]]
    (entry,) = read(xlsx({"Datasets": rows, "Distributions": own})).entries
    read_ = said(entry, None)
    with pytest.raises(Refused) as refused:
        read_.record(None)
    assert {(fault.code.value, read_.cell(fault.at)) for fault in refused.value.faults} == {
        ("INVALID_URI", "Datasets!C2"),
        ("INVALID_DATE", "Datasets!D2"),
        ("INVALID_URI", "Datasets!E2"),
        ("INVALID_URI", "Distributions!A3"),
    }
    # What is missing: the cell where it would be; the first of its row if there is no such column.
    assert read_.cell(("dcatDistribution", 1, "dcatByteSize")) == "Distributions!A3"
    assert read_.cell(("dctPublisher", "foafName")) == "Datasets!E2"
    assert read_.cell(("dctTitle",)) == "Datasets!A2"
    # In CSV the distribution is in columns of its data set, which has a field of that name itself.
    (entry,) = read(
        f"Identifier,Title,Distribution: Title,Distribution: Format\n{ONE},A,,CSV\n".encode()
    ).entries
    read_ = said(entry, None)
    assert read_.cell(("dcatDistribution", 0, "dctTitle")) == "CSV!C2"
    assert read_.cell(("dcatDistribution", "dctFormat")) == "CSV!D2"
    assert read_.cell(("dcatDistribution", 0, "dcatByteSize")) == "CSV!A2"


TEXT_DOCUMENT, SHEET = b"application/vnd.oasis.opendocument.text", "xl/worksheets/sheet1.xml"
ENTITY = b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"
ERROR = '<table:table-row><table:table-cell calcext:value-type="error"/></table:table-row>'


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", Mistake.NO_ROWS),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), Mistake.OLD),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), Mistake.ENCRYPTED),
        (b"%PDF-1.7", Mistake.FOREIGN),
        (b"PK\x03\x04 cut", Mistake.BROKEN),
        (ods([HEADINGS])[:-30], Mistake.BROKEN),
        (altered(ods([HEADINGS]), "mimetype", lambda _: TEXT_DOCUMENT), Mistake.FOREIGN),
        (altered(xlsx({"A": [HEADINGS, ROW]}), SHEET, lambda xml: xml[:-90]), Mistake.BROKEN),
        (altered(xlsx({"A": [HEADINGS, ROW]}), "xl/workbook.xml", lambda _: ENTITY), Mistake.BROKEN),
        (ods([HEADINGS], cell=ERROR), Mistake.ERROR),
        (xlsx({"A": [["a", "b"], ["c"]]}), Mistake.NO_HEADINGS),
        (xlsx({"A": [HEADINGS]}), Mistake.NO_ROWS),
        (xlsx({"A": []}), Mistake.NO_HEADINGS),
        (xlsx({"Datasets": [["Title", "Titel"], ["a", "b"]]}), Mistake.REPEATED_COLUMN),
        (("Größe,Identifier\r\n" + "äöü,x\r\n" * 40).encode("utf-16-le")[1:], Mistake.CHARSET),
        (b"x" * 200_000 + b",Title\n", Mistake.BROKEN),
    ],
)  # fmt: skip
def test_a_file_of_which_nothing_is_taken(content, what):
    with pytest.raises(Unusable) as error:
        read(content)
    (trouble,) = error.value.troubles
    assert trouble.what is what
    assert "{" not in explain(trouble)
