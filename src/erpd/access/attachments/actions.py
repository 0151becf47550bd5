"""Attach and remove files, and who sees which. Content is checked before the database is locked."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Count, Sum
from django.http import Http404
from django.utils import timezone

from erpd.access.attachments.content import Kind, Unfit, kind_of
from erpd.access.attachments.naming import cleaned
from erpd.access.attachments.refusals import OF_CONTENT, Code, Refused
from erpd.access.attachments.scanning import CannotScan, is_clean
from erpd.access.models import Attachment, Event, Part
from erpd.access.requests.limits import parts_of_requester
from erpd.access.requests.locked import part_of
from erpd.access.requests.roles import demand
from erpd.access.requests.table import Action, Role
from erpd.accounts.may import Actor

MB = 2**20
MOST_BYTES = 10 * MB
MOST_OF_PART = 50  # files, those of messages included
MOST_BYTES_OF_PART = 100 * MB
MOST_A_DAY, MOST_BYTES_A_DAY = 5_000, 2_000 * MB  # on the whole node
MOST_OF_REQUESTER, MOST_BYTES_OF_REQUESTER = 200, 200 * MB  # in a day: nobody uses up what all others need
_DAY = timedelta(days=1)
_TALK = frozenset((Action.MESSAGE, Action.NOTE))
_BODY = frozenset((Role.HANDLER, Role.REVIEWER, Role.SYSTEM))


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be attached."""

    name: str
    kind: Kind
    content: bytes


