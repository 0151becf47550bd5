"""The first page of the operators' desk says how many requests are late, and nothing else of them."""

from pathlib import Path

import pytest

from erpd.access.requests import moving
from erpd.access.requests.late import late
from erpd.accounts.may import Actor
from tests.access.requests.desks import Desk, at, handled, sent
from tests.accounts.people import operator
from tests.operate.conftest import at_desk

GUIDE = Path(__file__).parents[3] / "docs" / "guides" / "operate-the-register.md"


@pytest.mark.django_db
def test_requests_are_late_once_the_day_is_over_where_their_body_is(cbs: Desk, ada: Actor) -> None:
    with at("2026-03-02"):
        part = handled(cbs, ada, cbs.put("a"))  # due on 4 May, in the Netherlands
        sent(ada, cbs.put("b"))
    counted = {}
    for day, hour in (("2026-05-04", "21:59"), ("2026-05-04", "22:01"), ("2026-05-06", "10:00")):
        with at(day, hour):
            counted[day, hour] = late()
    assert [*counted.values()] == [0, 2, 2]
    with at("2026-05-06"):
        page = at_desk(operator()).get("/desk/").content.decode()
        assert "Requests for access that are late: 2" in page
        assert part.reference not in page
        assert "ada@" not in page
        moving.withdraw(who=ada, part=part)
        assert late() == 1


def test_the_guide_says_what_to_do() -> None:
    assert "\n## requests\n" in GUIDE.read_text("utf-8")
