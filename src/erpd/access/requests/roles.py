"""What somebody is for a part of a request, and whether they may do a thing now."""

from collections.abc import Collection
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404

from erpd.access.models import Part
from erpd.access.requests.table import Action, Role, allowed
from erpd.accounts import may as accounts
from erpd.accounts.may import Actor, Kind, Thing


class WrongState(Exception):
    """It cannot be done while the part is in this state; the answer is 409, and names both."""

    def __init__(self, part: Part, action: Action) -> None:
        super().__init__(f"{action} while {part.state}")
        self.part, self.action = part, action


def roles(who: Actor, part: Part, opened: Collection[UUID] = ()) -> frozenset[Role]:
    """What ``who`` is for a part. ``opened``: the requests whose private link they followed."""
    found = set[Role]()
    request = part.request
    if request.forgotten is None:
        of_person = who.person is not None and who.key is None and request.person_id == who.person.pk
        if of_person or request.pk in opened:
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
    is_member = bool(of_keeper & _MEMBERS)
    if is_member and who.person and part.reviews.filter(person=who.person, ended=None).exists():
        found.add(Role.REVIEWER)
    return frozenset(found)


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


_MEMBERS = {accounts.Role.READER, accounts.Role.EDITOR, accounts.Role.ADMIN}
