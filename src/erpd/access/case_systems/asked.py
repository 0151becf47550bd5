"""What a case system sends: the bodies of its requests, and which page of a list."""

import base64
import binascii
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TypeVar

import msgspec
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from erpd.access.models import Part
from erpd.accounts.rest.problems import INVALID_REQUEST, MEDIA_TYPE_UNKNOWN, Problem

JSON = "application/json"
MOST = 100
_USUAL = 20
_LONGEST_CURSOR = 200
_LARGEST = 2**63
T = TypeVar("T", bound=msgspec.Struct)


class Body(msgspec.Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """A body of a request: a slip in the name of a field is refused."""


class Message(Body):
    """A message to the requester."""

    text: str


class Return(Body):
    """Why a request goes back to the requester. ``questions``: the ids of those to answer anew."""

    text: str
    questions: list[str] = []


class Extension(Body):
    """A longer time limit: ``ground`` is one of the request's ``extensionGrounds``."""

    ground: str
    reasons: str


class Costs(Body):
    """What it may cost: ``least`` alone if that is exact."""

    least: Decimal
    covers: str
    valid_until: date
    most: Decimal | None = None
    currency: str = "EUR"


class Grant(Body):
    """What is granted, and of a grant in part also what is ``refused``."""

    since: date
    purpose: str
    extract: str
    until: date | None = None
    refused: str = ""
    environment: str = ""
    conditions: str = ""
    people: list[str] = []


class Decision(Body):
    """The decision: ``granted``, ``partly`` or ``refused``. ``grounds``: codes of those of the request.

    ``currency``: that of the accepted estimate if not given.
    """

    outcome: str
    language: str
    grounds: list[str] = []
    explanation: str = ""
    fee: Decimal | None = None
    currency: str = ""
    summary: str = ""
    grant: Grant | None = None


def read(request: HttpRequest, kind: type[T]) -> T:
    """The body of a request. Raises Problem."""
    if request.content_type != JSON:
        raise Problem(MEDIA_TYPE_UNKNOWN, f"Send the body as {JSON}.")
    try:
        return msgspec.json.decode(request.body, type=kind)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise Problem(INVALID_REQUEST, f"The body cannot be read: {error}.") from error


def size_of(request: HttpRequest) -> int:
    """How many requests a page has. Raises Problem."""
    said = request.GET.get("size", str(_USUAL))
    if not (said.isascii() and said.isdecimal() and 1 <= int(said[:5]) <= MOST):
        raise Problem(INVALID_REQUEST, f"size is a number from 1 to {MOST}.")
    return int(said)


def behind(parts: QuerySet[Part, Part], cursor: str) -> QuerySet[Part, Part]:
    """The requests that changed after the last one that a client has seen. Raises Problem."""
    parts = parts.order_by("changed", "pk")
    if not cursor:
        return parts
    try:
        raw = base64.urlsafe_b64decode(cursor[:_LONGEST_CURSOR] + "=" * (-len(cursor) % 4))
        said, number = msgspec.json.decode(raw, type=tuple[str, int])
        changed = datetime.fromisoformat(said).astimezone(UTC)
        if abs(number) >= _LARGEST:
            raise ValueError(number)
    except (ValueError, OverflowError, binascii.Error, msgspec.MsgspecError) as error:
        raise Problem(INVALID_REQUEST, "The cursor is not one of ours. Begin again without one.") from error
    return parts.filter(Q(changed__gt=changed) | Q(changed=changed, pk__gt=number))


def cursor_of(part: Part) -> str:
    """Where a client goes on."""
    return _cursor(part.changed, part.pk)


def _cursor(changed: datetime, number: int) -> str:
    raw = msgspec.json.encode([changed.astimezone(UTC).isoformat(), number])
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


START = _cursor(datetime.fromtimestamp(0, UTC), 0)
"""The cursor before all requests: that of a list in which nothing is yet."""
