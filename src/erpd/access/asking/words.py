"""What a requester is told about the state of a part: what it is, and what happens next."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from erpd.access.attachments.actions import by_event
from erpd.access.models import Attachment, Event, Part
from erpd.access.outcomes.reminding import EXPIRED
from erpd.access.requests.events import UNANSWERED
from erpd.access.requests.extending import ground_of
from erpd.access.requests.table import Action, Role

State = Part.State
MOST_EVENTS = 500

STATES: Mapping[str, tuple[Promise, Promise]] = {
    State.DRAFT: (
        pgettext_lazy("state of a request", "Draft"),
        _("Only you see it. Answer the questions, then send it."),
    ),
    State.RECEIVED: (
        pgettext_lazy("state of a request", "Received"),
        _("The body has your request. It names a handler, who reads it."),
    ),
    State.RETURNED: (
        pgettext_lazy("state of a request", "Returned to you for changes"),
        _("The body needs something else from you. Change your answers and send the request again."),
    ),
    State.REVIEW: (
        pgettext_lazy("state of a request", "Under review"),
        _("The body examines your request, then decides."),
    ),
    State.ESTIMATE: (
        pgettext_lazy("state of a request", "Waiting for your answer to the estimate"),
        _("Accept or decline the cost estimate below. Only then does the body go on."),
    ),
    State.DECIDED: (
        pgettext_lazy("state of a request", "Decided"),
        _("The decision is below. You can still write to the body."),
    ),
    State.WITHDRAWN: (
        pgettext_lazy("state of a request", "Withdrawn"),
        _("You took the request back. The body does nothing more."),
    ),
    State.CLOSED: (
        pgettext_lazy("state of a request", "Closed"),
        _("Nothing more happens here. You can start a new request at any time."),
    ),
}
_BY_YOU: Mapping[str, Promise] = {
    Action.SUBMIT: _("You sent the request"),
    Action.WITHDRAW: _("You withdrew the request"),
    Action.MESSAGE: _("You wrote"),
    Action.NUDGE: _("You reminded the body"),
    Action.ACCEPT: _("You accepted the estimate"),
    Action.DECLINE: _("You declined the estimate"),
    Action.RENEW: _("You began a renewal"),
}
_BY_BODY: Mapping[str, Promise] = {
    Action.MESSAGE: _("The body wrote"),
    Action.RETURN: _("The body returned the request for changes"),
    Action.CLASSIFY: _("The body changed the kind of the request"),
    Action.EXTEND: _("The body extended the time limit"),
    Action.ESTIMATE: _("The body sent a cost estimate"),
    Action.CANCEL: _("The body cancelled the estimate"),
    Action.DECIDE: _("The body decided"),
    Action.REVOKE: _("The body revoked the grant"),
    Action.CLOSE: _("The body closed the request"),
    EXPIRED: _("The last day of what was granted has passed"),
    UNANSWERED: _("The estimate has ended without an answer"),
}


class Happened(NamedTuple):
    """A line of the history. Who in the body did it stays with the body."""

    event: Event
    what: str
    is_mine: bool
    files: list[Attachment]
    ground: str
    """Of the law, for an extension."""


def history(part: Part, files: Iterable[Attachment]) -> list[Happened]:
    """What happened, newest first, without what only the body sees."""
    came_with = by_event(files)
    events = part.events.filter(audience=Event.Audience.BOTH).order_by("-pk")[:MOST_EVENTS]
    return [
        Happened(
            one,
            _what(one),
            one.role == Role.REQUESTER,
            came_with.get(one.pk, []),
            ground_of(part, one.detail) if one.action == Action.EXTEND else "",
        )
        for one in events
    ]


def state_of(part: Part) -> str:
    """The state of a part as its requester reads it, with the outcome once it is decided."""
    state = str(STATES[part.state][0])
    decision = getattr(part, "decision", None)
    return f"{state}: {decision.get_outcome_display()}" if decision else state


def _what(event: Event) -> str:
    if event.action == Action.SUBMIT and event.detail.get("again"):
        return gettext("You sent the request again, with changes")
    words = _BY_YOU if event.role == Role.REQUESTER else _BY_BODY
    return str(words.get(event.action, event.action))
