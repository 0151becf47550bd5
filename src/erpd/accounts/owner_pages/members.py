"""The members of an owner and its invitations."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from erpd.accounts.actions import invitations, members
from erpd.accounts.acts import Act, Which, answer
from erpd.accounts.may import Kind, Verb
from erpd.accounts.models import Invitation, Membership
from erpd.accounts.owner_pages.places import OwnerPlace, owner_place
from erpd.accounts.paging import behind, cut
from erpd.accounts.sign_in.signed_in import lately, signed_in
from erpd.pages.languages import interface_languages, own_name

ROLES = Membership.Role.choices


class _OfMember(Which):
    place: OwnerPlace

    def membership(self) -> Membership:
        found = self.place.owner.memberships.filter(pk=self.cleaned_data["id"])
        member = found.select_related("person").first()
        if member is None:
            raise Http404
        return member


class ChangeRole(_OfMember):
    name = "role"

    role = forms.ChoiceField(choices=ROLES)

    def perform(self) -> str:
        person, role = self.membership().person, Membership.Role(self.cleaned_data["role"])
        members.change_role(who=self.place.who, owner=self.place.owner, person=person, role=role)
        return gettext("The role of %(person)s is now: %(role)s.") % {
            "person": person.email,
            "role": role.label,
        }


class LetHandle(_OfMember):
    name = "handles"

    handles = forms.BooleanField(required=False)

    def perform(self) -> str:
        person, handles = self.membership().person, self.cleaned_data["handles"]
        members.let_handle(who=self.place.who, owner=self.place.owner, person=person, handles=handles)
        said = (
            gettext("%(person)s now answers requests for access.")
            if handles
            else gettext("%(person)s does not answer requests for access.")
        )
        return said % {"person": person.email}


class Remove(_OfMember):
    name = "remove"

    def perform(self) -> str:
        person = self.membership().person
        members.remove(who=self.place.who, owner=self.place.owner, person=person)
        return gettext("%(person)s is no longer a member.") % {"person": person.email}


class Leave(Act):
    name = "leave"
    place: OwnerPlace

    def perform(self) -> str:
        members.leave(who=self.place.who, owner=self.place.owner)
        self.after = reverse("owners:mine")
        return gettext("You have left the organisation.")


class Invite(Act):
    name = "invite"
    place: OwnerPlace

    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("The person does not need an account yet. The invitation works for this address only."),
        max_length=254,
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=ROLES,
        help_text=_(
            "Readers see drafts and test data. Editors also deliver data sets and have keys. Administrators "
            "also manage members and accept the agreement."
        ),
    )
    language = forms.ChoiceField(label=_("Language of the e-mail"))

    def prepare(self) -> None:
        language = self.fields["language"]
        assert isinstance(language, forms.ChoiceField)
        language.choices = [(code, own_name(code)) for code in interface_languages()]
        language.initial = self.place.languages[0]

    def perform(self) -> str:
        email, role = self.cleaned_data["email"], Membership.Role(self.cleaned_data["role"])
        invitations.invite(
            who=self.place.who,
            owner=self.place.owner,
            email=email,
            role=role,
            language=self.cleaned_data["language"],
        )
        return gettext("We have sent an invitation to %(email)s.") % {"email": email}


class _OfInvitation(Which):
    place: OwnerPlace

    def invitation(self) -> Invitation:
        found = self.place.owner.invitations.filter(pk=self.cleaned_data["id"]).first()
        if found is None:
            raise Http404
        return found


class SendAgain(_OfInvitation):
    name = "again"

    def perform(self) -> str:
        invitation, language = self.invitation(), get_language() or "en"
        email = invitations.send_again(who=self.place.who, invitation=invitation, language=language).email
        return gettext("We have sent the invitation to %(email)s again, with a new link.") % {"email": email}


class Cancel(_OfInvitation):
    name = "cancel"

    def perform(self) -> str:
        invitation = self.invitation()
        invitations.cancel(who=self.place.who, invitation=invitation)
        return gettext("The invitation to %(email)s is cancelled.") % {"email": invitation.email}


@signed_in
@lately
def members_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Who belongs to the owner, and who is invited."""
    place = owner_place(request, slug)
    if not place.may(Verb.SEE, Kind.MEMBER):
        raise Http404
    acts = (ChangeRole, LetHandle, Remove, Leave, Invite, SendAgain, Cancel)
    return answer(place, "accounts/owners/members.html", acts, lambda: _facts(place))


def _facts(place: OwnerPlace) -> dict[str, Any]:
    assert place.who.person
    me = place.who.person.pk
    listed = place.owner.memberships.select_related("person")
    pending = place.owner.invitations.filter(state=Invitation.State.PENDING).select_related("by")
    return {
        "room": "members",
        "page": cut(place.request, behind(place.request, listed, newest_first=False)),
        "roles": ROLES,
        "me": me,
        "may_change_members": place.may(Verb.CHANGE, Kind.MEMBER),
        "may_leave": place.owner.memberships.filter(person=me).exists(),
        "invitations": pending.order_by("pk")[: invitations.MOST_PENDING],
    }
