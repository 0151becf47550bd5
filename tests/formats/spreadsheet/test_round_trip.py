"""Records -> a spreadsheet -> records: the same, and nothing is lost that a spreadsheet cannot say."""

from collections.abc import Iterator
from itertools import islice

import openpyxl
import pytest

from erpd.formats import record_of
from erpd.formats.delivery.faults import Refused
from erpd.formats.delivery.fields import CONDITIONS
from erpd.formats.delivery.reading import read_shape
from erpd.formats.delivery.shapes import convert
from erpd.formats.delivery.values import TEXT
from erpd.formats.delivery.writing import data_set_of
from erpd.formats.rdf.catalogue import split
from erpd.formats.rdf.document import read as triples_of
from erpd.formats.rdf.syntaxes import SYNTAXES
from erpd.formats.reading import Reading
from erpd.formats.spreadsheet.bodies import said
from erpd.formats.spreadsheet.book import read
from erpd.formats.spreadsheet.writing import records_written, template
from erpd.metadata.canonical import canonical
from erpd.metadata.profile import PROFILES, load_profile
from erpd.metadata.record import Record
from erpd.metadata.text import EU_LANGUAGES
from erpd.metadata.vocabularies import vocabulary
from tests.formats.delivery.bodies import sorted_json
from tests.formats.delivery.test_merging import BEYOND, stored
from tests.formats.shelf import CATALOGUES, parseable
from tests.proofs import length

SUFFIXES = {".rdf": "rdf", ".xml": "rdf", ".ttl": "ttl", ".nt": "nt", ".jsonld": "jsonld"}
ERPD = load_profile("erpd")


def every() -> Iterator[Record]:
    """Each data set of the real catalogues."""
    for name, counted in parseable().items():
        path = CATALOGUES / name
        syntax = SYNTAXES.get(SUFFIXES.get(path.suffix, ""))
        if syntax and counted:
            for piece in split(triples_of(path.read_bytes(), syntax, path.as_uri()), path.as_uri()):
                media_type = SYNTAXES[piece.syntax].media_types[0]
                yield record_of(Reading(piece.node.value, piece.content, media_type))


def written(records: list[Record], language: str = "nl") -> bytes:
    return records_written(records, ERPD, (language, "en"), str)


@pytest.mark.proof
def test_every_real_data_set_comes_back():
    """Delivered again unchanged it stays the same graph; delivered anew it says the same."""
    found: dict[str, Record] = {}
    for record in islice(every(), length(60, 100_000)):
        found.setdefault(data_set_of(record)["dctIdentifier"], record)
    book = read(written([*found.values()]))
    assert (book.troubles, len(book.entries)) == ([], len(found))
    compared = 0
    for entry, record in zip(book.entries, found.values(), strict=True):
        assert not [trouble for one in (entry, *entry.distributions) for trouble in one.troubles]
        again = said(entry, record, "nl")
        assert again.names == frozenset()
        assert canonical(again.record(record).graph)[1] == canonical(record.graph)[1]
        try:
            anew = said(entry, None, "nl").record(None)
        except Refused:  # its identifier is no IRI
            continue
        compared += 1
        assert trimmed(data_set_of(anew)) == trimmed(data_set_of(record))
    assert compared >= length(10, 150)


def trimmed(body):
    """Without the blanks that no cell keeps."""
    if isinstance(body, dict):
        return sorted_json({name: trimmed(value) for name, value in body.items()})
    if isinstance(body, list):
        return sorted_json([trimmed(value) for value in body])
    return " ".join(body.split()) if isinstance(body, str) else body


def test_what_a_cell_does_not_say_stays():
    before = stored()
    (entry,) = read(written([before])).entries
    assert said(entry, before).names == frozenset()
    changed = {column: value for column, value in entry.values.items() if column.field == "dctTitle"}
    (title,) = [column for column, value in changed.items() if value == "Discharges"]
    entry.values = {
        title: "Admissions",
        **{c: v for c, v in entry.values.items() if c.field == "dctIdentifier"},
    }
    entry.distributions = []
    after = said(entry, before)
    assert after.names == {"dctTitle"}
    lines = [set(canonical(one.graph)[0].splitlines()) for one in (before, after.record(before))]
    assert len(lines[0] ^ lines[1]) == 2
    assert "checksum" in BEYOND


def test_a_column_of_a_language_that_is_not_there_changes_nothing():
    body = {
        "dctIdentifier": "https://a.example/1",
        "dctTitle": [{"value": "Lozingen", "lang": "nl"}, {"value": "Discharges", "lang": "en"}],
        "dcatDistribution": [
            {"dcatAccessUrl": "https://a.example/x", "dcatByteSize": 7, "dctTitle": ["X"]},
            {"dcatAccessUrl": "https://a.example/y"},
        ],
    }
    before = read_shape(convert(body))
    text = (
        "Identifier,Title (en),Distribution: Access URL,Distribution: Title\nhttps://a.example/1,Emissions,"
    )
    (entry,) = read(f"{text}https://a.example/x,Z\n".encode()).entries
    after = data_set_of(said(entry, before).record(before))
    assert sorted(title["value"] for title in after["dctTitle"]) == ["Emissions", "Lozingen"]
    # Of a data set with distributions they are all; one that is recognised keeps what the row does not say.
    assert after["dcatDistribution"] == [
        {"dcatAccessUrl": "https://a.example/x", "dcatByteSize": 7, "dctTitle": ["Z"]}
    ]
    (entry,) = read(f"{text},\n".encode()).entries
    assert len(data_set_of(said(entry, before).record(before))["dcatDistribution"]) == 2
    (entry,) = read(b"Identifier,Title (nl)\nhttps://a.example/1,\n").entries
    assert data_set_of(said(entry, before).record(before))["dctTitle"] == [
        {"value": "Discharges", "lang": "en"}
    ]


