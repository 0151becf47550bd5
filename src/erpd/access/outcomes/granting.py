"""What becomes of a grant: active from its first day to its last, unless revoked; renewed by a request."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from erpd.access.bodies.deciding import takes_requests
from erpd.access.models import AccessRequest, Grant, Part
from erpd.access.outcomes.refusals import Code, Refused
from erpd.access.outcomes.rules import LONGEST, clean
from erpd.access.questions import common
from erpd.access.requests import refusals, starting
from erpd.access.requests.due import today_of
from erpd.access.requests.events import note_event, record
from erpd.access.requests.locked import lock_person, part_of
from erpd.access.requests.roles import demand
from erpd.access.requests.table import Action
from erpd.access.requests.telling import tell_requester
from erpd.accounts.may import Actor
from erpd.accounts.refusal import Refusal
from erpd.accounts.texts import in_language


class State(StrEnum):
    """What a grant is on a day."""

    COMING = "coming"
    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"


_STATES = {
    State.COMING: gettext_lazy("not yet active"),
    State.ACTIVE: gettext_lazy("active"),
    State.EXPIRED: gettext_lazy("expired"),
    State.REVOKED: gettext_lazy("revoked"),
}


def state_of(grant: Grant, day: date | None = None) -> State:
    """What a grant is on a day, by default today where its body is."""
    if grant.revoked is not None:
        return State.REVOKED
    day = day or today_of(grant.decision.part)
    if grant.until is not None and day > grant.until:
        return State.EXPIRED
    return State.ACTIVE if grant.since <= day else State.COMING


def state_in_words(grant: Grant | None) -> str:
    """What a grant is today; "" if there is none."""
    return str(_STATES[state_of(grant)]) if grant else ""


def grant_of(part: Part) -> Grant | None:
    """The grant of a part, if it was decided so."""
    return Grant.objects.select_related("decision__part__body").filter(decision__part=part).first()


def can_renew(part: Part) -> bool:
    """Whether a part has a grant that was not revoked, and its body takes requests."""
    grant = grant_of(part)
    return grant is not None and grant.revoked is None and takes_requests(part.body)


@transaction.atomic
def revoke(*, who: Actor, grant: Grant, reason: str) -> Grant:
    """Revoke a grant that is active or will be; the requester is told why.

    Raises Http404, PermissionDenied, WrongState, Refusal if it has ended already or no reason is given.
    """
    part = part_of(grant.decision.part.reference)
    mine = demand(who, Action.REVOKE, part)
    found = grant_of(part)
    if found is None:
        raise Refused(Code.NOTHING_GRANTED)
    if (state := state_of(found)) in (State.EXPIRED, State.REVOKED):
        raise Refused(Code.GRANT_ENDED, state=_STATES[state])
    found.reason, found.revoked = clean(reason, LONGEST, _("Reason")), timezone.now()
    if not found.reason:
        raise Refused(Code.REASON_MISSING)
    found.save(update_fields=["reason", "revoked"])
    note_event(part, Action.REVOKE, mine, who, found.reason)
    record(part, Action.REVOKE, who)
    tell_requester(part, "request-grant-revoked")
    return found


@transaction.atomic
def renew(*, who: Actor, part: Part, opened: Collection[UUID] = ()) -> AccessRequest:
    """Start a new request that copies the one which was granted; a draft of a renewal is returned as it is.

    Pages add its id to those that were opened. Raises Http404, PermissionDenied, WrongState, Refusal if
    nothing was granted, it was revoked, or no body takes the request, and what ``starting.start`` raises.
    """
    lock_person(part.request.person_id)
    part = part_of(part.reference)
    mine = demand(who, Action.RENEW, part, opened)
    grant = grant_of(part)
    if grant is None:
        raise Refused(Code.NOTHING_GRANTED)
    if grant.revoked is not None:
        raise Refused(Code.GRANT_ENDED, state=_STATES[State.REVOKED])
    if not takes_requests(part.body):
        raise _no_desk(part)
    draft = grant.renewals.filter(parts__state=Part.State.DRAFT).first()
    if draft:
        return draft
    old = part.request
    wanted = part.wanted.filter(data_set__deleted=False).select_related("data_set").order_by("pk")
    data_sets = [one.data_set for one in wanted]
    if not data_sets:
        raise Refused(Code.NOTHING_TO_RENEW)
    new = starting.start(
        person=old.person,
        email=old.email,
        name=old.name,
        language=old.language,
        data_sets=data_sets,
        renews=grant,
    )
    if not new.parts.exists():  # none of those who decide by now has a desk
        raise _no_desk(part)
    shared = {question.id for question in common()}
    new.answers = {name: value for name, value in part.answers.items() if name in shared}
    new.save(update_fields=["answers"])
    own = {name: value for name, value in part.answers.items() if name not in shared}
    new.parts.filter(body=part.body).update(answers=own)
    note_event(part, Action.RENEW, mine, who, renewal=str(new.pk))
    record(part, Action.RENEW, who)
    return new


def _no_desk(part: Part) -> Refusal:
    body = in_language(part.body.title, part.request.language)[0]
    return refusals.Refused(refusals.Code.NO_DESK, body=body)
