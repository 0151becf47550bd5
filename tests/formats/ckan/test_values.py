import pytest
from pyoxigraph import Literal

from erpd.formats.ckan.values import texts
from erpd.metadata.mending import mend
from erpd.metadata.profile import load_profile
from erpd.metadata.terms import AUTHORITY, DCAT, DCT, RDFS, SKOS
from tests.formats.ckan.packages import FIELD, found, languages, record, values


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


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"en": "Water", "x-default": "Aqua"}, {("en", "Water"), (None, "Aqua")}),
        ({"nl": "Water", "und": "Aqua"}, {("nl", "Water"), (None, "Aqua")}),
        ([{"language": "English", "text": "Water"}], {("en", "Water")}),
        ([{"lang": f"{AUTHORITY}language/FRA", "value": "Eau"}], {("fr", "Eau")}),
        ([{"lang": "und", "value": "Aqua"}], {(None, "Aqua")}),
        ([{"lang": "Restricted", "value": "Water"}], set()),
    ],
)
def test_a_language_may_have_a_name_or_none(value, said):
    assert languages(record({"id": "p1", "title": value}), DCT.title) == said


def test_texts_in_languages_of_three_letters():
    known = record(
        {
            "id": "p1",
            "title_translated": {"nld": "Water", "fra": "Eau", "ger": None},
            "title": "Water",
            "notes": '{"dut": "Veel", "en": "Much"}',
            "keywords": {"deu": ["See", "Fluss"], "eng": ["lake"]},
            "resources": [{"name": {"fre": "Fichier"}, "description": {"url": "https://x.example"}}],
        }
    )
    assert languages(known, DCT.title) == {("nl", "Water"), ("fr", "Eau")}
    assert languages(known, DCT.description) == {("nl", "Veel"), ("en", "Much")}
    assert languages(known, DCAT.keyword) == {("de", "See"), ("de", "Fluss"), ("en", "lake")}
    assert languages(known, DCAT.distribution, DCT.title) == {("fr", "Fichier")}
    assert values(known, DCAT.distribution, FIELD.description) == ['{"url":"https://x.example"}']


def test_texts_as_lists_of_languages():
    (package,) = found("g522-title-language-list.json")
    read = record(package)
    assert languages(read, DCT.title) == {("en", "Water"), ("fr", "Eau")}
    assert languages(read, DCT.description) == {("en", "About"), ("nl", "Over")}


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ({"lang": "en", "value": "Water"}, {("en", "Water")}),
        ({"language": "dut", "text": "Water"}, {("nl", "Water")}),
        (
            '[{"lang": "en", "value": "Water"}, {"lang": "", "value": "Wasser"}]',
            {("en", "Water"), (None, "Wasser")},
        ),
        ([{"@language": "en", "@value": "Water"}, "Wasser"], {("en", "Water"), (None, "Wasser")}),
        ([{"@value": "Water", "@type": "xsd:string"}], {(None, "Water")}),
        ("[Draft] Water", {(None, "[Draft] Water")}),
        ('["a", "b"]', {(None, '["a", "b"]')}),
    ],
)
def test_a_language_beside_its_text(title, said):
    assert languages(record({"id": "p1", "title": title}), DCT.title) == said


@pytest.mark.parametrize("word", ["None", "null", " N/A ", "nan", "undefined"])
def test_words_for_nothing_say_nothing_and_are_kept(word):
    package = {
        "id": "p1",
        "url": word,
        "frequency": word,
        "publisher": {"name": word, "email": "a@x.example"},
    }
    read = record({**package, "resources": [{"url": "https://x.example", "size": word, "mimetype": word}]})
    for path in ((DCAT.landingPage,), (DCT.accrualPeriodicity,), (DCAT.distribution, DCAT.byteSize)):
        assert values(read, *path) == []
    for path in (
        (FIELD.url,),
        (FIELD.frequency,),
        (DCT.publisher, FIELD.name),
        (DCAT.distribution, FIELD.size),
    ):
        assert values(read, *path) == [word.strip()]


def test_a_code_may_stand_where_a_link_does():
    read = record(
        {
            "id": "p1",
            "accessRights": {"resource": "RESTRICTED"},
            "theme": '[{"theme": "ECON", "subthemes": []}]',
            "frequency": {"resource": "ANNUAL"},
            "language": "{ITA,DEU}",
            "publisher": {"uri": "City of Oslo"},
            "rights": {"uri": "https://x.example/r", "label": "On request"},
        }
    )
    assert values(read, DCT.accessRights, RDFS.label) == ["RESTRICTED"]
    assert values(read, DCAT.theme, SKOS.prefLabel) == ["ECON"]
    assert values(read, DCT.accrualPeriodicity) == ["ANNUAL"]
    assert values(read, DCT.language) == ["ITA", "DEU"]
    assert values(read, DCT.rights) == ["https://x.example/r"]
    mend(read, load_profile("erpd"))
    assert values(read, DCT.accessRights) == [f"{AUTHORITY}access-right/RESTRICTED"]
    assert values(read, DCAT.theme) == [f"{AUTHORITY}data-theme/ECON"]
