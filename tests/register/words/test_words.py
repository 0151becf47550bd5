"""The forms of words and the parts of compounds, in each official language that has them."""

from pathlib import Path

import pytest

from erpd.register.words import divided, folded, forms_of, known_language, stemmed, words
from erpd.register.words.__main__ import bring
from erpd.register.words.dictionary import FOLDER, Dictionary, MissingDictionary


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("bg", "население населението"),
        ("cs", "nemocnice nemocnicích"),
        ("da", "sygehus sygehuse"),
        ("de", "Krankenhaus Krankenhäuser"),
        ("el", "υγεία υγείας"),
        ("en", "hospital hospitals"),
        ("es", "hospital hospitales"),
        ("et", "tervis tervise"),
        ("fi", "sairaala sairaaloissa"),
        ("fr", "hôpital hôpitaux"),
        ("ga", "ospidéal ospidéil"),
        ("hr", "bolnica bolnicama"),
        ("hu", "kórház kórházakban"),
        ("it", "ospedale ospedali"),
        ("lt", "ligoninė ligoninėse"),
        ("lv", "slimnīca slimnīcām"),
        ("nl", "ziekenhuis ziekenhuizen"),
        ("pl", "szpital szpitali"),
        ("pt", "hospital hospitais"),
        ("ro", "spital spitalelor"),
        ("sk", "nemocnica nemocníc"),
        ("sl", "bolnišnica bolnišnicah"),
        ("sv", "sjukhus sjukhusen"),
    ],
)
def test_forms_of_a_word_are_one(language: str, forms: str) -> None:
    assert len(set(stemmed(words(forms), language))) == 1
    assert forms_of(words(forms)[1])[language] == stemmed(words(forms), language)[0]


@pytest.mark.parametrize(
    ("language", "compound", "parts"),
    [
        ("de", "Straßenverkehrsunfälle", "Straße Straßenverkehr Verkehr Verkehrsunfälle Unfall"),
        ("de", "Baugenehmigungen", "Bau Genehmigung"),
        ("nl", "bankrekeningnummers", "bank nummer"),
        ("sv", "opinionsundersökningar", "undersökning opinion"),
        ("da", "sundhedsdata", "sundhed data"),
        ("fi", "liikenneonnettomuudet", "liikenne onnettomuus"),
        ("hu", "közlekedésbiztonság", "közlekedés biztonság"),
        ("et", "liiklusõnnetused", "liiklus õnnetus"),
    ],
)
def test_compounds_have_parts(language: str, compound: str, parts: str) -> None:
    assert set(stemmed(words(parts), language)) <= set(divided(words(compound)[0], language))


@pytest.mark.parametrize(
    ("language", "word"),
    [
        ("de", "Gesellschaft"),
        ("de", "Bevölkerung"),
        ("nl", "internationale"),
        ("en", "railwaystation"),
        ("fi", "xxxxxxxxxxxxxx"),
        ("de", "w" * 10_000),
    ],
)
def test_other_words_have_none(language: str, word: str) -> None:
    assert divided(words(word)[0], language) == ()


def test_words_without_a_dictionary_stay() -> None:
    assert known_language("mt") == known_language("zh-Hant") == ""
    assert forms_of("数据") == {}
    assert folded(words("Saħħa")) == ["sahha"]


def test_the_dictionaries_are_made_once() -> None:
    assert not bring()
    assert (FOLDER / "made").is_file()


def test_a_missing_dictionary_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingDictionary, match=r"erpd\.register\.words"):
        Dictionary("fi", tmp_path)
