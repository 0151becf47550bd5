"""What requester and body write to each other, and the body to itself."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from erpd.access.models import Event, Part
from erpd.access.requests.due import today_of
from erpd.access.requests.events import note_event, record
from erpd.access.requests.limits import DAY, may_write, said
from erpd.access.requests.locked import part_of
from erpd.access.requests.refusals import Code, Refused
from erpd.access.requests.roles import demand
from erpd.access.requests.table import Action, Role
from erpd.access.requests.telling import tell_body, tell_requester
from erpd.accounts.may import Actor
from erpd.pages.values import written


@transaction.atomic
def message(*, who: Actor, part: Part, text: str, opened: Collection[UUID] = ()) -> Event:
    """Write to the other side. The requester is told at once, the body once a day (``remind`` does).

    Raises Refused if it is empty, too long, or one too many; WrongState, PermissionDenied, Http404.
    """
    part = part_of(part.reference)
    roles = demand(who, Action.MESSAGE, part, opened)
    text = said(text)
    if Role.REQUESTER in roles:
        may_write(part)
        event = note_event(part, Action.MESSAGE, Role.REQUESTER, who, text)
        tell_of_messages(part)
        return event
    event = note_event(part, Action.MESSAGE, roles, who, text)
    _mailed(event)
    tell_requester(part, "request-message")
    return event


@transaction.atomic
def note(*, who: Actor, part: Part, text: str) -> Event:
    """Write a note that only the body sees: it goes into no mail, export or page of the requester.

    Raises Refused if it is empty or too long; WrongState, PermissionDenied, Http404.
    """
    part = part_of(part.reference)
    roles = demand(who, Action.NOTE, part)
    return note_event(part, Action.NOTE, roles, who, said(text), audience=Event.Audience.BODY)


@transaction.atomic
def set_aside(*, who: Actor, part: Part) -> Event:
    """Say that what the requester wrote needs no answer; a note tells who said so.

    Raises WrongState, PermissionDenied (reviewers, too), Http404.
    """
    part = part_of(part.reference)
    roles = demand(who, Action.NOTE, part)
    if Role.HANDLER not in roles:
        raise PermissionDenied
    part.waits = False
    part.save(update_fields=["waits"])
    return note_event(part, Action.NOTE, roles, who, audience=Event.Audience.BODY, aside=True)


@transaction.atomic
def nudge(*, who: Actor, part: Part, opened: Collection[UUID] = ()) -> Event:
    """Remind the body that the decision is due. Raises Refused if it is not due soon, or was done today."""
    part = part_of(part.reference)
    roles = demand(who, Action.NUDGE, part, opened)
    if part.due is None:
        raise Refused(Code.NUDGED_EARLY, day="—")
    since = part.due - timedelta(days=part.body.nudge)
    if today_of(part) < since:
        raise Refused(Code.NUDGED_EARLY, day=written(since))
    if part.nudged and part.nudged > timezone.now() - DAY:
        raise Refused(Code.NUDGED_TODAY)
    part.nudged = timezone.now()
    part.save(update_fields=["nudged"])
    event = note_event(part, Action.NUDGE, roles, who)
    record(part, Action.NUDGE, who)
    tell_body(part, "request-nudged", due=part.due)
    return event


def can_nudge(part: Part) -> bool:
    """Whether the requester's page offers to remind the body now, as far as state and time go."""
    return bool(
        part.due
        and today_of(part) >= part.due - timedelta(days=part.body.nudge)
        and not (part.nudged and part.nudged > timezone.now() - DAY)
    )


def tell_of_messages(part: Part) -> bool:
    """Tell the body of messages that it has not been told of, unless it was told in the last 24 hours."""
    unread = part.events.filter(action=Action.MESSAGE, role=Role.REQUESTER, mailed=None)
    now = timezone.now()
    newest = part.events.filter(action=Action.MESSAGE, role=Role.REQUESTER).exclude(mailed=None)
    if newest.filter(mailed__gt=now - DAY).exists() or not unread.exists():
        return False
    if not tell_body(part, "request-written"):
        return False
    unread.update(mailed=now)
    return True


def _mailed(event: Event) -> None:
    event.mailed = timezone.now()
    event.save(update_fields=["mailed"])
