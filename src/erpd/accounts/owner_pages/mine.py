"""The owners of which somebody is a member, and what waits for their answer."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext

from erpd.accounts.actions import invitations
from erpd.accounts.actions.transfers import offered_to
from erpd.accounts.models import Invitation, Membership
from erpd.accounts.owner_pages.acts import Place, Which, answer, named, place_of
from erpd.accounts.sign_in.signed_in import signed_in

SHOWN = 100


class _Answer(Which):
    place: Place

    @property
    def invitation(self) -> Invitation:
        found = invitations.invitations_of(self.place.who).filter(pk=self.cleaned_data["id"]).first()
        if found is None:
            raise Http404
        return found


class Accept(_Answer):
    name = "accept"

    def perform(self) -> str:
        owner = invitations.accept(who=self.place.who, invitation=self.invitation).owner
        return gettext("You are now a member of %(owner)s.") % {"owner": named(self.place, owner)[0]}


class Refuse(_Answer):
    name = "refuse"

    def perform(self) -> str:
        invitations.refuse(who=self.place.who, invitation=self.invitation)
        return gettext("You have refused the invitation.")


@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """The owners of the person, invitations to their address, transfers offered to them or their owners."""
    place = place_of(request)
    return answer(request, "accounts/owners/mine.html", place, (Accept, Refuse), lambda: _facts(place))


def _facts(place: Place) -> dict[str, Any]:
    person = place.who.person
    assert person
    members = Membership.objects.filter(person=person).select_related("owner").order_by("owner__slug")
    offers = offered_to(person).select_related("from_owner", "to_owner", "by")
    waiting = invitations.invitations_of(place.who).order_by("pk")
    return {
        "members": [(member, *named(place, member.owner)) for member in members[:SHOWN]],
        "invitations": [(one, *named(place, one.owner)) for one in waiting[:SHOWN]],
        "transfers": [(one, *named(place, one.from_owner)) for one in offers[:SHOWN]],
    }
