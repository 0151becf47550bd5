"""Headings: in every language of the EU, as properties, as the API's fields; the one table of their names."""

import tomllib
from pathlib import Path

import pytest

import erpd.formats.spreadsheet
from erpd.formats.delivery.fields import DATASET, DISTRIBUTION, THINGS
from erpd.formats.spreadsheet.columns import Column, column_of, columns_of, heading
from erpd.formats.spreadsheet.names import sheet_called, sheet_name
from erpd.formats.spreadsheet.texts import Mistake, every
from erpd.metadata.terms import shorten
from erpd.metadata.text import EU_LANGUAGES

NAMES = tomllib.loads((Path(erpd.formats.spreadsheet.__file__).parent / "names.toml").read_text("utf-8"))


def column(*path: str | tuple[str, int], language: str = "") -> Column:
    return Column(tuple(step if isinstance(step, tuple) else (step, 1) for step in path), language)


def test_the_table_has_every_language_and_no_field_that_is_not_there():
    assert sorted(NAMES["languages"]) == sorted(EU_LANGUAGES)
    for kind in ("sheets", "columns", "fields"):
        for name, texts in NAMES[kind].items():
            assert len(texts) == len(EU_LANGUAGES), name
            assert all(text == text.strip() != "" for text in texts), name
    fields = {row.name for thing in THINGS for row in thing.rows} | {thing.named for thing in THINGS}
    assert set(NAMES["fields"]) | set(NAMES["same"]) <= fields


@pytest.mark.parametrize("language", EU_LANGUAGES)
def test_what_we_write_we_read(language):
    for thing in (DATASET, DISTRIBUTION):
        for one in columns_of(thing, ("nl", "en")):
            assert column_of(thing, heading(thing, one, language)) == one, heading(thing, one, language)
    assert sheet_called(sheet_name("datasets", language)) == "datasets"
    assert sheet_called(sheet_name("distributions", language).upper()) == "distributions"


@pytest.mark.parametrize("thing", THINGS, ids=lambda thing: thing.name)
def test_properties_and_names_of_the_api(thing):
    for row in thing.rows:
        for text in (row.name, row.predicate.value, shorten(row.predicate)):
            found = column_of(thing, text)
            assert found is None or found.field == row.name


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Title", column("dctTitle")),
        ("  title*", column("dctTitle")),
        ("Titel (nl)", column("dctTitle", language="nl")),
        ("Naslov [hr]", column("dctTitle", language="hr")),
        ("title (Dutch)", column("dctTitle", language="nl")),
        ("Titel (fr_FR)", column("dctTitle", language="fr-FR")),
        ("Titel (nl_BE)", column("dctTitle", language="nl-BE")),
        ("dctTitle@en-gb", column("dctTitle", language="en-GB")),
        ("dct:title", column("dctTitle")),
        ("Creator 2: E-mail", column(("dctCreator", 2), "foafMbox")),
        ("dctCreator[2].foafMbox", column(("dctCreator", 2), "foafMbox")),
        ("dct:creator / foaf:mbox", column("dctCreator", "foafMbox")),
        ("Éditeur : Nom (fr)", column("dctPublisher", "foafName", language="fr")),
        ("Publisher", column("dctPublisher", "foafName")),
        ("Contact point", column("dcatContactPoint", "vcardFn")),
        ("Geographic coverage", column("dctSpatial", "dctLocation")),
        ("Distribution 2: Access service: IRI", column(("dcatDistribution", 2), "dcatAccessService", "uri")),
        ("Prostorové rozlišení (metry)", column("dcatSpatialResolutionInMeters")),
        ("Temporal coverage", None),  # neither its begin nor its end
        ("Access rights (nl)", None),  # a code has no language
        ("Title: Title", None),
        ("Creator 99: Name", None),
        ("Remarks", None),
        ("", None),
        ("Title" * 100, None),
        (": : : : : : :", None),
    ],
)  # fmt: skip
def test_what_a_heading_means(text, found):
    assert column_of(DATASET, text) == found


def test_every_mistake_has_its_text():
    table = tomllib.loads((Path(erpd.formats.spreadsheet.__file__).parent / "texts.toml").read_text("utf-8"))
    assert set(table["mistakes"]) == set(Mistake)
    assert len(set(every())) == len(list(every()))
