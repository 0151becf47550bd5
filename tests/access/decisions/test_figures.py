"""Figures by hand."""

from datetime import date

from erpd.access.decisions.figures import End, figures
from erpd.access.decisions.periods import Period, Quarter, last_12_months, quarter_of, read_quarter, year


def test_figures_by_hand() -> None:
    ends = [End("granted", days, days > 60) for days in (10, 20, 41, 42, 70, 90)]
    ends += [End("partly", 30, False), End("refused", 80, True), End("refused", None, False)]
    found = figures([*ends, End("withdrawn", None, False)])
    assert found
    assert (found.decided, found.granted, found.refused, found.withdrawn, found.late) == (9, 7, 2, 1, 3)
    assert (found.median_days, found.most_days, found.percent_granted) == (42, 90, 78)
    assert figures(ends[:4]) is None
    assert figures([*ends[:4], *[End("withdrawn", None, False)] * 9]) is None
    assert (few := figures([End("refused", None, False)] * 5))
    assert (few.median_days, few.most_days, few.percent_granted) == (None, None, 0)


def test_the_last_12_months_are_whole_quarters() -> None:
    whole = Period(date(2025, 10, 1), date(2026, 10, 1))
    assert last_12_months(date(2026, 10, 1)) == last_12_months(date(2026, 12, 31)) == whole
    assert last_12_months(date(2024, 2, 29)) == year(2023)
    assert quarter_of(date(2026, 9, 30)) == Quarter(2026, 3) == read_quarter("2026-Q3")
    assert Quarter(2026, 4).period == Period(date(2026, 10, 1), date(2027, 1, 1))
    assert [read_quarter(said) for said in ("2026-Q5", "9999-Q1", "0001-Q1", "²026-Q1", "")] == [None] * 5
