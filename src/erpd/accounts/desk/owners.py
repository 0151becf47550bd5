"""The data owners: the list, and the page on which the operator decides about one of them."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from erpd.accounts.acts import answer
from erpd.accounts.deed_words import told
from erpd.accounts.deeds import deeds
from erpd.accounts.desk.owner_acts import AtOwner, acts
from erpd.accounts.desk.owner_rows import match, organisation_row, row
from erpd.accounts.desk.pages import Desk, desk
from erpd.accounts.may import Kind, Thing, Verb, demand, may, seen
from erpd.accounts.models import Membership, Owner
from erpd.accounts.paging import behind, cut, words
from erpd.accounts.sign_in.signed_in import actor, lately
from erpd.pages.languages import reader_languages
from erpd.publish.methods import safe

_DEEDS = 20
_MEMBERS = 100
_MOST_WORDS = 10


@desk(Kind.OWNER)
@safe
def owners(request: HttpRequest) -> HttpResponse:
    """The list, newest first: ``?q=`` words of names, addresses and organisations, ``?state=``."""
    rows = Owner.objects.select_related("organisation")
    state = request.GET.get("state", "")
    if state in Owner.State.values:
        rows = rows.filter(state=state)
    text = words(request)
    for word in text.casefold().split()[:_MOST_WORDS]:
        rows = rows.filter(Q(words__contains=word) | Q(organisation__words__contains=word))
    page = cut(request, behind(request, rows))
    languages = reader_languages(request)
    facts = {
        "q": text,
        "state": state,
        "states": Owner.State.choices,
        "page": page,
        "owners": [row(one, *languages) for one in page.rows],
    }
    return Desk(request, "owners").show("accounts/desk/owners.html", facts)


@desk(Kind.OWNER)
@lately
def owner(request: HttpRequest, slug: str) -> HttpResponse:
    """One owner: who asks, for which organisation, why; the operator's forms, in sudo mode."""
    one = get_object_or_404(Owner.objects.select_related("organisation"), slug=slug)
    who = actor(request)
    seen(who, Thing(Kind.OWNER, one.pk))
    place = AtOwner(request, "owners", one)
    if request.method == "POST":
        demand(who, Verb.DECIDE, Thing(Kind.OWNER, one.pk))
    offered = acts(one) if may(who, Verb.DECIDE, Thing(Kind.OWNER, one.pk)) else []
    return answer(place, "accounts/desk/owner.html", offered, lambda: _facts(place))


def _facts(place: AtOwner) -> dict[str, Any]:
    who, one, languages = place.who, place.owner, place.languages
    if place.request.method == "POST":  # somebody else may have decided
        one.refresh_from_db()
    facts = {"owner": one, "find": words(place.request, "find"), **row(one, *languages)}
    facts["listed"] = organisation_row(one.organisation, *languages)
    facts["contact_match"] = match(one.contact, one.organisation)
    facts["catalogues"] = list(one.holdings.order_by("pk").values_list("catalogue__slug", flat=True))
    if may(who, Verb.SEE, Thing(Kind.MEMBER, one.pk)):
        members = one.memberships.select_related("person").order_by("pk")[:_MEMBERS]
        facts["members"] = [
            {
                "person": member.person,
                "role": member.get_role_display(),
                "is_admin": member.role == Membership.Role.ADMIN,
                "since": member.since,
                "match": match(member.person.email, one.organisation),
            }
            for member in members
        ]
    if may(who, Verb.SEE, Thing(Kind.AUDIT, one.pk)):
        facts["deeds"] = told(deeds(owner=one, size=_DEEDS))
    return facts
