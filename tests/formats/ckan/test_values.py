import pytest
from pyoxigraph import Literal

from erpd.formats.ckan.values import texts
from erpd.metadata.terms import DCAT, DCT
from tests.formats.ckan.packages import FIELD, languages, record, values


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("nld", "nl"),
        ("dut", "nl"),
        ("deu", "de"),
        ("ger", "de"),
        ("fra", "fr"),
        ("fre", "fr"),
        ("ENG", "en"),
        ("fra-CA", "fr-ca"),
        ("ger_AT", "de-at"),
        ("hsb", "hsb"),  # Upper Sorbian has no code of two letters
        ("en_GB", "en-gb"),
    ],
)
def test_a_language_has_the_shortest_code_there_is(name, tag):
    assert texts({name: "Water"}) == [Literal("Water", language=tag)]


@pytest.mark.parametrize(
    "names",
    [
        *("id", "ID", "geo", "map", "min", "geo map"),
        *("url", "doi", "key", "min max", "lat lon", "nl url", "nld key", "n", "nlds"),
        *("und", "mul", "zxx", "mis"),
    ],
)
def test_what_is_no_language_is_not_guessed_to_be_one(names):
    assert texts(dict.fromkeys(names.split(), "Water")) is None


def test_texts_in_languages_of_three_letters():
    found = record(
        {
            "id": "p1",
            "title_translated": {"nld": "Water", "fra": "Eau", "ger": None},
            "title": "Water",
            "notes": '{"dut": "Veel", "en": "Much"}',
            "keywords": {"deu": ["See", "Fluss"], "eng": ["lake"]},
            "resources": [{"name": {"fre": "Fichier"}, "description": {"url": "https://x.example"}}],
        }
    )
    assert languages(found, DCT.title) == {("nl", "Water"), ("fr", "Eau")}
    assert languages(found, DCT.description) == {("nl", "Veel"), ("en", "Much")}
    assert languages(found, DCAT.keyword) == {("de", "See"), ("de", "Fluss"), ("en", "lake")}
    assert languages(found, DCAT.distribution, DCT.title) == {("fr", "Fichier")}
    assert values(found, DCAT.distribution, FIELD.description) == ['{"url":"https://x.example"}']
