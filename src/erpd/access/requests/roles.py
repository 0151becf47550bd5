"""What somebody is for a part of a request, and whether they may do a thing now."""

from collections.abc import Collection
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404

from erpd.access.models import AccessRequest, Part
from erpd.access.requests.refusals import WrongState
from erpd.access.requests.table import Action, Role, allowed
from erpd.accounts import may as accounts
from erpd.accounts.may import Actor, Kind, Thing
from erpd.accounts.table import MEMBERS


def roles(who: Actor, part: Part, opened: Collection[UUID] = ()) -> frozenset[Role]:
    """What ``who`` is for a part. ``opened``: the requests whose private link they followed."""
    found = set[Role]()
    if is_requester(who, part.request, opened):
        found.add(Role.REQUESTER)
    keeper = part.body.keeper_id
    if keeper is None:
        return frozenset(found)
    of_keeper = accounts.roles(Actor(who.key.person) if who.key else who, Thing(Kind.REQUEST, keeper))
    if who.key:
        if who.key.owner_id == keeper and who.key.desk and accounts.Role.HANDLER in of_keeper:
            found.add(Role.SYSTEM)
        return frozenset(found)
    if accounts.Role.HANDLER in of_keeper:
        found.add(Role.HANDLER)
    is_member = bool(of_keeper & MEMBERS)
    if is_member and who.person and part.reviews.filter(person=who.person, ended=None).exists():
        found.add(Role.REVIEWER)
    return frozenset(found)


def is_requester(who: Actor, request: AccessRequest, opened: Collection[UUID] = ()) -> bool:
    """Whether ``who`` is the one who asks: by their account, or by the private link."""
    person = None if who.key else who.person
    if person and person.is_active and request.person_id == person.pk:
        return True
    return request.pk in opened


def requests_of(who: Actor, opened: Collection[UUID] = ()) -> "QuerySet[AccessRequest, AccessRequest]":
    """The requests of which ``who`` is the one who asks, oldest first."""
    mine = Q(pk__in=opened)
    if who.person and not who.key:
        mine |= Q(person=who.person)
    return AccessRequest.objects.filter(mine).order_by("created").select_related("person")


def demand(who: Actor, action: Action, part: Part, opened: Collection[UUID] = ()) -> frozenset[Role]:
    """Return the roles in which ``who`` may do it now.

    Raises Http404 if they may not see the part, PermissionDenied if none of their roles ever may, and
    WrongState if it is only the state that stands against it.
    """
    mine = roles(who, part, opened)
    if not mine & allowed(part.state, Action.SEE):
        raise Http404
    now = mine & allowed(part.state, action)
    if now:
        return now
    if any(mine & allowed(state, action) for state in Part.State):
        raise WrongState(part, action)
    raise PermissionDenied


__all__ = ["WrongState", "demand", "is_requester", "requests_of", "roles"]
