"""Where somebody who signs in has work to do."""

from collections.abc import Callable

from django.urls import reverse

from erpd.accounts.actions.invitations import invitations_of
from erpd.accounts.actions.transfers import offered_to
from erpd.accounts.may import Actor
from erpd.accounts.models import Person

OTHERWISE: list[Callable[[Person], str]] = []
"""Where somebody without an organisation begins, by floors above: a path, "" if they have nothing there."""


def work_of(person: Person) -> str:
    """The path of the page on which a person begins.

    The desk for who has an office; one's only data owner; the list for who has several, or has an
    invitation or an offer to answer; then what ``OTHERWISE`` knows; for everybody else, the request to become
    a data owner.
    """
    if person.office:
        return reverse("desk:overview")
    owners = list(person.memberships.values_list("owner__slug", flat=True)[:2])
    if len(owners) > 1 or invitations_of(Actor(person)).exists() or offered_to(person).exists():
        return reverse("owners:mine")
    if owners:
        return reverse("owners:owner", args=owners)
    return next(filter(None, (found(person) for found in OTHERWISE)), reverse("owners:apply"))
