"""The desks of a person: where they answer requests, or are asked to review."""

from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q

from erpd.access.handling.lists import waiting
from erpd.access.handling.places import UNSEEN
from erpd.access.models import Body, Enquiry, Part, Review
from erpd.access.requests.due import today_at
from erpd.access.requests.table import State
from erpd.accounts.models import Owner, Person
from erpd.accounts.texts import in_language

_MOST = 20
_ENDED = (*UNSEEN, State.WITHDRAWN, State.CLOSED)


class Mine(NamedTuple):
    """A desk in somebody's row of places."""

    slug: str
    name: str
    language: str
    number: int
    """Of the parts that wait: for handlers those to do, for reviewers those they are asked about."""
    questions: int
    """Of the enquiries that wait for an answer of a handler."""


def desks_of(person: Person, languages: tuple[str, ...]) -> list[Mine]:
    """The desks of a person, with what waits there. One query for most people, who have none."""
    memberships = person.memberships.filter(owner__state__in=(Owner.State.REQUESTED, Owner.State.APPROVED))
    handles = memberships.filter(owner=OuterRef("keeper"), handles=True)
    belongs = person.memberships.filter(owner=OuterRef("keeper"))
    asked = Review.objects.filter(person=person, ended=None).exclude(part__state__in=_ENDED)
    has_parts = Part.objects.filter(body=OuterRef("pk")).exclude(state__in=UNSEEN)
    bodies = Body.objects.annotate(handles=Exists(handles)).filter(
        Q(Exists(handles)) & (Q(desk=True) | Exists(has_parts))
        | Exists(belongs) & Exists(asked.filter(part__body=OuterRef("pk")))
    )
    found = []
    for body in bodies.order_by("slug")[:_MOST]:
        name, language = in_language(body.title, *languages)
        if body.handles:
            number = waiting(Part.objects.filter(body=body), today_at(body))
            questions = Enquiry.objects.filter(body=body, sent__isnull=False, waits=True).count()
        else:
            number, questions = asked.filter(part__body=body).count(), 0
        found.append(Mine(body.slug, name, language, number, questions))
    return found
