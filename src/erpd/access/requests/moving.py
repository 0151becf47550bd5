"""The verbs that move a part from state to state before it is decided, and end it without a decision."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils import timezone

from erpd.access.decisions.figures import LAPSED, WITHDRAWN
from erpd.access.models import Estimate, Event, Part, Review
from erpd.access.requests.due import pause, resume, today_of
from erpd.access.requests.events import note_event, record
from erpd.access.requests.extending import extend, set_kind
from erpd.access.requests.limits import perhaps, said
from erpd.access.requests.lines import end_line
from erpd.access.requests.locked import part_of
from erpd.access.requests.refusals import Code, Refused
from erpd.access.requests.roles import demand
from erpd.access.requests.table import Action
from erpd.access.requests.telling import handlers, tell_body, tell_person, tell_requester
from erpd.accounts.may import Actor
from erpd.accounts.models import Person
from erpd.metadata.storable import storable
from erpd.pages.values import written

__all__ = [
    "UNANSWERED",
    "ask_review",
    "close",
    "end_review",
    "extend",
    "send_back",
    "set_kind",
    "take",
    "withdraw",
]

State = Part.State
UNANSWERED = timedelta(days=30)
"""How long a requester has to answer before a part that was returned can be closed."""

_MOST_QUESTIONS = 300
_LONGEST_QUESTION = 60


@transaction.atomic
def take(*, who: Actor, part: Part, handler: Person | None = None) -> Part:
    """Become the handler of a part, or name another; what was received is then under review.

    Raises Refused if the other is not a handler of the body; WrongState, PermissionDenied, Http404.
    """
    part = part_of(part.reference)
    roles = demand(who, Action.TAKE, part)
    named = handler or who.person
    if named is None or named not in handlers(part.body.keeper):
        raise Refused(Code.NOT_A_HANDLER, person=named or who.name)
    if part.handler_id == named.pk and part.state != State.RECEIVED:
        return part
    part.handler = named
    if part.state == State.RECEIVED:
        part.state = State.REVIEW
    part.save(update_fields=["handler", "state"])
    note_event(part, Action.TAKE, roles, who, audience=Event.Audience.BODY, handler=named.pk)
    record(part, Action.TAKE, who, handler=named.email)
    if named != who.person:
        tell_person(part, named, "request-yours")
    return part


@transaction.atomic
def send_back(*, who: Actor, part: Part, text: str, questions: Sequence[str] = ()) -> Part:
    """Return a part for changes: ``questions`` are the ids of those to answer anew, ``text`` says why.

    Raises Refused if the text is missing; WrongState, PermissionDenied, Http404.
    """
    part = part_of(part.reference)
    roles = demand(who, Action.RETURN, part)
    text = said(text)
    part.state = State.RETURNED
    part.save(update_fields=["state"])
    pause(part, "returned")
    named = [storable(one)[:_LONGEST_QUESTION] for one in questions[:_MOST_QUESTIONS]]
    note_event(part, Action.RETURN, roles, who, text, questions=named)
    record(part, Action.RETURN, who)
    tell_requester(part, "request-returned")
    return part


@transaction.atomic
def ask_review(*, who: Actor, part: Part, person: Person, text: str = "") -> Review:
    """Ask a member of the body for an opinion: until they are taken off, they see the part.

    Raises Refused if they are not a member or were asked already; WrongState, PermissionDenied, Http404.
    """
    part = part_of(part.reference)
    roles = demand(who, Action.REVIEW, part)
    keeper = part.body.keeper
    if keeper is None or not person.is_active or not keeper.memberships.filter(person=person).exists():
        raise Refused(Code.NOT_A_MEMBER, person=person)
    review, is_new = Review.objects.get_or_create(part=part, person=person, ended=None)
    if not is_new:
        raise Refused(Code.REVIEWS_ALREADY, person=person)
    text = perhaps(text)
    note_event(part, Action.REVIEW, roles, who, text, audience=Event.Audience.BODY, reviewer=person.pk)
    record(part, Action.REVIEW, who, reviewer=person.email)
    tell_person(part, person, "request-review")
    return review


@transaction.atomic
def end_review(*, who: Actor, part: Part, person: Person) -> None:
    """Take a reviewer off: they see nothing more from now on. Raises Http404 if they are none."""
    part = part_of(part.reference)
    roles = demand(who, Action.REVIEW, part)
    if not part.reviews.filter(person=person, ended=None).update(ended=timezone.now()):
        raise Http404
    note_event(part, Action.REVIEW, roles, who, audience=Event.Audience.BODY, ended=person.pk)
    record(part, "end a review", who, reviewer=person.email)


@transaction.atomic
def withdraw(*, who: Actor, part: Part, text: str = "", opened: Collection[UUID] = ()) -> Part:
    """Take a part back: the requester wants no decision any more.

    Raises Refused if the text is too long; WrongState, Http404.
    """
    part = part_of(part.reference)
    roles = demand(who, Action.WITHDRAW, part, opened)
    text = perhaps(text)
    resume(part)
    end_line(part, WITHDRAWN)
    now = timezone.now()
    Estimate.objects.filter(part=part, state=Estimate.State.SENT).update(
        state=Estimate.State.CANCELLED, answered=now
    )
    _end(part, State.WITHDRAWN)
    note_event(part, Action.WITHDRAW, roles, who, text)
    record(part, Action.WITHDRAW, who)
    tell_body(part, "request-withdrawn")
    return part


@transaction.atomic
def close(*, who: Actor, part: Part, text: str = "") -> Part:
    """Close what is over, or what was returned and nobody answered in time.

    The requester is told of a text, and of what nobody answered; otherwise it is only filed away. Raises
    Refused while the requester may still answer; WrongState, PermissionDenied, Http404.
    """
    part = part_of(part.reference)
    roles = demand(who, Action.CLOSE, part)
    lapsed = part.state == State.RETURNED
    if lapsed:
        waits = part.pauses.filter(why="returned", until=None).order_by("-pk").first()
        last = (waits.since if waits else today_of(part)) + UNANSWERED
        if today_of(part) <= last:
            raise Refused(Code.CLOSED_EARLY, day=written(last))
        resume(part)
        end_line(part, LAPSED)
    text = perhaps(text)
    _end(part, State.CLOSED)
    note_event(part, Action.CLOSE, roles, who, text, lapsed=lapsed)
    record(part, Action.CLOSE, who)
    if lapsed or text:
        tell_requester(part, "request-closed" if lapsed else "request-closed-with-reason")
    return part


def _end(part: Part, state: Part.State) -> None:
    """Nobody waits for it any more; those who were asked for an opinion no longer see it."""
    part.reviews.filter(ended=None).update(ended=timezone.now())
    part.state = state
    part.save(update_fields=["state"])