def check(*, name: str, content: bytes) -> Checked:
    """Check a file: its size, what it is, and what the operator's scanner says. Raises Refused.

    That may take a minute, so it is not done in a transaction: on SQLite, all others would wait.
    """
    if len(content) > MOST_BYTES:
        raise Refused(Code.TOO_LARGE, most=MOST_BYTES // MB)
    try:
        kind = kind_of(content)
    except Unfit as unfit:
        raise Refused(OF_CONTENT[unfit.wrong]) from unfit
    command = settings.NODE.attachment_scan
    try:
        if command and not is_clean(content, command):
            raise Refused(Code.INFECTED)
    except CannotScan as error:
        raise Refused(Code.CANNOT_SCAN) from error
    return Checked(cleaned(name, kind), kind, content)


def check_upload(file: UploadedFile) -> Checked:
    """Check a file as a form brings it. Raises Refused."""
    return check(name=file.name or "", content=file.read(MOST_BYTES + 1))


def attach(
    *,
    who: Actor,
    part: Part,
    opened: Collection[UUID] = (),
    field: str = "",
    event: Event | None = None,
    name: str,
    content: bytes,
) -> Attachment:
    """Attach a file to an answer (``field``: the id of its question) or to a message or note (``event``).

    To send a message with files, ``check`` them first, then write it and ``store`` them in one transaction.
    Raises Http404, PermissionDenied, WrongState, Refused.
    """
    _demand(who, part, opened, event)
    return store(
        who=who, part=part, opened=opened, field=field, event=event, file=check(name=name, content=content)
    )


@transaction.atomic
def store(
    *,
    who: Actor,
    part: Part,
    opened: Collection[UUID] = (),
    field: str = "",
    event: Event | None = None,
    file: Checked,
) -> Attachment:
    """Keep a file that was checked. Raises what ``attach`` raises."""
    part = part_of(part.reference)
    _demand(who, part, opened, event)
    _not_too_many(part, len(file.content))
    return Attachment.objects.create(
        part=part,
        event=event,
        field=field[:60],
        name=file.name,
        media_type=file.kind.media_type,
        size=len(file.content),
        digest=sha256(file.content).hexdigest(),
        content=file.content,
    )


@transaction.atomic
def remove(*, who: Actor, attachment: Attachment, opened: Collection[UUID] = ()) -> None:
    """Take a file out of the answers. What the body was sent before stays in its file, marked as removed.

    Files of messages stay, like the messages. Raises Http404, PermissionDenied, WrongState.
    """
    part = part_of(attachment.part.reference)
    demand(who, Action.ATTACH, part, opened)
    if attachment.event_id is not None:
        raise PermissionDenied
    if part.submissions.filter(at__gte=attachment.at).exists():
        Attachment.objects.filter(pk=attachment.pk, removed=None).update(removed=timezone.now())
    else:
        attachment.delete()


def seen(*, who: Actor, part: Part, opened: Collection[UUID] = ()) -> list[Attachment]:
    """Return the files of a part that ``who`` may see, oldest first, without their content. Raises Http404.

    The body does not see what was attached since the last submission; reviewers not the files of private
    questions; the requester not those of notes.
    """
    roles = demand(who, Action.SEE, part, opened)
    found = list(part.attachments.order_by("at", "pk").select_related("event"))
    if Role.REQUESTER not in roles:
        last = part.submissions.order_by("-at").values_list("at", flat=True).first()
        found = [one for one in found if one.event or (last and one.at <= last)]
    if not roles & _BODY:
        found = [one for one in found if not (one.event and one.event.audience == Event.Audience.BODY)]
    if roles == {Role.REVIEWER}:
        private = _private(part)
        found = [one for one in found if one.field not in private]
    return found


def by_event(files: Iterable[Attachment]) -> dict[int, list[Attachment]]:
    """The files of each message and note."""
    found: dict[int, list[Attachment]] = {}
    for one in files:
        if one.event_id is not None:
            found.setdefault(one.event_id, []).append(one)
    return found


def reachable(*, who: Actor, key: UUID, opened: Collection[UUID] = ()) -> Attachment:
    """Return a file that ``who`` may see. Raises Http404."""
    parts = Part.objects.select_related("body", "request")
    part = parts.filter(attachments=key).first()
    if part is None:
        raise Http404
    found = next((one for one in seen(who=who, part=part, opened=opened) if one.pk == key), None)
    if found is None:
        raise Http404
    return found


def _demand(who: Actor, part: Part, opened: Collection[UUID], event: Event | None) -> None:
    if event is None:
        demand(who, Action.ATTACH, part, opened)
        return
    if event.part_id != part.pk or event.action not in _TALK:
        raise Http404
    if event.audience == Event.Audience.BODY and not demand(who, Action.SEE, part, opened) & _BODY:
        raise Http404
    demand(who, Action(event.action), part, opened)


def _not_too_many(part: Part, size: int) -> None:
    has = part.attachments.aggregate(number=Count("pk"), size=Sum("size", default=0))
    if has["number"] >= MOST_OF_PART or has["size"] + size > MOST_BYTES_OF_PART:
        raise Refused(Code.TOO_MANY, number=MOST_OF_PART, most=MOST_BYTES_OF_PART // MB)
    today = Attachment.objects.filter(at__gt=timezone.now() - _DAY)
    theirs = today.filter(part__in=parts_of_requester(part.request).values("pk"))
    of_theirs = theirs.aggregate(number=Count("at"), size=Sum("size", default=0))
    if of_theirs["number"] >= MOST_OF_REQUESTER or of_theirs["size"] + size > MOST_BYTES_OF_REQUESTER:
        most = MOST_BYTES_OF_REQUESTER // MB
        raise Refused(Code.TOO_MANY_OF_REQUESTER, number=MOST_OF_REQUESTER, most=most)
    all_of_us = today.aggregate(number=Count("at"), size=Sum("size", default=0))
    if all_of_us["number"] >= MOST_A_DAY or all_of_us["size"] + size > MOST_BYTES_A_DAY:
        raise Refused(Code.TOO_MANY_TODAY)


def _private(part: Part) -> set[str]:
    """The ids of private questions, as they are now and as they were when they were answered."""
    forms = [part.body.form, *part.submissions.values_list("form", flat=True)]
    return {each["id"] for form in forms for each in form if each.get("private")}
