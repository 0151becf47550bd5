"""What an operator declares of a source: read strictly, each mistake named."""

from contextlib import suppress
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erpd.harvest.rules import RulesError, meaning, read_rules
from erpd.harvest.schedule import Schedule
from erpd.metadata.profile import load_profile

PROFILE = load_profile("erpd")
AUTHORITY = "http://publications.europa.eu/resource/authority"

COMPLETE = """
default_language = "IT"
only = ["https://data.example/*"]
without = ["test-*"]
[values."dct:format"]
"comma  Separated" = "CSV"
"http://x.example/xls" = "http://publications.europa.eu/resource/authority/file-type/XLS"
[values."dct:accessRights"]
riservato = "RESTRICTED"
[defaults."dcat:Dataset"]
"dct:accessRights" = "NON_PUBLIC"
"dct:title" = "Untitled"
[expect]
at_least = 5
at_most = 50
change = 10
[schedule]
every = 1
full = 7
begin = 22:00:00
end = 05:30:00
not_on = [2026-12-24, 2026-12-25]
pause = 0.5
"""


def test_everything_that_can_be_declared():
    rules = read_rules(COMPLETE, PROFILE)
    assert rules.default_language == "it"
    assert (rules.only, rules.without) == (("https://data.example/*",), ("test-*",))
    assert rules.values == {
        "dct:format": {
            "comma separated": f"{AUTHORITY}/file-type/CSV",
            "http://x.example/xls": f"{AUTHORITY}/file-type/XLS",
        },
        "dct:accessRights": {"riservato": f"{AUTHORITY}/access-right/RESTRICTED"},
    }
    assert rules.defaults == {
        "dcat:Dataset": {
            "dct:accessRights": f"{AUTHORITY}/access-right/NON_PUBLIC",
            "dct:title": "Untitled",
        }
    }
    assert (rules.expect.at_least, rules.expect.at_most, rules.expect.change) == (5, 50, 10)
    days = (date(2026, 12, 24), date(2026, 12, 25))
    assert rules.schedule == Schedule(1, 7, time(22), time(5, 30), days, 0.5)


def test_nothing_declared_is_weekly_by_night():
    schedule = read_rules("", PROFILE).schedule
    assert (schedule.every, schedule.full, schedule.begin, schedule.end) == (7, 1, time(20), time(6))


LANGUAGE = 'Example: default_language = "it"'
MISTAKES = {
    "only = [": "This is not TOML: ",
    "default_language = it": "column 20). Put text in quotes.",
    "only = " + "[" * 3000: "This is not TOML: ",
    "expect.at_least = " + "9" * 5000: "This is not TOML: ",
    "expect.on = 2026-02-30": "This is not TOML: ",
    'defaults_language = "it"': "defaults_language is not a known key. Did you mean default_language?",
    "colour = 1": "colour is not a known key. Known: default_language, values, defaults, only, without, ",
    "default_language = 3": f"default_language: expected a language tag (BCP 47), found 3. {LANGUAGE}",
    'default_language = "Italian language"': f'(BCP 47), found "Italian language". {LANGUAGE}',
    'default_language = "it-a"': 'found "it-a"',  # an extension without its text (RFC 5646)
    'only = "x*"': 'only: expected a list of patterns, found "x*". Example: only = ["https://',
    "without = [1, true]": 'patterns, found [1, true]. Example: without = ["test-*"]',
    'without = [""]': 'without: expected a list of patterns, found [""]',
    "without = [['x']]": "without: expected a list of patterns, found a list",
    "values = 1": "values: expected a table for each property, found 1. Example: [values.",
    'values."dct:format" = "CSV"': 'values.dct:format: expected a table of texts, found "CSV".',
    'values."dct:format".csv = 1': "values.dct:format.csv: expected a text in quotes, found 1. Example: ",
    "values" + ".x" * 5000 + " = 1": "found a table",
    'values."dct:format".csv = "CSVV"': (
        "values.dct:format: expected an IRI or a code of file-type, found 'CSVV'. Did you mean CSV?"
    ),
    'values."dct:format".csv = "NO-SUCH"': "or a code of file-type, found 'NO-SUCH'.",
    'values."dct:title".x = "CSV"': "values.dct:title: expected an IRI, found 'CSV'.",
    'values."dct:formt".csv = "CSV"': "dct:formt is not a known name. Did you mean dct:format?",
    'values.format.csv = "CSV"': "values.format: expected a name with one of the prefixes rdf, ",
    'values."no:format".csv = "CSV"': "found 'no:format'. Example: dct:format",
    'values."dct:for mat".csv = "CSV"': "values.dct:for mat: ",
    'defaults.Dataset."dct:title" = "x"': "defaults.Dataset: expected a name with one of the prefixes",
    'defaults."dcat:Datasett"."dct:title" = "x"': "Did you mean dcat:Dataset?",
    'defaults."dcat:Dataset".title = "x"': "defaults.dcat:Dataset.title: expected a name with",
    'defaults."dcat:Dataset"."dct:title" = ["x"]': "defaults.dcat:Dataset.dct:title: expected a text",
    'defaults."dcat:Dataset" = "x"': "defaults.dcat:Dataset: expected a table of texts",
    'defaults."dct:Event"."dct:title" = "x"': "dct:Event is not a class that data sets are",
    'values."dct:format" = {csv = "CSV", " CSV" = "ZIP"}': "values.dct:format: ' CSV' occurs twice. Upp",
    'values."dct:format" = {"a b" = "CSV", "A  b" = "CSV"}': "so keep one of them.",
    'values."dct:format".csv = "javascript:alert(1)"': "an address that people and programs may follow",
    'values."dct:format".csv = "FILE:///etc/passwd"': "found 'FILE:///etc/passwd'. Addresses of the types ",
    'defaults."dcat:Dataset"."foaf:page" = "JavaScript:x"': "Dataset.foaf:page: expected an addr",
    "expect = 100": "expect: expected a table, found 100. Example: [expect]",
    "expect.atleast = 1": "expect.atleast is not a known key. Did you mean at_least?",
    "expect.at_least = -1": (
        "expect.at_least: expected a whole number from 0 to 1,000,000,000, found -1. Example: at_least = 100"
    ),
    "expect.at_least = 0x" + "f" * 5000: "found 0xffff",
    "expect.change = true": "found true. Example: change = 30",
    'expect.at_most = "1"': 'found "1". Example: at_most = 5000',
    "expect = {at_least = 2, at_most = 1}": "expect.at_most: expected at_least (2) or more, found 1",
    "schedule.each = 1": "schedule.each is not a known key. Known: every, full, begin, end, not_on, pause.",
    "schedule.every = 0": "every: expected a number of days from 1 to 366, found 0. Example: every = 7",
    "schedule.every = 99999999999": "schedule.every: ",
    "schedule.every = true": "schedule.every: ",
    "schedule.full = 1.5": "expected a number of runs from 1 to 366, found 1.5. Example: full = 4",
    'schedule.begin = "20:00"': (
        'schedule.begin: expected a time without quotes, found "20:00". Example: begin = 20:00:00'
    ),
    "schedule.end = 2026-01-01T06:00:00Z": "schedule.end: ",
    "schedule.not_on = 2026-12-24": "a list of dates without quotes, found 2026-12-24. Example: not_on = [",
    "schedule.not_on = [2026-12-24T00:00:00]": "schedule.not_on: ",
    "schedule.pause = nan": "schedule.pause: expected a number of seconds from 0 to 60, found nan. Example: ",
    "schedule.pause = -0.1": "schedule.pause: ",
    "schedule.pause = 61": "schedule.pause: ",
}


