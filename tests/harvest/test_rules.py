"""What an operator declares of a source: read strictly, each slip named; when a source is due."""

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erpd.harvest.rules import RulesError, Schedule, read_rules
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


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("only = [", "not TOML"),
        ("only = " + "[" * 3000, "not TOML"),
        ("expect.at_least = " + "9" * 5000, "not TOML"),
        ("expect.on = 2026-02-30", "not TOML"),
        ('defaults_language = "it"', "defaults_language is not known here. Known: default_language"),
        ("default_language = 3", "default_language"),
        ('default_language = "Italian language"', "default_language"),
        ('default_language = "it-a"', "default_language"),  # an extension without its text (RFC 5646)
        ('only = "x*"', "only is a list"),
        ("without = [1]", "without is a list"),
        ("values = 1", "[values]"),
        ('values."dct:format" = "CSV"', "values.dct:format is a table"),
        ('values."dct:format".csv = 1', "values.dct:format is a table"),
        ('values."dct:format".csv = "NO-SUCH"', "values.dct:format: 'NO-SUCH' is neither an IRI nor a code"),
        ('values."dct:title".x = "CSV"', "values.dct:title: 'CSV' is neither"),
        ('values.format.csv = "CSV"', "values.format"),
        ('values."no:format".csv = "CSV"', "values.no:format"),
        ('values."dct:for mat".csv = "CSV"', "values.dct:for mat"),
        ('defaults.Dataset."dct:title" = "x"', "defaults.Dataset"),
        ('defaults."dcat:Dataset".title = "x"', "defaults.dcat:Dataset.title"),
        ('defaults."dcat:Dataset"."dct:title" = ["x"]', "defaults.dcat:Dataset"),
        ('defaults."dcat:Dataset" = "x"', "defaults.dcat:Dataset"),
        ("expect.atleast = 1", "expect.atleast is not known here. Known: at_least"),
        ("expect.at_least = -1", "expect.at_least"),
        ("expect.change = true", "expect.change"),
        ('expect.at_most = "1"', "expect.at_most"),
        ("expect = {at_least = 2, at_most = 1}", "expect.at_most is less"),
        ("schedule.each = 1", "schedule.each"),
        ("schedule.every = 0", "schedule.every"),
        ("schedule.every = 99999999999", "schedule.every"),
        ("schedule.every = true", "schedule.every"),
        ("schedule.full = 1.5", "schedule.full"),
        ('schedule.begin = "20:00"', "schedule.begin"),
        ("schedule.end = 2026-01-01T06:00:00Z", "schedule.end"),
        ("schedule.not_on = 2026-12-24", "schedule.not_on"),
        ("schedule.not_on = [2026-12-24T00:00:00]", "schedule.not_on"),
        ("schedule.pause = nan", "schedule.pause"),
        ("schedule.pause = 61", "schedule.pause"),
    ],
)
def test_each_slip_is_named(text, named):
    with pytest.raises(RulesError) as told:
        read_rules(text, PROFILE)
    assert named in str(told.value)


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


TIMES = st.timedeltas(timedelta(0), timedelta(60)).map(
    lambda passed: datetime(2026, 1, 1, tzinfo=UTC) + passed
)
CLOCK = st.times().map(lambda at: at.replace(microsecond=0))


@given(TIMES, TIMES, st.integers(1, 14), CLOCK, CLOCK)
def test_never_before_it_is_due_nor_outside_its_hours(last, now, every, begin, end):
    schedule = Schedule(every=every, begin=begin, end=end)
    if schedule.due(last, now):
        assert now - last >= timedelta(days=every) - timedelta(hours=12)
        assert begin == end or (now.time() >= begin) + (now.time() < end) + (begin > end) == 2


@given(CLOCK, CLOCK, st.integers(1, 14), st.integers(0, 10))
def test_who_looks_every_minute_harvests_each_time_it_is_due(begin, end, every, late):
    """Runs neither slip by a night nor come twice in one."""
    schedule = Schedule(every=every, begin=begin, end=end)
    open_ = timedelta(seconds=(_seconds(end) - _seconds(begin)) % 86400 or 86400)
    first = datetime.combine(date(2026, 1, 1), begin, UTC) + min(timedelta(hours=late), open_ / 2)
    next_ = first + timedelta(days=every)
    assert schedule.due(first, next_)
    if open_ <= timedelta(hours=12):
        opening = datetime.combine(date(2026, 1, 1), begin, UTC) + timedelta(days=every)
        assert schedule.due(first, opening)
    assert not schedule.due(first, first + timedelta(hours=11))


def _seconds(at: time) -> int:
    return at.hour * 3600 + at.minute * 60 + at.second


def test_a_night_goes_over_midnight_and_maintenance_closes_a_day():
    schedule = Schedule(not_on=(date(2026, 12, 24),))
    assert schedule.allows(datetime(2026, 12, 23, 23, 59, tzinfo=UTC))
    assert not schedule.allows(datetime(2026, 12, 24, 0, 0, tzinfo=UTC))
    assert not schedule.allows(datetime(2026, 12, 24, 23, 0, tzinfo=UTC))
    assert schedule.allows(datetime(2026, 12, 25, 5, 59, tzinfo=UTC))
    assert not schedule.allows(datetime(2026, 12, 25, 6, 0, tzinfo=UTC))
    assert not schedule.allows(datetime(2026, 12, 25, 12, 0, tzinfo=UTC))
