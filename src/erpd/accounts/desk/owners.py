"""The data owners: the list, and the page on which the operator decides about one of them."""

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from erpd.accounts.actions import agreements, contacts
from erpd.accounts.actions import owners as actions
from erpd.accounts.deed_words import told
from erpd.accounts.deeds import deeds
from erpd.accounts.desk.owner_forms import Approve, Confirm, Paper, Reasoned
from erpd.accounts.desk.owner_rows import match, organisation_row, row
from erpd.accounts.desk.pages import desk, done, done_at, show
from erpd.accounts.may import Actor, Kind, Thing, Verb, demand, may, seen
from erpd.accounts.models import Acceptance, Membership, Owner
from erpd.accounts.organisations import found
from erpd.accounts.paging import behind, cut, words
from erpd.accounts.readiness import newest
from erpd.accounts.sign_in.signed_in import actor, lately
from erpd.pages.languages import reader_languages

_DEEDS = 20
_MEMBERS = 100
_CANDIDATES = 10


@desk(Kind.OWNER)
def owners(request: HttpRequest) -> HttpResponse:
    """The list, newest first: ``?q=`` words of names, addresses and organisations, ``?state=``."""
    rows = Owner.objects.select_related("organisation")
    state = request.GET.get("state", "")
    if state in Owner.State.values:
        rows = rows.filter(state=state)
    text = words(request)
    page = cut(request, _with_words(behind(request, rows), text))
    languages = reader_languages(request)
    facts = {
        "q": text,
        "state": state,
        "states": Owner.State.choices,
        "page": page,
        "owners": [row(one, *languages) for one in page.rows],
    }
    return show(request, "owners", facts, page="owners")


def _with_words(rows: QuerySet[Owner], text: str) -> Iterator[Owner]:
    """Owners are some thousands at most, and not every database compares their names in any case."""
    wanted = text.casefold().split()
    for one in rows.iterator(500):
        listed = one.organisation.words if one.organisation else ""
        said = "\n".join([one.slug, one.contact, *one.title.values(), listed]).casefold()
        if all(word in said for word in wanted):
            yield one


@desk(Kind.OWNER)
@lately
def owner(request: HttpRequest, slug: str) -> HttpResponse:
    """One owner: who asks, for which organisation, why; the operator's forms, in sudo mode."""
    one = get_object_or_404(Owner.objects.select_related("organisation"), slug=slug)
    who = actor(request)
    seen(who, Thing(Kind.OWNER, one.pk))
    forms = _forms(request, one)
    status = 200
    if request.method == "POST":
        demand(who, Verb.DECIDE, Thing(Kind.OWNER, one.pk))
        name = request.POST.get("do", "")
        if name in forms:
            form = forms[name]
            status = done(form, lambda: _ACTIONS[name](who, one, form.cleaned_data))
            if status == 200:
                messages.success(request, _TOLD[name]())
                return done_at("desk:owner", slug=Owner.objects.get(pk=one.pk).slug)
            one.refresh_from_db()
    if not may(who, Verb.DECIDE, Thing(Kind.OWNER, one.pk)):
        forms = {}
    facts = {**_facts(who, one, *reader_languages(request)), "forms": forms, "find": words(request, "find")}
    return show(request, "owner", facts, page="owners", status=status)


def _forms(request: HttpRequest, one: Owner) -> dict[str, Any]:
    """The forms that fit the state of an owner; the one that was sent has what was written into it."""
    sent = request.POST.get("do", "") if request.method == "POST" else ""
    languages = reader_languages(request)

    def data(name: str) -> Any:
        return request.POST if name == sent else None

    forms: dict[str, Any] = {}
    if one.state != Owner.State.APPROVED:
        looked_for = words(request, "find")
        candidates = found(looked_for, size=_CANDIDATES)
        forms["approve"] = Approve(data("approve"), owner=one, candidates=candidates, languages=languages)
    if one.state == Owner.State.REQUESTED:
        forms["refuse"] = Reasoned(data("refuse"), prefix="refuse")
    if one.state == Owner.State.APPROVED:
        if contacts.is_to_confirm(one):
            forms["confirm"] = Confirm(data("confirm"))
        version = newest()
        if version and not Acceptance.objects.filter(owner=one, agreement=version).exists():
            forms["paper"] = Paper(data("paper"), owner=one, agreement=version, languages=languages)
        forms["close"] = Reasoned(data("close"), prefix="close")
    return forms


def _approve(who: Actor, one: Owner, said: dict[str, Any]) -> object:
    return actions.approve(
        who=who, owner=one, slug=said["slug"], organisation=said["organisation"], reason=said["reason"]
    )


def _paper(who: Actor, one: Owner, said: dict[str, Any]) -> object:
    facts = {"person": said["person"], "version": said["version"], "language": said["language"]}
    return agreements.accept_on_paper(who=who, owner=one, **facts)


_ACTIONS: dict[str, Callable[[Actor, Owner, dict[str, Any]], object]] = {
    "approve": _approve,
    "refuse": lambda who, one, said: actions.refuse(who=who, owner=one, reason=said["reason"]),
    "close": lambda who, one, said: actions.close(who=who, owner=one, reason=said["reason"]),
    "confirm": lambda who, one, _said: contacts.confirm_otherwise(who=who, owner=one),
    "paper": _paper,
}
_TOLD: dict[str, Callable[[], str]] = {
    "approve": lambda: _("The data owner is approved. Its administrators have been sent an e-mail."),
    "refuse": lambda: _("The request is refused. Its administrators have been sent an e-mail."),
    "close": lambda: _("The data owner is closed. Its administrators have been sent an e-mail."),
    "confirm": lambda: _("The contact address counts as confirmed for a year."),
    "paper": lambda: _("The agreement is accepted."),
}


def _facts(who: Actor, one: Owner, *languages: str) -> dict[str, Any]:
    facts = {"owner": one, **row(one, *languages)}
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