RISKY = ["=1+1", "+31 70", "-5", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0", 'a"b;c', "plain"]


def test_what_begins_like_a_formula_is_written_as_text(tmp_path):
    body = {"dctIdentifier": "https://a.example/1", "dcatKeyword": RISKY, "dcatVersion": RISKY[0]}
    content = written([read_shape(convert(body))])
    for sheet in openpyxl.load_workbook(tmp_file(tmp_path, content)):
        cells = [cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
        assert all(cell.data_type != "f" for cell in cells)
        assert all(cell.quotePrefix for cell in cells if cell.value.startswith(("=", "+", "-", "@")))
    (entry,) = read(content).entries
    back = said(entry, None).body
    assert (sorted(back["dcatKeyword"]), back["dcatVersion"]) == (
        sorted(each.strip() for each in RISKY),
        RISKY[0],
    )


def tmp_file(tmp_path, content):
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("name", PROFILES)
def test_a_template_is_made_from_its_profile_and_holds_no_data(name, tmp_path):
    profile = load_profile(name)
    content = template(profile, ("de", "en"), str)
    book = openpyxl.load_workbook(tmp_file(tmp_path, content))
    assert book.sheetnames == ["Datensätze", "Distributionen", "Lists", "Read me"]
    headings = [cell.value for cell in book["Datensätze"][3]]
    marked = {heading.rstrip(" *") for heading in headings if heading.endswith(" *")}
    assert {"Titel (de)", "Kennung"} <= marked
    assert not {"Titel (en)", "Herausgeber: E-Mail"} & marked  # one language will do, and a name
    assert ("Zugangsrechte" in marked) == (name in ("erpd", "dcat-ap-nl-3.0"))
    choices = {
        str(choice.sqref): choice.formula1 for choice in book["Datensätze"].data_validations.dataValidation
    }
    assert len(choices) >= 5
    labels = {cell.value for column in book["Lists"].columns for cell in column}
    assert {"Umwelt", "CSV", "jährlich"} <= labels
    with pytest.raises(Exception, match="no-rows"):
        read(content)
    # What is typed below the headings is data; what stands above them never is.
    sheet = book["Datensätze"]
    place = headings.index("Titel (de) *") + 1
    sheet.cell(4, 1, "https://a.example/1")
    sheet.cell(4, place, "Einleitungen")
    book.save(tmp_path / "b.xlsx")
    (entry,) = read((tmp_path / "b.xlsx").read_bytes()).entries
    assert said(entry, None).body == {
        "dctIdentifier": "https://a.example/1",
        "dctTitle": [{"value": "Einleitungen", "lang": "de"}],
    }


@pytest.mark.proof
@pytest.mark.parametrize("language", EU_LANGUAGES[:: length(9, 1)])
def test_choices_are_read_as_what_they_stand_for(language):
    codes = {
        "dctAccessRights": "access-right/RESTRICTED",
        "dctAccrualPeriodicity": "frequency/ANNUAL",
        "dctLanguage": "language/NLD",
    }
    authority = "http://publications.europa.eu/resource/authority/"
    body = {
        "dctIdentifier": "https://a.example/1",
        **{name: authority + code for name, code in codes.items()},
    }
    before = read_shape(convert(body))
    content = written([before], language)
    (entry,) = read(content).entries
    assert data_set_of(said(entry, None).record(None)) == data_set_of(before)


def test_conditions_of_access_are_columns():
    conditions = {}
    for row in CONDITIONS.rows:
        if row.kind.table:
            codes = vocabulary(row.kind.table)
            chosen = sorted(codes.iris)[: 2 if row.many else 1]
            conditions[row.name] = chosen if row.many else chosen[0]
        elif row.kind is TEXT:
            conditions[row.name] = [{"value": "Eerst; dan", "lang": "nl"}, {"value": "First", "lang": "en"}]
        else:
            conditions[row.name] = 30 if row.kind.json is int else f"https://a.example/{row.name}"
    conditions["document"] = [{"value": each, "lang": "en"} for each in ("A plan", "An ethics vote")]
    before = read_shape(convert({"dctIdentifier": "https://a.example/1", "conditions": conditions}))
    for language in ("nl", "en", "el"):
        (entry,) = read(written([before], language)).entries
        assert said(entry, before, language).names == frozenset()
        again = data_set_of(said(entry, None, language).record(None))
        assert sorted_json(again) == sorted_json(data_set_of(before))
        assert len(again["conditions"]) >= 15
