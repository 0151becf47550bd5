"""An owner that may publish, an operator, and a portal that the owner has of its own."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from erpd.accounts.may import Actor
from erpd.submit.models import Portal
from erpd.submit.own_portal import actions
from erpd.submit.own_portal.previews import look_due
from erpd.submit.own_portal.wishes import Wish
from tests.accounts.people import operator
from tests.harvest.national import Point, good, many
from tests.servers import LOOPBACK
from tests.submit.owners import Office, office


@pytest.fixture(autouse=True)
def intranet(settings: Any) -> None:
    """Portals of these tests are on this machine."""
    settings.NODE = replace(settings.NODE, allow_networks=(), owner_networks=LOOPBACK)


@pytest.fixture
def cbs(db: None) -> Office:
    return office("cbs")


@pytest.fixture
def desk(db: None) -> Actor:
    return operator()


@pytest.fixture
def point() -> Iterator[Point]:
    with Point([*many(3), good("bad", valid=False)]) as point:
        yield point


@pytest.fixture
def seen(cbs: Office, point: Point) -> Portal:
    """A proposal that has been looked at."""
    return looked_at(cbs, point.url)


def looked_at(made: Office, url: str, kind: str = "protected", **wish: Any) -> Portal:
    proposed = actions.propose(
        who=made.actor("admin"), catalogue=made.catalogues[kind], wish=Wish(url, **wish)
    )
    assert look_due() == 1
    return now(proposed)


def now(portal: Portal) -> Portal:
    return Portal.objects.select_related("catalogue", "source__settings").get(pk=portal.pk)


def approved(made: Office, desk: Actor, portal: Portal) -> Portal:
    portal = actions.submit(who=made.actor("admin"), portal=portal, edition=portal.edition)
    actions.approve(who=desk, portal=portal, edition=portal.edition)
    return now(portal)
