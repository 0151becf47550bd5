"""Invitations, answered by whoever is invited: by the link of the mail, or on their own page.

A link waits while somebody signs up; it is for its address alone.
"""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from erpd.accounts.actions import invitations
from erpd.accounts.acts import Place, Which, answer
from erpd.accounts.models import Invitation
from erpd.accounts.owner_pages.places import named
from erpd.accounts.refusal import Code, Refusal, refusal
from erpd.accounts.sign_in.signed_in import signed_in


class _Answer(Which):
    place: Place

    def invitation(self) -> Invitation:
        found = invitations.invitations_of(self.place.who).filter(pk=self.cleaned_data["id"]).first()
        if found is None:
            raise refusal(Code.LINK_INVALID)
        return found


class Accept(_Answer):
    name = "accept"

    def perform(self) -> str:
        owner = invitations.accept(who=self.place.who, invitation=self.invitation()).owner
        self.after = reverse("owners:owner", args=[owner.slug])
        return gettext("You are now a member of %(owner)s.") % {"owner": named(self.place, owner)[0]}


class Refuse(_Answer):
    name = "refuse"

    def perform(self) -> str:
        invitations.refuse(who=self.place.who, invitation=self.invitation())
        self.after = reverse("owners:mine")
        return gettext("You have refused the invitation.")


@signed_in
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The link of a mail: 404 if it was used, replaced or made up, or is for another address."""
    place = Place(request)
    try:
        found = invitations.invited(who=place.who, token=token)
    except Refusal as invalid:
        return place.show("accounts/owners/invitation.html", {"refusal": invalid.hindrances[0]}, status=404)
    name, language = named(place, found.owner)
    shown = {"invitation": found, "name": name, "name_language": language}
    return answer(place, "accounts/owners/invitation.html", (Accept, Refuse), lambda: shown)
