"""A catalogue that is exchanged bit by bit: what comes makes up for nothing that goes or is replaced."""

from collections.abc import Mapping

import pytest

from erpd.harvest.reconcile import approve
from tests.harvest.national import Point, bins, good, many
from tests.harvest.test_doubts import named, shown
from tests.harvest.test_threshold import described, gone
from tests.servers import Answer

pytestmark = pytest.mark.django_db

TWENTY = [f"n{number:02}" for number in range(20)]


def junk(names: list[str]) -> list[str]:
    return [described(name, f"Void {name}", "Nil and nothing") for name in names]


def replaced(names: list[str], amount: int) -> list[str]:
    """A list whose first data sets have become others."""
    return [*junk(names[:amount]), *named(*names[amount:])]


@pytest.mark.parametrize("more", [1, 50], ids=["as many", "far more"])
def test_what_comes_does_not_make_up_for_what_leaves(more):
    with Point(many(20), size=100) as point:
        point.harvested()
        for left, outcome in ((3, (3, 0)), (4, (1, 0)), (5, (0, 1)), (8, (0, 4))):
            come = [good(f"new{number:04}") for number in range(left * more)]
            point.lists([*many(20)[left:], *come])
            report = point.harvested()
            assert gone(report) == outcome
        assert report.run.held_because == "shrinking"
        assert approve(report.run.settings).gone == 4
        point.lists(point.repository.records[3:])
        assert gone(point.harvested()) == (3, 0)  # what had gone before the approval no longer counts


def test_what_comes_and_goes_between_approvals_is_not_lost():
    """A stable catalogue with one data set that is another each week; and one that comes back."""
    with Point(many(20), size=10) as point:
        for week in range(9):
            point.lists([*many(20), good(f"week{week}")])
            assert gone(point.harvested()) == (min(week, 1), 0)
        for _ in range(3):
            for lost in (1, 2, 3):
                point.lists([*many(20)[:lost], *many(20)[lost + 1 :], good("week8")])
                assert gone(point.harvested()) == (1, 0)


def test_what_a_rollback_leaves_behind_does_not_count_as_gone():
    """Neither what a doubtful run brought, nor does a rollback hide what had gone before it."""
    with Point(named(*TWENTY)) as point:
        point.harvested()
        point.lists(named(*TWENTY[3:]))
        assert gone(point.harvested()) == (3, 0)
        for _ in range(2):
            point.lists([*junk(TWENTY), *many(9)])
            assert point.harvested().run.error["rule"] == "other-content"
        point.lists(named(*TWENTY[4:]))
        assert gone(point.harvested()) == (1, 0)
        point.lists(named(*TWENTY[5:]))
        assert gone(point.harvested()) == (0, 1)


@pytest.mark.parametrize("more", [0, 300])
def test_data_sets_that_are_replaced_bit_by_bit_are_held(more):
    with Point(named(*TWENTY), size=100) as point:
        point.harvested()
        for amount in (3, 6, 9):
            point.lists([*replaced(TWENTY, amount), *many(amount * more // 9)])
            assert not point.harvested().failed
        before = shown()
        for amount in (10, 18, 20):
            point.lists([*replaced(TWENTY, amount), *many(more)])
            assert point.harvested().run.error["rule"] == "other-content"
            assert shown() == before
        assert not point.harvested(approved=True).failed
        point.lists([*named(*TWENTY[:9]), *junk(TWENTY[9:]), *many(more)])
        assert bins(point.harvested())["changed"] == 9  # of what was there when that was approved


def test_what_a_failed_run_replaced_is_rolled_back():
    """Otherwise it would stay, and the next run would find it unchanged."""
    with Point(named(*TWENTY), size=6) as point:
        point.harvested()
        before = shown()
        point.lists(junk(TWENTY))

        def fails(path: str, query: dict[str, str], headers: Mapping[str, str]) -> Answer:
            last = query.get("resumptionToken") == "18"
            return (404, {}, b"") if last else point.repository(path, query, headers)

        point.handle = fails
        for _ in range(2):
            report = point.harvested()
            assert (report.run.error["rule"], report.run.complete) == ("other-content", False)
            assert shown() == before
