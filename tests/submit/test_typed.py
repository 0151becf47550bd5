"""What people type means the same in the form and in a cell, and is refused in the same words."""

import pytest

from erpd.formats.delivery.fields import DATASET, DISTRIBUTION, THINGS, Row, Thing
from erpd.formats.delivery.typed import example_of, meant, shown
from erpd.formats.delivery.values import SIZE
from erpd.formats.spreadsheet.book import read
from erpd.formats.spreadsheet.texts import explain
from erpd.submit.form.typed import Understanding
from tests.formats.spreadsheet.files import xlsx

AUTHORITY = "http://publications.europa.eu/resource/authority/"
IANA = "https://www.iana.org/assignments/media-types/"
ONE = "https://a.example/1"
NOT_LISTED = "“Sausages” is not in the list. Choose from the list, or write a code, a label"
TWO_DAYS = "“03-04-2024” can mean two days. Write one of: 2024-04-03; 2024-03-04."
SIZES = "can mean several sizes. Write the number of bytes without separators, or a size such as 5 GB."


def in_form(field: str, text: str):
    found = Understanding(("en",))
    *above, name = field.split(": ")
    tree = {name: {"0": {"value": text}}}
    if above:
        tree = {above[0]: {"0": tree}}
    made = found.fields(DATASET.rows, tree, {})
    for step in above:
        made = made.get(step, [{}])[0]
    return [said for _, said in found.faults] or listed(made[name])


def in_cell(field: str, text: str):
    book = read(xlsx({"Datasets": [["Identifier", field], [ONE, text]]}))
    (entry,) = book.entries
    assert not book.troubles
    values = [value for column, value in entry.values.items() if column.path[-1][0] != "dctIdentifier"]
    return [explain(trouble) for trouble in entry.troubles] or listed(values[0])


def listed(value):
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("dcatDistribution: dcatByteSize", "5 GB", 5_000_000_000),
        ("dcatDistribution: dcatByteSize", "5,5 GB", 5_500_000_000),
        ("dcatDistribution: dcatByteSize", "5 KiB", 5_120),
        ("dcatDistribution: dcatByteSize", "1 500 MB", 1_500_000_000),
        ("dcatDistribution: dcatByteSize", "1.234.567", 1_234_567),
        ("dcatDistribution: dcatByteSize", "5 Mb", SIZES),  # bits?
        ("dcatDistribution: dcatByteSize", "1.234", SIZES),
        ("dcatDistribution: dcatByteSize", "1,5", SIZES),  # without its unit
        ("dcatDistribution: dcatByteSize", "1.234 GB", SIZES),
        ("dcatDistribution: dcatByteSize", "1.234 B", SIZES),
        ("dcatDistribution: dcatByteSize", "1.2340 B", 1.234),
        ("dcatDistribution: dcatByteSize", "large", "“large” is not a size."),
        ("dcatSpatialResolutionInMeters", "2,5", 2.5),
        ("dcatSpatialResolutionInMeters", "1 500", 1_500),
        ("dcatSpatialResolutionInMeters", "1,234", "can mean two numbers. Write one of: 1234; 1.2340."),
        ("dcatSpatialResolutionInMeters", "5 GB", "“5 GB” is not a number. Write digits only"),
        ("dctIssued", "31-05-2024", "2024-05-31"),
        ("dctIssued", "31/5/2024", "2024-05-31"),
        ("dctIssued", "05/31/2024", "2024-05-31"),
        ("dctIssued", "3.4.2024", "2024-04-03"),
        ("dctIssued", "05-05-2024", "2024-05-05"),
        ("dctIssued", "2024", "2024"),
        ("dctIssued", "2024-05-31 12:30 UTC", "2024-05-31T12:30:00Z"),
        ("dctIssued", "03-04-2024", TWO_DAYS),
        ("dctIssued", "29.02.2023", "29.02.2023"),  # no such day: refused as it was typed
        ("dctIssued", "soon", "soon"),  # refused by those who read the JSON, for both
        ("dcatLandingPage", "www.example.org", "https://www.example.org"),
        ("dcatLandingPage", "example.org/a?b", "https://example.org/a?b"),
        ("dcatLandingPage", "http://example.org", "http://example.org"),
        ("dcatLandingPage", "nowhere", "nowhere"),
        ("dcatLandingPage", "admissions.csv", "admissions.csv"),  # a file, and no host
        ("dcatLandingPage", "example.pl", "https://example.pl"),
        ("dctAccessRights", "niet openbaar", f"{AUTHORITY}access-right/NON_PUBLIC"),
        ("dctAccessRights", "Sausages", NOT_LISTED),
        ("dctLanguage", "Nederlands", f"{AUTHORITY}language/NLD"),
        ("dctLanguage", "nl", f"{AUTHORITY}language/NLD"),
        ("dcatDistribution: dctLicense", "CC BY 4.0", f"{AUTHORITY}licence/CC_BY_4_0"),
        ("dcatDistribution: dctLicense", "One of our own", "One of our own"),
        ("dcatDistribution: dcatMediaType", "text/csv", f"{IANA}text/csv"),
        ("dcatDistribution: dcatMediaType", "text/sausage", "text/sausage"),
        ("dcatContactPoint: vcardHasEmail", "info@example.org", "mailto:info@example.org"),
        ("dcatContactPoint: vcardHasEmail", "info@intranet", "info@intranet"),
        ("dcatContactPoint: vcardHasTelephone", "+31 (0)70 337 3800", "tel:+31703373800"),
        ("dcatContactPoint: vcardHasTelephone", "337 3800", "337 3800"),
        ("healthdcatapTrustedDataHolder", "Ja", True),
        ("healthdcatapTrustedDataHolder", "perhaps", "“perhaps” is neither yes nor no."),
        ("conditions: usualDays", "30", 30),
        ("conditions: ground", "personal data", "https://w3id.org/erpd/conditions/ground/personal-data"),
    ],
)
def test_the_form_and_a_cell_are_read_alike(field: str, text: str, value):
    typed, cell = in_form(field, text), in_cell(field, text)
    assert typed == cell
    assert len(typed) == 1
    assert typed[0] == value or (isinstance(value, str) and " " in value and value in typed[0])


def kinds() -> list[tuple[Thing, Row]]:
    return [(thing, row) for thing in THINGS for row in thing.rows if not isinstance(row.kind, Thing)]


@pytest.mark.parametrize(("thing", "row"), kinds(), ids=lambda one: one.name)
def test_examples_are_understood(thing: Thing, row: Row):
    for language in ("en", "nl", "el"):
        example = example_of(thing, row.name, (language,))
        assert not example or meant(row.kind, example)  # it raises what is wrong with one


def test_examples_are_in_the_language_of_the_reader():
    assert example_of(DISTRIBUTION, "dcatByteSize", ("en",)) == "5 GB"
    assert example_of(DATASET, "dctLanguage", ("nl",)) == "Nederlands"


@pytest.mark.parametrize("size", [1.234, 12.5, 999.999, 0.123, 1234.567])
def test_a_part_of_a_byte_is_shown_so_that_it_means_the_same(size: float):
    assert meant(SIZE, shown(SIZE, size, ("en",))) == size
