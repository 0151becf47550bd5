"""What another regime would change for open requests."""

import pytest
from django.conf import LazySettings

from erpd.access.law import read_law
from erpd.access.requests import moving
from erpd.access.requests.what_if import counts, open_parts, under
from erpd.accounts.may import Actor
from tests.access.requests.desks import Desk, at, handled, sent

pytestmark = pytest.mark.django_db


def test_a_pending_regime_changes_dates_and_nothing_is_saved(
    cbs: Desk, ada: Actor, settings: LazySettings
) -> None:
    book = read_law()
    reform = book.regimes["dga-reform-2025"]
    with at("2026-03-02"):
        first, second, third = (handled(cbs, ada, cbs.put(name)) for name in "abc")
        sent(ada, cbs.put("outside", ""))
        moving.set_kind(who=cbs.handler, part=second, kind="ordinary", reasons="Small")
        moving.withdraw(who=ada, part=third)
    with at("2026-04-10"):
        would = {
            each.part: (str(each.now), str(each.then), each.late)
            for each in under(book, reform, open_parts())
        }
        assert would == {
            first: ("2026-05-04", "2026-06-02", False),  # three months for protected data
            second: ("2026-05-04", "2026-03-30", True),  # 20 working days
        }
        assert counts(book, reform) == {"open": 3, "applies": 2, "earlier": 1, "later": 1, "late": 1}
    first.refresh_from_db()
    assert str(first.due) == "2026-05-04"
