"""All that is kept on somebody who asks for access: as JSON, with their files, in a zip.

What the body writes among itself is not in it: notes, reviews, who its handler is.
"""

import json
import zipfile
from collections.abc import Collection, Iterable
from tempfile import TemporaryFile
from typing import IO, Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model

from erpd.access.attachments.actions import seen
from erpd.access.attachments.content import TEXT
from erpd.access.models import AccessRequest, Attachment, Decision, Enquiry, Event, Grant, Part
from erpd.access.personal_data.retention import kept_until
from erpd.access.requests.roles import requests_of
from erpd.accounts.may import Actor
from erpd.accounts.models import Deed, Mail, Person

MOST_BYTES = 500 * 2**20  # of files; the others are named, and their pages have them
_MOST_DEEDS = 10_000

_REQUEST = ("id", "email", "name", "language", "answers", "back", "created", "modified")
_WANTED = ("iri", "title", "ask")
_PART = (
    *("reference", "state", "answers", "received", "regimes", "kind", "due", "why_due"),
    *("extended", "extension_reasons", "nudged", "changed"),
)
_SUBMISSION = ("at", "answers", "form", "licences")
_EVENT = ("at", "action", "role", "text", "detail")
_FILE = ("id", "field", "name", "media_type", "size", "digest", "at", "removed")
_ESTIMATE = (
    "state",
    "least",
    "most",
    "currency",
    "covers",
    "valid_until",
    "sent",
    "answered",
    "accepted_text",
)
_DECISION = (
    "outcome",
    "at",
    "language",
    "grounds",
    "explanation",
    "fee",
    "currency",
    "redress",
    "letter",
    "summary",
)
_GRANT = ("since", "until", "purpose", "extract", "environment", "conditions", "people", "revoked", "reason")
_ENQUIRY = ("email", "title", "text", "language", "asked", "sent")
_ANSWER = ("of_body", "text", "at")
_MAIL = ("to", "language", "template", "context", "state", "created", "sent")
_DEED = ("at", "by", "verb", "thing", "name", "detail")
_PERSON = ("email", "name", "language", "office", "created", "last_login")


def export(*, who: Actor, opened: Collection[UUID] = ()) -> IO[bytes]:
    """Return a zip of all that is kept on somebody, at its beginning. The caller closes it."""
    file = TemporaryFile()  # noqa: SIM115  # the caller closes it
    try:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
            requests = list(requests_of(who, opened))
            left = MOST_BYTES
            for one in _files(who, requests, opened):
                left -= one.size
                if left >= 0:
                    # All kinds but text are packed already: to pack them again takes seconds for nothing.
                    packed = zipfile.ZIP_DEFLATED if one.media_type == TEXT.media_type else zipfile.ZIP_STORED
                    package.writestr(path_of(one), bytes(one.content), packed)
                    one.content = b""  # one file in memory at a time
            said = everything(who, requests, opened)
            text = json.dumps(said, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
            package.writestr("my-data.json", text)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def everything(
    who: Actor, requests: Iterable[AccessRequest], opened: Collection[UUID] = ()
) -> dict[str, Any]:
    """All that is kept on somebody, but the content of files."""
    requests = list(requests)
    addresses = {one.email for one in requests if one.email} | ({who.person.email} if who.person else set())
    enquiries = Enquiry.objects.filter(email__in=addresses).order_by("pk")
    return {
        "account": _account(who.person) if who.person else None,
        "requests": [_request(who, one, opened) for one in requests],
        "enquiries": [
            {**_said(one, _ENQUIRY), "answers": [_said(each, _ANSWER) for each in one.answers.order_by("pk")]}
            for one in enquiries
        ],
        "mails": [_said(one, _MAIL) for one in Mail.objects.filter(to__in=addresses).order_by("pk")],
    }


def path_of(one: Attachment) -> str:
    """Where a file is in the zip."""
    return f"files/{one.part.reference}/{one.pk}-{one.name}"


def _files(who: Actor, requests: Iterable[AccessRequest], opened: Collection[UUID]) -> Iterable[Attachment]:
    for request in requests:
        for part in _parts(request):
            yield from _seen(who, part, opened)


def _seen(who: Actor, part: Part, opened: Collection[UUID]) -> list[Attachment]:
    """Without the files of notes, which somebody who asks their own body sees at its desk."""
    found = seen(who=who, part=part, opened=opened)
    return [one for one in found if not (one.event and one.event.audience == Event.Audience.BODY)]


def _parts(request: AccessRequest) -> list[Part]:
    return list(request.parts.order_by("pk").select_related("request", "body"))


def _request(who: Actor, request: AccessRequest, opened: Collection[UUID]) -> dict[str, Any]:
    return {
        **_said(request, _REQUEST),
        "kept_until": kept_until(request),
        "wanted": [_said(one, _WANTED) for one in request.wanted.order_by("pk")],
        "parts": [_part(who, part, opened) for part in _parts(request)],
    }


def _part(who: Actor, part: Part, opened: Collection[UUID]) -> dict[str, Any]:
    decision = Decision.objects.filter(part=part).first()
    grant = Grant.objects.filter(decision=decision).first() if decision else None
    events = part.events.filter(audience=Event.Audience.BOTH).order_by("pk")
    files = _seen(who, part, opened)
    return {
        **_said(part, _PART),
        "body": part.body.slug,
        "submissions": [_said(one, _SUBMISSION) for one in part.submissions.order_by("pk")],
        "events": [_said(one, _EVENT) for one in events],
        "files": [{**_said(one, _FILE), "path": path_of(one)} for one in files],
        "estimates": [_said(one, _ESTIMATE) for one in part.estimates.order_by("pk")],
        "decision": _said(decision, _DECISION) if decision else None,
        "grant": _said(grant, _GRANT) if grant else None,
    }


def _account(person: Person) -> dict[str, Any]:
    deeds = Deed.objects.filter(person=person).order_by("-pk")[:_MOST_DEEDS]
    return {
        **_said(person, _PERSON),
        "memberships": [
            {"owner": one.owner.slug, "role": one.role, "handles": one.handles, "since": one.since}
            for one in person.memberships.select_related("owner")
        ],
        "audit_log": [_said(one, _DEED) for one in deeds],
    }


def _said(one: Model, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(one, name) for name in names}
