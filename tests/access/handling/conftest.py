"""A body with an open desk, its people, and requests that it has received."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from erpd.access.bodies import actions
from erpd.access.handling import opening
from erpd.access.models import AccessRequest, Body, Part, Submission, Wanted
from erpd.access.requests import sending, starting
from erpd.accounts.actions import members
from erpd.accounts.may import Actor
from erpd.accounts.models import Membership
from erpd.register.models import DataSet
from erpd.submit.actions import deliver
from tests.access.bodies.test_bodies import FACTS
from tests.access.requests import desks
from tests.accounts.owner_pages.conftest import shown, told
from tests.accounts.people import member, person, sign_in
from tests.submit.owners import Office, agree, office, record


@dataclass
class Desk:
    """A body and those who answer at it."""

    office: Office
    body: Body
    handler: Actor
    data_sets: list[DataSet]

    @property
    def address(self) -> str:
        return f"/bodies/{self.body.slug}/desk/"

    def received(self, state: str = "received", **facts: Any) -> Part:
        """A part that was sent, as it stands in the database."""
        name = facts.pop("name", "Ada Lovelace")
        request = AccessRequest.objects.create(email=facts.pop("email", "ada@uni.example"), name=name)
        facts = {"reference": f"R-{request.pk.hex[:8].upper()}", "received": timezone.now(), **facts}
        made = Part.objects.create(request=request, body=self.body, state=state, **facts)
        for one in self.data_sets:
            Wanted.objects.create(
                request=request, part=made, data_set=one, iri=one.iri, title={"en": f"About {one.identifier}"}
            )
        Submission.objects.create(part=made, answers=made.answers)
        return made


def desk(slug: str = "cbs") -> Desk:
    made = office(slug)
    agree(made)
    body = actions.create(
        who=made.actor("admin"), facts=replace(FACTS, title=f"Committee {slug}"), keeper=made.owner
    )
    handler = member(made.owner, f"handler@{slug}.example", Membership.Role.READER)
    assert handler.person
    members.let_handle(who=made.actor("admin"), owner=made.owner, person=handler.person, handles=True)
    data_sets = []
    for name in ("discharges", "wages"):
        catalogue = made.catalogues["protected"]
        deliver(who=made.actor(), catalogue=catalogue, record=record(f"{slug}-{name}", name), publish=True)
        data_sets.append(DataSet.objects.get(catalogue=catalogue, identifier=f"{slug}-{name}"))
    body = opening.open_desk(who=made.actor("admin"), body=body, nudge=5)
    return Desk(made, body, handler, data_sets)


@pytest.fixture
def national(db: None, settings: Any) -> None:
    settings.NODE = replace(settings.NODE, role="national", country="NL")


@pytest.fixture
def cbs(national: None) -> Desk:
    return desk()


@pytest.fixture
def signed(db: None) -> Callable[[Actor], Client]:
    def signed(who: Actor) -> Client:
        client = Client()
        sign_in(client, who, second_factor="totp")
        return client

    return signed


def sent(made: Desk, who: Actor, **answers: Any) -> Part:
    """A request that was sent, for a data set under the Data Governance Act."""
    other = desks.Desk(made.office, made.body)
    data_set = other.put(f"d{DataSet.objects.count()}")
    assert who.person
    request = starting.start(person=who.person, language="en", data_sets=[data_set])
    given = {**desks.ANSWERS, **answers}
    own = {one.pk: given for one in request.parts.all()}
    starting.save(who=who, request=request, answers=given, own=own)
    [part] = sending.submit(who=who, request=request)
    return part


@pytest.fixture
def ada(db: None) -> Actor:
    return person("ada@university.example", name="Ada")


LINKS = "//ul[@class='erpd-acts']//a/@href"


class At:
    """A browser of somebody, at the page of a part."""

    def __init__(self, client: Client, made: Desk, part: Part) -> None:
        self.client, self.address = client, f"{made.address}{part.reference}/"

    def page(self, act: str = "") -> Any:
        return shown(self.client.get(self.address + (f"{act}/" if act else "")))

    def seen(self, act: str = "") -> str:
        return str(self.page(act).xpath("//input[@name='seen']/@value")[0])

    def post(self, act: str, *, at: str | None = None, seen: str | None = None, **facts: Any) -> Any:
        page = act if at is None else at
        facts |= {"act": act, "seen": self.seen(page) if seen is None else seen}
        return self.client.post(self.address + (f"{page}/" if page else ""), facts)

    def does(self, act: str, *, at: str | None = None, **facts: Any) -> str:
        return told(self.client, self.post(act, at=at, **facts))

    def offers(self) -> list[str]:
        return [str(link).rstrip("/").rpartition("/")[2] for link in self.page().xpath(LINKS)]
