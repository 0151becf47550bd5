"""An owner with its people, signed in, and the addresses of its pages."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from erpd.submit.actions import deliver
from erpd.submit.models import Delivery
from tests.accounts.people import sign_in
from tests.submit.owners import Office, office, record


@pytest.fixture
def cbs(db: None) -> Office:
    return office("cbs")


@pytest.fixture
def signed(cbs: Office) -> Callable[..., Client]:
    """A client of one of its people."""

    def signed(role: str = "editor", of: Office = cbs, ago: float = 0) -> Client:
        client = Client()
        sign_in(client, of.actor(role), second_factor="totp" if role == "admin" else "", ago=ago)
        return client

    return signed


def put(made: Office, identifier: str = "discharges", kind: str = "protected", **more: Any) -> Delivery:
    options = {name: more.pop(name) for name in ("publish",) if name in more}
    return deliver(
        who=made.actor(), catalogue=made.catalogues[kind], record=record(identifier, **more), **options
    )


def root(made: Office, kind: str = "protected") -> str:
    return f"/owners/{made.owner.slug}/catalogues/{made.catalogues[kind].slug}/"


def address(one: Delivery, rest: str = "") -> str:
    return f"/owners/{one.owner.slug}/catalogues/{one.catalogue.slug}/{one.pk}/{rest}"
