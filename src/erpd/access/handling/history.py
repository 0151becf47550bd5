"""What happened to a part, in words, as the body reads it. Notes of the body are marked."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from erpd.access.attachments.actions import by_event
from erpd.access.models import Attachment, Event, Part
from erpd.access.outcomes.reminding import EXPIRED
from erpd.access.requests.events import UNANSWERED
from erpd.access.requests.table import Action, Role
from erpd.accounts.models import Person
from erpd.pages.values import written

MOST = 500  # of a page; more would be years of letters

_WHAT: Mapping[str, Promise] = {
    Action.SUBMIT: _("sent the request"),
    Action.WITHDRAW: _("withdrew the request"),
    Action.MESSAGE: _("wrote a message"),
    Action.NUDGE: _("sent a reminder that the decision is due"),
    Action.ACCEPT: _("accepted the estimate"),
    Action.DECLINE: _("declined the estimate"),
    Action.RENEW: _("began a renewal"),
    Action.TAKE: _("named the handler"),
    Action.RETURN: _("returned the request for changes"),
    Action.REVIEW: _("asked for a review"),
    Action.NOTE: _("wrote a note"),
    Action.CLASSIFY: _("changed the kind of the request"),
    Action.EXTEND: _("extended the time limit"),
    Action.ESTIMATE: _("sent a cost estimate"),
    Action.CANCEL: _("cancelled the estimate"),
    Action.DECIDE: pgettext_lazy("somebody", "decided"),
    Action.REVOKE: _("revoked the grant"),
    Action.CLOSE: _("closed the request"),
    EXPIRED: _("noted that the grant has ended"),
    UNANSWERED: _("noted that the estimate has ended without an answer"),
}
_ROLES: Mapping[str, Promise] = {
    Role.HANDLER: pgettext_lazy("somebody's role in a request", "handler"),
    Role.REVIEWER: pgettext_lazy("somebody's role in a request", "reviewer"),
    Role.SYSTEM: _("case system"),
}


class Happened(NamedTuple):
    """One line of the history."""

    id: int
    at: datetime
    who: str
    role: str
    """Of somebody of the body, in words."""
    what: str
    text: str
    is_note: bool
    """Whether only the body sees it."""
    by_requester: bool
    files: list[Attachment]


def history(part: Part, requester: str, files: Iterable[Attachment] = ()) -> list[Happened]:
    """What happened, newest first. ``files``: those of the part that the reader may see."""
    came_with = by_event(files)
    events = list(part.events.select_related("person").order_by("-pk")[:MOST])
    named = _people(events)
    return [_told(one, requester, named, came_with.get(one.pk, [])) for one in events]


def since(part: Part, seen: int, requester: str) -> list[Happened]:
    """What happened after the event ``seen``, newest first."""
    return [one for one in history(part, requester) if one.id > seen]


def _told(event: Event, requester: str, named: Mapping[int, str], files: list[Attachment]) -> Happened:
    by_requester = event.role == Role.REQUESTER
    if by_requester:
        who = requester or gettext("the requester")
    else:
        who = str(event.person) if event.person else gettext("this site")
    return Happened(
        event.pk,
        event.at,
        who,
        str(_ROLES.get(event.role, "")),
        _what(event, named),
        event.text,
        event.audience == Event.Audience.BODY,
        by_requester,
        files,
    )


def _what(event: Event, named: Mapping[int, str]) -> str:
    detail: Mapping[str, Any] = event.detail
    if event.action == Action.SUBMIT and detail.get("again"):
        return gettext("sent the request again, with changes")
    if event.action == Action.TAKE and detail.get("handler") == event.person_id:
        return gettext("took the request")
    if event.action == Action.TAKE:
        return gettext("made %(person)s the handler") % {"person": named.get(detail.get("handler", 0), "?")}
    if event.action == Action.NOTE and detail.get("aside"):
        return gettext("said that no answer is needed")
    if event.action == Action.REVIEW and "ended" in detail:
        return gettext("took %(person)s off the review") % {"person": named.get(detail["ended"], "?")}
    if event.action == Action.REVIEW:
        person = named.get(detail.get("reviewer", 0), "?")
        return gettext("asked %(person)s for a review") % {"person": person}
    if event.action == Action.EXTEND and detail.get("due"):
        return gettext("extended the time limit to %(day)s") % {"day": written(_day(detail["due"]))}
    return str(_WHAT.get(event.action, event.action))


def _people(events: Iterable[Event]) -> dict[int, str]:
    keys = {
        event.detail[name]
        for event in events
        for name in ("handler", "reviewer", "ended")
        if isinstance(event.detail.get(name), int)
    }
    return {one.pk: str(one) for one in Person.objects.filter(pk__in=keys)} if keys else {}


def _day(text: str) -> date:
    return date.fromisoformat(text)
