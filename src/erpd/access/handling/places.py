"""The desk that a page is about, for somebody who answers there."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from erpd.access.models import Body, Part, Review
from erpd.access.requests.due import today_at
from erpd.access.requests.roles import roles
from erpd.access.requests.table import Role, State
from erpd.accounts import may as accounts
from erpd.accounts.acts import Place
from erpd.accounts.may import Actor, Kind, Thing
from erpd.accounts.table import MEMBERS
from erpd.accounts.texts import in_language

UNSEEN = (State.DRAFT,)
"""States in which a body does not see a part."""


@dataclass(frozen=True)
class DeskPlace(Place):
    """The desk of a body, for its handlers, and for those who were asked to review."""

    body: Body
    is_handler: bool

    @cached_property
    def today(self) -> date:
        return today_at(self.body)

    @cached_property
    def parts(self) -> "QuerySet[Part, Part]":
        """The parts that they see: handlers all that were sent, reviewers those they are asked about."""
        found = Part.objects.filter(body=self.body).exclude(state__in=UNSEEN)
        return found if self.is_handler else found.filter(pk__in=_reviewed(self.who, self.body))

    def facts(self) -> dict[str, Any]:
        name, language = in_language(self.body.title, *self.languages)
        return {
            "place": "handling",
            "body": self.body,
            "name": name,
            "name_language": language,
            "is_handler": self.is_handler,
        }


def desk_place(request: HttpRequest, slug: str) -> DeskPlace:
    """The desk of the address. Raises Http404 if there is none, or they neither handle nor review there."""
    body = Body.objects.filter(slug=slug, keeper__isnull=False).select_related("keeper").first()
    if body is None:
        raise Http404
    place = Place(request)
    mine = accounts.roles(place.who, Thing(Kind.REQUEST, body.keeper_id))
    is_handler = accounts.Role.HANDLER in mine
    if not is_handler and not (mine & MEMBERS and _reviewed(place.who, body).exists()):
        raise Http404
    return DeskPlace(request, body, is_handler)


@dataclass(frozen=True)
class PartPlace(DeskPlace):
    """One part at a desk."""

    part: Part

    @property
    def roles(self) -> frozenset[Role]:
        """What the person is for it: a handler, a reviewer, perhaps the requester, too."""
        return roles(self.who, self.part)

    def facts(self) -> dict[str, Any]:
        return {**super().facts(), "part": self.part, "state": state_of(self.part)}


def state_of(part: Part) -> str:
    """The state of a part, in words."""
    return str(State(part.state).label)


def part_place(request: HttpRequest, slug: str, reference: str) -> PartPlace:
    """The part of the address. Raises Http404 if there is none, or they do not see it."""
    desk = desk_place(request, slug)
    found = desk.parts.select_related("request__person", "handler", "body__keeper")
    part = found.filter(reference=reference).first()
    if part is None:
        raise Http404
    return PartPlace(request, desk.body, desk.is_handler, part)


def _reviewed(who: Actor, body: Body) -> "QuerySet[Review, int]":
    assert who.person
    of_body = Review.objects.filter(part__body=body, person=who.person, ended=None)
    return of_body.exclude(part__state__in=UNSEEN).values_list("part_id", flat=True)
