"""The same body and requester as for requests, and a part of which the body decides."""

import pytest

from erpd.access.models import Body, Part
from erpd.accounts.may import Actor
from tests.access.outcomes.endings import REDRESS
from tests.access.requests.conftest import ada, cbs, national
from tests.access.requests.desks import Desk, at, handled

__all__ = ["ada", "cbs", "national", "part"]


@pytest.fixture
def part(cbs: Desk, ada: Actor) -> Part:
    Body.objects.filter(pk=cbs.body.pk).update(**REDRESS)
    with at("2026-11-02"):
        return handled(cbs, ada, cbs.put("a"))
