"""When limits end, against dates worked out by hand with a calendar on the wall."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erpd.access.law import Pause, Place, PlaceUnknown, last_day
from erpd.access.law.regime import Extension, Limit

TWO_MONTHS = Limit(2, "months")
THIRTY_DAYS = Extension(30, "days")
NL, BE, DE = Place("NL"), Place("BE"), Place("DE")


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("received", "place", "due"),
    [
        # 1182/71, Art. 3(2)(c): the same date, or the last day of the month; 3(4): the next working day.
        ("2026-01-15", NL, "2026-03-16"),  # 15 March is a Sunday
        ("2025-12-31", NL, "2026-03-02"),  # 28 February is a Saturday
        ("2025-12-29", NL, "2026-03-02"),
        ("2023-12-31", NL, "2024-02-29"),  # a leap day, a Thursday
        ("2023-12-29", NL, "2024-02-29"),
        ("2024-02-29", NL, "2024-04-29"),
        ("2025-06-30", NL, "2025-09-01"),  # 30 August is a Saturday
        ("2026-08-31", NL, "2026-11-02"),  # 31 October is a Saturday
        ("2026-07-31", NL, "2026-09-30"),  # September has 30 days
        ("2026-04-30", NL, "2026-06-30"),
        ("2026-01-24", NL, "2026-03-24"),  # received on a Saturday
        ("2026-10-25", NL, "2026-12-28"),  # both days of Christmas, then a Sunday
        ("2026-10-25", Place("GB"), "2026-12-29"),  # where the second day is made up for on Monday
        ("2026-02-27", NL, "2026-04-28"),  # King's Day
        ("2026-02-27", BE, "2026-04-27"),
        ("2026-02-03", NL, "2026-04-07"),  # from Good Friday to Easter Monday
        ("2026-02-03", BE, "2026-04-03"),
        ("2026-04-04", DE, "2026-06-04"),
        ("2026-04-04", Place("DE", region="BY"), "2026-06-05"),  # Corpus Christi in Bavaria
        ("2026-02-12", Place("EL"), "2026-04-14"),  # Orthodox Easter; "EL" is Greece
    ],
)
def test_two_months(received, place, due):
    assert last_day(day(received), TWO_MONTHS, place) == day(due)


@pytest.mark.parametrize(
    ("received", "limit", "place", "due"),
    [
        ("2026-04-20", Limit(20, "working-days"), NL, "2026-05-20"),  # without King's Day and Ascension Day
        ("2026-04-18", Limit(1, "working-days"), NL, "2026-04-20"),  # received on a Saturday
        ("2026-12-23", Limit(2, "working-days"), NL, "2026-12-28"),
        ("2025-11-30", Limit(3, "months"), NL, "2026-03-02"),
        ("2026-11-30", Limit(15, "months"), NL, "2028-02-29"),
        ("2026-01-05", Limit(30, "days"), NL, "2026-02-04"),
        # Art. 3(5): a period of two days or more has two working days at least.
        ("2026-01-09", Limit(1, "days"), NL, "2026-01-12"),
        ("2026-01-09", Limit(2, "days"), NL, "2026-01-13"),
        ("2026-01-09", Limit(3, "days"), NL, "2026-01-13"),
        ("2026-04-02", Limit(4, "days"), NL, "2026-04-08"),  # the Thursday before Easter
    ],
)
def test_other_limits(received, limit, place, due):
    assert last_day(day(received), limit, place) == day(due)


@pytest.mark.parametrize(
    ("received", "limit", "extension", "due"),
    [
        # The first date would move from Saturday to Monday; thirty days count from Saturday.
        ("2025-12-31", TWO_MONTHS, THIRTY_DAYS, "2026-03-30"),
        ("2026-01-15", TWO_MONTHS, THIRTY_DAYS, "2026-04-14"),
        ("2026-03-02", TWO_MONTHS, THIRTY_DAYS, "2026-06-01"),
        ("2026-04-20", Limit(20, "working-days"), Extension(10, "working-days"), "2026-06-04"),
    ],
)
def test_extended(received, limit, extension, due):
    assert last_day(day(received), limit, NL, extension=extension) == day(due)


@pytest.mark.parametrize(
    ("pauses", "due"),
    [
        ([], "2026-05-04"),
        ([("2026-03-10", "2026-03-20")], "2026-05-12"),  # ten days
        ([("2026-03-10", "2026-03-10")], "2026-05-04"),  # answered on the same day
        ([("2026-03-10", "2026-03-20"), ("2026-03-15", "2026-03-25")], "2026-05-18"),  # 15 together; a Sunday
        (
            [("2026-03-10", "2026-03-11"), ("2026-04-01", "2026-04-03")],
            "2026-05-05",
        ),  # three; a working day this year
        ([("2026-03-10", None)], None),
        ([("2026-05-02", "2026-05-06")], "2026-05-07"),  # in the weekend by which the end moves
        ([("2026-05-05", None)], "2026-05-04"),  # too late to matter
    ],
)
def test_days_in_which_the_clock_stands_still_do_not_count(pauses, due):
    waits = [Pause("returned", day(since), until and day(until)) for since, until in pauses]
    assert last_day(day("2026-03-02"), TWO_MONTHS, NL, pauses=waits) == (due and day(due))


def test_working_days_in_a_pause_do_not_count():
    pause = Pause("estimate", day("2026-04-24"), day("2026-05-01"))  # 28, 29, 30 April and 1 May
    limit = Limit(20, "working-days")
    assert last_day(day("2026-04-20"), limit, NL, pauses=[pause]) == day("2026-05-27")


@pytest.mark.parametrize(
    ("instant", "place", "received"),
    [
        ("2026-01-31T22:59:59+00:00", NL, "2026-01-31"),
        ("2026-01-31T23:00:00+00:00", NL, "2026-02-01"),  # 00:00 in winter
        ("2026-06-30T22:00:00+00:00", NL, "2026-07-01"),  # 00:00 in summer
        ("2026-06-30T22:30:00+00:00", Place("PT"), "2026-06-30"),
        ("2026-06-30T21:00:00+00:00", Place("FI"), "2026-07-01"),
        ("2026-06-30T22:30:00+00:00", Place("ES", zone="Atlantic/Canary"), "2026-06-30"),
        ("2026-03-31T23:59:00+02:00", NL, "2026-03-31"),
        ("2026-12-31T23:59:59.999999+00:00", Place("IS"), "2026-12-31"),
    ],
)
def test_the_day_is_that_of_the_country(instant, place, received):
    assert place.day_of(datetime.fromisoformat(instant)) == day(received)


@pytest.mark.parametrize(
    "place", [Place(""), Place("XX"), Place("DE", region="XX"), Place("NL", zone="../../etc/passwd")]
)
def test_of_a_place_we_do_not_know_no_date_is_told(place):
    with pytest.raises(PlaceUnknown, match="We do not know the"):
        place.check()


def test_an_instant_has_a_zone():
    with pytest.raises(ValueError, match="zone"):
        NL.day_of(datetime(2026, 1, 1))  # noqa: DTZ001


DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))
LENGTHS = st.builds(Limit, st.integers(1, 40), st.sampled_from(["days", "working-days"])) | st.builds(
    Limit, st.integers(1, 12), st.just("months")
)
MORE = st.none() | st.builds(Extension, st.integers(1, 40), st.sampled_from(["days", "working-days"]))
PLACES = st.sampled_from([NL, BE, DE, Place("PL"), Place("EL")])


@settings(max_examples=150, deadline=None)
@given(DAYS, st.integers(0, 40), LENGTHS, MORE, PLACES, st.integers(0, 30), st.integers(0, 30))
def test_dates_never_go_back(received, later, limit, more, place, begins, lasts):
    due = last_day(received, limit, place)
    assert due is not None
    assert received < due
    assert place.is_working(due)
    assert due <= last_day(received + timedelta(days=later), limit, place)
    extended = last_day(received, limit, place, extension=more)
    assert due <= extended
    since = received + timedelta(days=begins)
    pause = Pause("returned", since, since + timedelta(days=lasts))
    assert extended <= last_day(received, limit, place, extension=more, pauses=[pause])
    assert due <= last_day(received, Limit(limit.amount + 1, limit.unit), place)
