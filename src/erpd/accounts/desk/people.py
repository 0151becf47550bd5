"""Accounts: what each is for the node and for owners; offices given and taken, accounts ended."""

from dataclasses import dataclass
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django import forms
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from erpd.accounts.actions import people as actions
from erpd.accounts.actions.unanswered import invitations_by, transfers_by
from erpd.accounts.acts import Act, answer
from erpd.accounts.desk.pages import Desk, desk
from erpd.accounts.may import Kind
from erpd.accounts.models import Membership, Person
from erpd.accounts.paging import cut, words
from erpd.accounts.sign_in.signed_in import SECOND_FACTORS, lately
from erpd.accounts.texts import in_language
from erpd.metadata.storable import storable
from erpd.pages.languages import reader_languages
from erpd.publish.methods import safe

_MEMBERSHIPS = 100


@dataclass(frozen=True)
class _PersonPlace(Desk):
    person: Person


class GiveOffice(Act):
    """What a person is for the node."""

    name = "office"
    place: _PersonPlace

    office = forms.ChoiceField(
        label=gettext_lazy("Role on this site"),
        choices=Person.Office.choices,
        required=False,
        widget=forms.RadioSelect,
    )

    def prepare(self) -> None:
        self.fields["office"].initial = self.place.person.office

    def perform(self) -> str:
        office = Person.Office(self.cleaned_data["office"])
        actions.give_office(who=self.place.who, person=self.place.person, office=office)
        return _("The role is changed.")


class End(Act):
    """Why an account ends."""

    name = "end"
    place: _PersonPlace

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=actions.LONGEST_REASON,
        widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("For the audit log."),
    )

    def perform(self) -> str:
        actions.end(who=self.place.who, person=self.place.person, reason=self.cleaned_data["reason"])
        return _("The account is closed. Its sessions, keys and offers have ended.")


class OpenAgain(Act):
    name = "open"
    place: _PersonPlace

    def perform(self) -> str:
        actions.open_again(who=self.place.who, person=self.place.person)
        return _("The account is open again. We have sent its holder a link to set a password.")


@desk(Kind.NODE)
@safe
def people(request: HttpRequest) -> HttpResponse:
    """The accounts by address: ``?q=`` part of an address or name, ``?office=``."""
    rows = Person.objects.order_by("email")
    text, office = words(request), request.GET.get("office", "")
    if text:
        rows = rows.filter(Q(email__icontains=text) | Q(name__icontains=text))
    if office in Person.Office.values and office:
        rows = rows.filter(office=office)
    if last := storable(request.GET.get("after", ""))[:254]:
        rows = rows.filter(email__gt=last)
    page = cut(request, rows.prefetch_related("memberships__owner"), lambda one: one.email)
    facts = {
        "q": text,
        "office": office,
        "offices": [choice for choice in Person.Office.choices if choice[0]],
        "page": page,
        "people": [_row(one, *reader_languages(request)) for one in page.rows],
    }
    return Desk(request, "people").show("accounts/desk/people.html", facts)


@desk(Kind.NODE)
@lately
def person(request: HttpRequest, number: int) -> HttpResponse:
    """One account. What is sent here is done in sudo mode."""
    one = get_object_or_404(Person.objects.prefetch_related("memberships__owner"), pk=number)
    facts = {
        **_row(one, *reader_languages(request)),
        "second_factor": is_mfa_enabled(one, list(SECOND_FACTORS)),
        "sessions": UserSession.objects.filter(user=one).count(),
        "offers": _offers(one),
        "alone": _only_administrator_of(one),
        "is_oneself": one == request.user,
    }
    acts = (GiveOffice, End if one.is_active else OpenAgain)
    return answer(_PersonPlace(request, "people", one), "accounts/desk/person.html", acts, lambda: facts)


def _row(one: Person, *languages: str) -> dict[str, Any]:
    memberships = list(one.memberships.all())[:_MEMBERSHIPS]
    roles = [
        {
            "slug": member.owner.slug,
            "title": in_language(member.owner.title, *languages)[0] or member.owner.slug,
            "language": in_language(member.owner.title, *languages)[1],
            "role": member.get_role_display(),
        }
        for member in memberships
    ]
    return {"person": one, "office_label": one.get_office_display() if one.office else "", "roles": roles}


def _offers(one: Person) -> list[tuple[str, str]]:
    """What they have offered for owners and nobody has answered: to whom or what, and of which owner."""
    invitations = invitations_by(one).values_list("email", "owner__slug")[:_MEMBERSHIPS]
    transfers = transfers_by(one).select_related("from_owner")[:_MEMBERSHIPS]
    given = [(transfer.title or transfer.name, transfer.from_owner.slug) for transfer in transfers]
    return [*invitations, *given]


def _only_administrator_of(one: Person) -> list[str]:
    """The owners that have no administrator without this person."""
    administrators = Membership.objects.filter(role=Membership.Role.ADMIN, person__is_active=True)
    others = administrators.filter(owner=OuterRef("owner")).exclude(person=one)
    alone = administrators.filter(~Exists(others), person=one).order_by("owner__slug")
    return list(alone.values_list("owner__slug", flat=True)[:_MEMBERSHIPS])
