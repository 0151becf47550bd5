"""Which records of a source are wanted, by the filters of its rules."""

import pytest

from erpd.formats import format_for
from erpd.harvest.filtering import left_out
from erpd.harvest.rules import Rules, RulesError, read_rules
from erpd.metadata.profile import load_profile
from erpd.metadata.record import Record

PREFIXES = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix : <https://data.example/> .
@prefix theme: <http://publications.europa.eu/resource/authority/data-theme/> .
"""


def read(turtle: str) -> Record:
    return format_for("text/turtle").read((PREFIXES + turtle).encode(), "a", "https://data.example/")


def rules(text: str) -> Rules:
    return read_rules(text, load_profile("erpd"))


DESCRIBED = ':set a dcat:Dataset ; dct:publisher :agency . :agency foaf:name "Agency of Health" .'


@pytest.mark.parametrize("pattern", ["a", "?", "https://data.example/set", "*/agency", "Agency of *"])
def test_patterns_are_of_identifiers_addresses_and_publishers(pattern):
    record = read(DESCRIBED)
    assert left_out(record, rules(f'only = ["no", "{pattern}"]')) is None
    found = left_out(record, rules(f'without = ["no", "{pattern}"]'))
    assert (found.rule, found.value) == ("filtered", pattern)
    both = left_out(record, rules(f'only = ["{pattern}"]\nwithout = ["{pattern}"]'))
    assert both.rule == "filtered"


def test_what_fits_no_pattern_is_left_out_by_only_and_kept_by_without():
    record = read(DESCRIBED)
    assert left_out(record, rules('only = ["b", "Agency"]')).value == "b, Agency"
    assert left_out(record, rules('without = ["b", "Agency"]')) is None
    assert left_out(record, rules("")) is None


FULL = DESCRIBED + ' :set dcat:theme theme:HEAL ; dcat:keyword "Hospitals"@en, "Ziekenhuizen"@nl .'


@pytest.mark.parametrize(
    ("fits", "fails"),
    [
        ('identifier = ["https://data.example/"]', 'identifier = ["http://data.example/", "b"]'),
        ('identifier = ["no", "a"]', 'identifier = ["ab"]'),
        ('publisher = ["agency of  HEALTH"]', 'publisher = ["Agency"]'),
        ('publisher = ["https://data.example/agency"]', 'publisher = ["https://data.example/"]'),
        ('theme = ["TRAN", "health"]', 'theme = ["TRAN"]'),
        ('keyword = ["ziekenhuizen"]', 'keyword = ["hospital*"]'),
    ],
)
def test_a_data_set_has_one_value_of_each_list(fits, fails):
    assert left_out(read(FULL), rules(f"[where]\n{fits}")) is None
    name = fails.partition(" = ")[0]
    found = left_out(read(FULL), rules(f"[where]\n{fails}"))
    assert (found.rule, found.value.partition(" = ")[0]) == ("filtered", name)
    other = "keyword" if name != "keyword" else "theme"
    both = f'[where]\n{fits}\n{other} = ["{"x" if other == "keyword" else "AGRI"}"]'
    assert left_out(read(FULL), rules(both)), "each list counts"


def test_a_data_set_that_says_nothing_has_no_value():
    for name, value in (("publisher", "x"), ("theme", "HEAL"), ("keyword", "x")):
        assert left_out(read(":set a dcat:Dataset ."), rules(f'[where]\n{name} = ["{value}"]'))


def test_a_theme_is_one_of_the_table():
    with pytest.raises(RulesError, match=r"where.theme: expected a code of data-theme, found 'HEALTHY'"):
        rules('[where]\ntheme = ["HEALTHY"]')
    assert rules('[where]\ntheme = ["Gezondheid"]').where.theme == ("HEAL",)
