"""The owners of which somebody is a member, and what waits for their answer."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from erpd.accounts.actions import invitations
from erpd.accounts.actions.transfers import offered_to
from erpd.accounts.acts import Place, answer
from erpd.accounts.models import Membership
from erpd.accounts.owner_pages.invitation import Accept, Refuse
from erpd.accounts.owner_pages.places import named
from erpd.accounts.sign_in.signed_in import signed_in

SHOWN = 100


@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """The owners of the person, invitations to their address, transfers offered to them or their owners."""
    place = Place(request)
    return answer(place, "accounts/owners/mine.html", (Accept, Refuse), lambda: _facts(place))


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
