"""One run after another: what comes in, what stays, what goes."""

import pytest

from tests.harvest import national
from tests.harvest.national import Point, many

pytestmark = pytest.mark.django_db


def test_smoke():
    with Point(many(5)) as point:
        report = point.harvested()
        assert national.bins(report) == {"new": 5}, report.run.error
        assert report.ledger["complete"]
        assert national.bins(point.harvested()) == {"unchanged": 5}
