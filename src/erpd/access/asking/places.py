"""What the pages of those who ask share: whose they are, and who may see them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from erpd.access.models import AccessRequest, Part
from erpd.access.opened import opened
from erpd.access.requests.roles import is_requester, requests_of, roles
from erpd.access.requests.table import Role
from erpd.accounts.acts import Place
from erpd.accounts.models import Person
from erpd.accounts.sign_in.signed_in import View, signed_in
from erpd.accounts.texts import in_language
from erpd.accounts.visitors import kept_by_nobody


def work_of(person: Person) -> str:
    """Where somebody begins who asked for access; "" if they did not."""
    return reverse("asking:mine") if person.access_requests.exists() else ""


@dataclass(frozen=True)
class AskerPlace(Place):
    """A page of somebody who asks. ``trusted``: a request for which their form has a ticket (``keeping``)."""

    trusted: UUID | None = field(default=None, kw_only=True)

    @cached_property
    def opened(self) -> frozenset[UUID]:
        """The requests that they opened by a link, in this browser."""
        found = opened(self.request)
        return found | {self.trusted} if self.trusted else found

    @property
    def mine(self) -> "QuerySet[AccessRequest, AccessRequest]":
        """Their requests, newest first."""
        return requests_of(self.who, self.opened).order_by("-modified", "-pk")

    def facts(self) -> dict[str, Any]:
        return {"place": "asking"}


@dataclass(frozen=True)
class RequestPlace(AskerPlace):
    """One request."""

    asked: AccessRequest

    @cached_property
    def parts(self) -> list[Part]:
        found = self.asked.parts.select_related("body__keeper", "request__person").order_by("pk")
        return list(found)

    @property
    def drafts(self) -> list[Part]:
        return [one for one in self.parts if one.state == Part.State.DRAFT]

    def body_of(self, part: Part) -> tuple[str, str]:
        """The name of its body, and the language of the name."""
        return in_language(part.body.title, *self.languages)

    def facts(self) -> dict[str, Any]:
        return {**super().facts(), "asked": self.asked}


@dataclass(frozen=True)
class PartPlace(RequestPlace):
    """One part of a request."""

    part: Part

    def facts(self) -> dict[str, Any]:
        name, language = self.body_of(self.part)
        return {**super().facts(), "part": self.part, "name": name, "name_language": language}


def request_place(request: HttpRequest, key: UUID, trusted: UUID | None = None) -> RequestPlace:
    """The request of the address. Raises Http404 if there is none, or it is not theirs."""
    place = AskerPlace(request, trusted=trusted)
    found = AccessRequest.objects.filter(pk=key).select_related("person").first()
    if found is None or not is_requester(place.who, found, place.opened):
        raise Http404
    return RequestPlace(request, found, trusted=trusted)


def part_place(request: HttpRequest, reference: str, trusted: UUID | None = None) -> PartPlace:
    """The part of the address. Raises Http404 if there is none, or it is not theirs."""
    place = AskerPlace(request, trusted=trusted)
    found = Part.objects.filter(reference=reference).select_related("request__person", "body__keeper").first()
    if found is None or Role.REQUESTER not in roles(place.who, found, place.opened):
        raise Http404
    return PartPlace(request, found.request, found, trusted=trusted)


def private(view: View) -> View:
    """A page of those who ask, with an account or without: nobody keeps a copy of it.

    Whoever is not signed in and has not opened such a request is shown how to come in, whether or not there
    is such a page.
    """
    return kept_by_nobody(_answered(view))


def _answered(view: View) -> Callable[..., HttpResponse]:
    known = signed_in(view)

    @wraps(view)
    def page(request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return known(request, *given, **named)
        try:
            return view(request, *given, **named)
        except Http404:
            return way_in(request)

    return page


def way_in(request: HttpRequest) -> HttpResponse:
    """How to come to one's requests: by signing in, or by a link."""
    return render(request, "access/asking/way_in.html", {"place": "asking"}, status=404)
