"""The pages of competent bodies: for everybody, at the desk, and of the owner that keeps one."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from erpd.access.bodies.costs import COSTS
from erpd.access.bodies.deciding import takes_requests, wanting
from erpd.access.bodies.forms import Remove, Save, SaveAtDesk
from erpd.access.bodies.handing_over import HandOver
from erpd.access.decisions import kept
from erpd.access.decisions.words import lately
from erpd.access.enquiries.actions import takes_enquiries
from erpd.access.handling.opening import lacking
from erpd.access.handling.switch import CloseDesk, OpenDesk
from erpd.access.models import Body
from erpd.accounts.acts import answer
from erpd.accounts.desk.pages import Desk, desk
from erpd.accounts.may import Kind, Thing, Verb, demand, may
from erpd.accounts.models import Owner
from erpd.accounts.owner_pages.places import OwnerPlace, owner_place
from erpd.accounts.sign_in.signed_in import signed_in
from erpd.accounts.texts import in_language
from erpd.pages.languages import reader_languages
from erpd.publish.methods import safe
from erpd.register.catalogues import country_name

_MOST_LISTED = 500


@safe
def bodies(request: HttpRequest) -> HttpResponse:
    """All competent bodies, by country and name."""
    return render(request, "access/bodies.html", {"bodies": _listed(reader_languages(request))})


@safe
def body(request: HttpRequest, slug: str) -> HttpResponse:
    """The public page of a body: where to ask, fees, redress."""
    languages = reader_languages(request)
    one = _found(slug)
    name, language = in_language(one.title, *languages)
    facts = {
        "body": one,
        "takes_requests": takes_requests(one),
        "takes_enquiries": takes_enquiries(one),
        "name": name,
        "name_language": language,
        "country": country_name(one.country, *languages) if one.country else "",
        "decisions": lately(kept.of_body(one.pk)),
        "costs": [COSTS[code] for code in one.costs if code in COSTS],
        "owners": [
            (owner.slug, *in_language(owner.title, *languages))
            for owner in one.owners.filter(state=Owner.State.APPROVED).order_by("slug")[:_MOST_LISTED]
        ],
    }
    return render(request, "access/body.html", facts)


@dataclass(frozen=True)
class AtBody(Desk):
    """A body at the desk; None for a new one."""

    body: Body | None = None
    keeper: Owner | None = None

    @property
    def list_address(self) -> str:
        return reverse("bodies:desk")


@desk(Kind.BODY)
@safe
def desk_bodies(request: HttpRequest) -> HttpResponse:
    """All bodies, and the way to enter one."""
    place = Desk(request, "bodies")
    facts = {
        "bodies": _listed(place.languages),
        "may_create": may(place.who, Verb.CREATE, Thing(Kind.BODY)),
    }
    return place.show("access/desk_bodies.html", facts)


@desk(Kind.BODY)
def desk_body(request: HttpRequest, slug: str = "") -> HttpResponse:
    """A body is entered, changed or removed."""
    one = _found(slug) if slug else None
    place = AtBody(request, "bodies", one, one.keeper if one else None)
    demand(place.who, Verb.CHANGE, Thing(Kind.BODY, one.keeper_id if one else None))
    acts = (SaveAtDesk, HandOver, Remove) if one else (SaveAtDesk,)
    return answer(place, "access/desk_body.html", acts, lambda: _facts(one, place.languages))


@dataclass(frozen=True)
class OfOwner(OwnerPlace):
    """The body that an owner keeps; None if it keeps none yet."""

    body: Body | None = None

    @property
    def keeper(self) -> Owner:
        return self.owner

    @property
    def list_address(self) -> str:
        return reverse("bodies:own", args=[self.owner.slug])


@signed_in
def own_body(request: HttpRequest, slug: str) -> HttpResponse:
    """An owner's administrators keep the body that decides about its data; its other members look at it."""
    owner = owner_place(request, slug).owner
    place = OfOwner(request, owner, Body.objects.filter(keeper=owner).first())
    may_change = place.may(Verb.CHANGE, Kind.BODY)
    others = Body.objects.filter(owners=owner).exclude(keeper=owner)
    acts = (Save, OpenDesk, CloseDesk, Remove) if place.body else (Save,)

    def facts() -> dict[str, Any]:
        listed = [(one.slug, *in_language(one.title, *place.languages)) for one in others[:_MOST_LISTED]]
        found = _facts(place.body, place.languages)
        lacks = lacking(place.body) if place.body else []
        return {**found, "room": "body", "may_change_body": may_change, "others": listed, "lacking": lacks}

    return answer(place, "access/own_body.html", acts if may_change else (), facts)


def _facts(one: Body | None, languages: tuple[str, ...]) -> dict[str, Any]:
    if one is None:
        return {}
    name, language = in_language(one.title, *languages)
    return {"body": one, "called": name, "called_language": language, "wanting": wanting(one)}


def _found(slug: str) -> Body:
    found = Body.objects.filter(slug=slug).select_related("keeper").first()
    if found is None:
        raise Http404
    return found


def _listed(languages: tuple[str, ...]) -> list[dict[str, Any]]:
    found = []
    for one in Body.objects.order_by("country", "slug")[:_MOST_LISTED]:
        name, language = in_language(one.title, *languages)
        country = country_name(one.country, *languages) if one.country else ""
        found.append({"slug": one.slug, "name": name, "language": language, "country": country})
    return found
