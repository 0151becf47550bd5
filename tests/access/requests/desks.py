"""A competent body with a desk, its people, a data set of it, and somebody who asks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from unittest.mock import patch

from django.utils import timezone

from erpd.access.models import AccessRequest, Body, Part
from erpd.access.requests import moving, sending, starting
from erpd.accounts.may import Actor
from erpd.accounts.models import Membership
from erpd.register.models import DataSet
from tests.accounts.people import person
from tests.portal import shelf
from tests.submit.owners import Office, office

DGA = "dcatap:applicableLegislation <http://data.europa.eu/eli/reg/2022/868/oj>"
ANSWERS: dict[str, Any] = {
    "category": "company",
    "country": "NL",
    "purpose": ["ScientificResearch"],
    "use": "A study",
    "data": "All of it",
    "period": {"from": "2026-01-01", "until": "2026-12-31"},
    "basis": "consent",
    "people": [{"name": "Ada"}],
    "environment": "remote",
    "transfer": "no",
}
NAMES = "@prefix dcatap: <http://data.europa.eu/r5r/> ."


@dataclass
class Desk:
    """A body that an office keeps."""

    office: Office
    body: Body
    data_sets: list[DataSet] = field(default_factory=list)

    @property
    def handler(self) -> Actor:
        return self.office.actor("editor")

    @property
    def reader(self) -> Actor:
        return self.office.actor("reader")

    def member(self, name: str, *, handles: bool = False) -> Actor:
        """One more member of the office."""
        made = person(f"{name}@{self.office.owner.slug}.example")
        Membership.objects.create(
            owner=self.office.owner, person=made.person, role=Membership.Role.READER, handles=handles
        )
        return made

    def put(self, name: str, more: str = DGA) -> DataSet:
        """A protected data set of this body; under the Data Governance Act unless said otherwise."""
        said = f" ; {more}" if more else ""
        turtle = f"{NAMES} :{self.body.slug}-{name} a dcat:Dataset ; dct:title 'The {name}'@en{said} ."
        made = shelf.put_turtle(self.office.catalogues["protected"], turtle)
        self.data_sets.append(made)
        return made


def desk(slug: str = "cbs", *, country: str = "NL", **facts: Any) -> Desk:
    """A body with a desk; its editor answers requests."""
    made = office(slug)
    facts.setdefault("title", {"en": f"Body of {slug}"})
    facts.setdefault("desk", True)
    body = Body.objects.create(slug=slug, keeper=made.owner, country=country, **facts)
    body.owners.add(made.owner)
    Membership.objects.filter(owner=made.owner, person=made.people["editor"]).update(handles=True)
    return Desk(made, body)


def requester(name: str = "ada") -> Actor:
    return person(f"{name}@university.example", name=name.title())


def started(who: Actor, data_sets: Sequence[DataSet]) -> AccessRequest:
    assert who.person
    made = starting.start(person=who.person, language="en", data_sets=data_sets)
    return starting.save(who=who, request=made, answers=ANSWERS)


def sent(who: Actor, *data_sets: DataSet) -> Part:
    """The only part of a request that was sent."""
    [part] = sending.submit(who=who, request=started(who, data_sets))
    return part


def handled(desk: Desk, who: Actor, *data_sets: DataSet) -> Part:
    """A part under review."""
    return moving.take(who=desk.handler, part=sent(who, *data_sets))


def fresh(part: Part) -> Part:
    return Part.objects.select_related("request__person", "body__keeper").get(pk=part.pk)


def at(day: str | date, hour: str = "10:00") -> Any:
    """Be at this time (UTC) for a while."""
    on = date.fromisoformat(day) if isinstance(day, str) else day
    now = datetime.combine(on, time.fromisoformat(hour), UTC)
    return patch.object(timezone, "now", lambda: now)


def later(days: int) -> Any:
    """Be so many days later for a while."""
    now = timezone.now() + timedelta(days=days)
    return patch.object(timezone, "now", lambda: now)