@pytest.mark.parametrize(("text", "message"), MISTAKES.items(), ids=[text[:50] for text in MISTAKES])
def test_each_mistake_is_named_with_what_is_expected(text, message):
    assert meaning(text)
    with pytest.raises(RulesError) as told:
        read_rules(text, PROFILE)
    assert message in str(told.value)
    assert len(str(told.value)) < 500


def test_all_mistakes_are_named_at_once():
    with pytest.raises(RulesError) as told:
        read_rules("only = 1\nexpect = {at_least = -1, at_last = 1}\nschedule.every = 0", PROFILE)
    named = [line.split(":")[0] for line in str(told.value).splitlines()]
    assert named == [
        "only",
        "expect.at_last is not a known key. Did you mean at_least?",
        "expect.at_least",
        "schedule.every",
    ]


def test_terms_that_the_profile_does_not_have_can_be_declared():
    text = f'values."dct:hasFormat".x = "{AUTHORITY}/file-type/CSV"\ndefaults."foaf:Person"."foaf:nick" = "x"'
    rules = read_rules(text, PROFILE)
    assert (*rules.values, *rules.defaults) == ("dct:hasFormat", "foaf:Person")


SCALARS = st.one_of(
    st.sampled_from(['"x"', '"CSV"', '""', '"it"', '"http://a.example/b c"', "true", "nan", "1979-05-27"]),
    st.sampled_from(["07:32:00", "1979-05-27T07:32:00Z", "-1", "0", "0.5", "inf", r'"\u0000"', "[[], {}]"]),
    st.integers().map(str),
)
NAMES = st.sampled_from(
    [
        *("default_language", "values", "defaults", "only", "without", "expect", "schedule"),
        *("at_least", "at_most", "change", "every", "full", "begin", "end", "not_on", "pause"),
        *("dct:format", "dcat:Dataset", "dct:title", ":", "x", "dct:", "a:b"),
    ]
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.dictionaries(NAMES, inner, max_size=3).map(
            lambda table: "{" + ", ".join(f'"{name}" = {value}' for name, value in table.items()) + "}"
        ),
    ),
    max_leaves=8,
)


@given(
    st.one_of(
        st.text(max_size=60),
        st.dictionaries(NAMES, VALUES, max_size=4).map(
            lambda table: "\n".join(f'"{name}" = {value}' for name, value in table.items())
        ),
    )
)
def test_whatever_is_declared_is_taken_or_refused_with_reasons(text):
    with suppress(RulesError):  # anything else fails
        rules = read_rules(text, PROFILE)
        now = datetime(2026, 3, 1, 23, tzinfo=UTC)
        assert rules.schedule.due(None, now) == rules.schedule.allows(now)


def test_no_rules_can_publish_an_address_that_runs_something():
    for scheme in ("javascript", "vbscript", "data", "file", "blob", "about"):
        with pytest.raises(RulesError, match="never published"):
            read_rules(f'[defaults."dcat:Dataset"]\n"dcat:landingPage" = "{scheme}:x"', PROFILE)
