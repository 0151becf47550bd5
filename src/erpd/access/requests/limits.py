"""How much people may send: strangers are bounded in number and size, whatever they try."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import msgspec
from django.db.models import Q, QuerySet
from django.utils import timezone

from erpd.access.models import AccessRequest, Event, Part
from erpd.access.requests.refusals import Code, Refused
from erpd.access.requests.table import Action, Role
from erpd.accounts.models import Person
from erpd.metadata.storable import storable, storable_json

DAY = timedelta(days=1)
MOST_DATA_SETS = 100  # of a request
MOST_DRAFTS = 20  # of a requester
MOST_PARTS = 20  # sent by a requester in a day
MOST_MESSAGES = 20  # of a requester about a part, in a day
LONGEST_TEXT = 10_000  # characters of a message, a note, a reason
LONGEST_REASONS = 2_000  # which a mail says whole
LONGEST_ANSWERS = 200_000  # bytes of JSON
DEEPEST_ANSWER = 3  # lists of groups of values


def said(text: str, longest: int = LONGEST_TEXT) -> str:
    """Return a text as it is stored. Raises Refused if it is empty or too long."""
    text = storable(text).strip()
    if not text:
        raise Refused(Code.TEXT_MISSING)
    if len(text) > longest:
        raise Refused(Code.TOO_LONG, most=longest)
    return text


def perhaps(text: str) -> str:
    """Return a text that need not be there, as it is stored. Raises Refused if it is too long."""
    return said(text) if text.strip() else ""


def answers_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return answers as they are stored. Raises Refused if they are too much."""
    if not _is_flat(given, DEEPEST_ANSWER):
        raise Refused(Code.TOO_LONG, most=LONGEST_ANSWERS)
    kept: dict[str, Any] = storable_json(dict(given))
    if len(msgspec.json.encode(kept)) > LONGEST_ANSWERS:
        raise Refused(Code.TOO_LONG, most=LONGEST_ANSWERS)
    return kept


def of_requester(person: Person | None, email: str) -> Q:
    """The requests of somebody, by account or address."""
    if person is None:
        return Q(email=email) | Q(person__email=email)
    return Q(person=person) | Q(email=person.email)


def may_draft(person: Person | None, email: str) -> None:
    """Raises Refused if somebody has too many drafts."""
    found = AccessRequest.objects.filter(of_requester(person, email)).filter(
        Q(parts=None) | Q(parts__state=Part.State.DRAFT)
    )
    if found.distinct().count() >= MOST_DRAFTS:
        raise Refused(Code.TOO_MANY_DRAFTS, most=MOST_DRAFTS)


def may_send(request: AccessRequest, number: int) -> None:
    """Raises Refused if somebody would have sent too many parts in a day."""
    found = parts_of_requester(request).filter(received__gt=timezone.now() - DAY)
    if found.count() + number > MOST_PARTS:
        raise Refused(Code.TOO_MANY_PARTS, most=MOST_PARTS)


def parts_of_requester(request: AccessRequest) -> QuerySet[Part]:
    """All parts of the one whose request it is."""
    if request.person is None and not request.email:  # their account is gone
        return Part.objects.filter(request=request)
    theirs = AccessRequest.objects.filter(of_requester(request.person, request.email))
    return Part.objects.filter(request__in=theirs.values("pk"))


def may_write(part: Part) -> None:
    """Raises Refused if the requester has written too much about a part in a day."""
    found = part.events.filter(
        action=Action.MESSAGE, role=Role.REQUESTER, at__gt=timezone.now() - DAY, audience=Event.Audience.BOTH
    )
    if found.count() >= MOST_MESSAGES:
        raise Refused(Code.TOO_MANY_MESSAGES, most=MOST_MESSAGES)


def _is_flat(value: Any, left: int) -> bool:
    if isinstance(value, Mapping):
        return left > 0 and all(_is_flat(each, left - 1) for each in value.values())
    if isinstance(value, list | tuple):
        return left > 0 and all(_is_flat(each, left - 1) for each in value)
    return True
