"""Where somebody who signs in has work to do."""

from django.urls import reverse

from erpd.accounts.actions.invitations import invitations_of
from erpd.accounts.actions.transfers import offered_to
from erpd.accounts.may import Actor
from erpd.accounts.models import Person


def work_of(person: Person) -> str:
    """The path of the page on which a person begins.

    The desk for who has an office; one's only data owner; the list for who has several, or has an
    invitation or an offer to answer; for everybody else, the request to become one.
    """
    if person.office:
        return reverse("desk:overview")
    owners = list(person.memberships.values_list("owner__slug", flat=True)[:2])
    if len(owners) > 1 or invitations_of(Actor(person)).exists() or offered_to(person).exists():
        return reverse("owners:mine")
    return reverse("owners:owner", args=owners) if owners else reverse("owners:apply")
