"""A national node with an owner that waits and one that publishes, seen from the desk."""

from collections.abc import Callable

import pytest
from django.test import Client

from erpd.accounts.may import Actor
from erpd.accounts.models import Organisation, Owner, Person
from tests.accounts.people import operator, person, ready, requested, sign_in

EVIL = "<script>alert(1)</script>"


@pytest.fixture
def organisation(db: None) -> Organisation:
    return Organisation.objects.create(
        iri="https://x.example/stat",
        title={"en": "Statistics"},
        domains=["stat.example"],
        words="statistics\nstat.example",
    )


@pytest.fixture
def waiting(national: None, organisation: Organisation) -> Owner:
    return requested(
        person("anna@stat.example", name=EVIL),
        {"en": f"Waiting {EVIL}", "el": "Υπουργείο"},
        organisation=organisation,
        reason=EVIL,
    )


@pytest.fixture
def publishing(national: None) -> Owner:
    return ready(person("bert@land.example"), "Land registry")


@pytest.fixture
def at_desk() -> Callable[..., Client]:
    """The client of somebody who is signed in with a second factor."""

    def made(who: Actor | None = None, ago: float = 0, **facts: bool) -> Client:
        client = Client(**facts)  # type: ignore[arg-type]
        sign_in(client, who or operator(), second_factor="totp", ago=ago)
        return client

    return made


def reviewer() -> Actor:
    return person("reviewer@portal.example", office=Person.Office.REVIEWER)
