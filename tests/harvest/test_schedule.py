"""When a source is due: never before its time nor outside its hours, and each time."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from erpd.harvest.schedule import Schedule

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
