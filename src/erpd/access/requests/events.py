"""What happens to a part is written here, with what it does, and nothing changes it afterwards."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from erpd.access.models import Event, Part
from erpd.access.requests.table import Action, Role
from erpd.accounts import deeds
from erpd.accounts.may import Actor, Kind
from erpd.metadata.storable import storable, storable_json

_FIRST = (Role.HANDLER, Role.SYSTEM, Role.REVIEWER, Role.REQUESTER)
AUTOMATIC = "node"
"""The role of what the node does itself."""
UNANSWERED = "unanswered"
"""The action of the event that says that an estimate has ended without an answer: the body goes on."""

# What a requester does that waits for the body, until it has done one of the others.
WAITING = frozenset((Action.MESSAGE, Action.SUBMIT, Action.ACCEPT, Action.DECLINE))
ANSWERS = frozenset(
    (
        *(Action.MESSAGE, Action.RETURN, Action.EXTEND),
        *(Action.ESTIMATE, Action.DECIDE, Action.REVOKE),
    )
)


def note_event(
    part: Part,
    action: Action | str,
    role: Role | Iterable[Role] | str,
    who: Actor,
    text: str = "",
    *,
    audience: str = Event.Audience.BOTH,
    **detail: Any,
) -> Event:
    """Write what happened to a part, and that it has changed.

    ``role``: as what they did it, or the roles that ``demand`` returned. Only for the body: ``audience``
    BODY; it never leaves it.
    """
    if not isinstance(role, str):
        role = next(one for one in _FIRST if one in set(role))
    part.changed = timezone.now()
    if (role == Role.REQUESTER and action in WAITING) or action == UNANSWERED:
        part.waits = action != Action.SUBMIT or bool(detail.get("again"))  # what is new is in its own state
    elif role in (Role.HANDLER, Role.SYSTEM) and action in ANSWERS:
        part.waits = False
    part.save(update_fields=["changed", "waits"])
    return Event.objects.create(
        part=part,
        action=action,
        role=role,
        person=who.human,
        audience=audience,
        text=storable(text),
        detail=storable_json(detail),
    )


def record(part: Part, verb: str, who: Actor, **detail: Any) -> None:
    """Write a line of the audit log. It says nothing about the requester: they may be forgotten, it not.

    ``who`` is named only if they act for the body.
    """
    own = who.key is not None or (
        who.person is not None and part.body.keeper is not None and _is_member(part, who.person.pk)
    )
    by: Actor | str = who if own else "requester"
    deeds.record(who=by, verb=verb, thing=Kind.REQUEST, name=part.reference, owner=part.body.keeper, **detail)


def _is_member(part: Part, person: int) -> bool:
    keeper = part.body.keeper
    return keeper is not None and keeper.memberships.filter(person=person).exists()
