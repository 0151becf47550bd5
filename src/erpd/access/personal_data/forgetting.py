"""Forget a request: the person and all that they wrote go, the line of the public register stays.

What stays of it elsewhere says nothing about the person: lines of the audit log name the part by its random
reference, and who acted for the body (``requests.events.record``).
"""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from erpd.access.models import AccessRequest, Enquiry, Link, Part
from erpd.access.personal_data.retention import draft_days, kept_until
from erpd.access.requests.events import record
from erpd.access.requests.locked import parts_of, request_of
from erpd.access.requests.requester import address_of
from erpd.access.requests.roles import requests_of
from erpd.access.requests.states import ENDED
from erpd.accounts.may import COMMAND_LINE, Actor
from erpd.accounts.models import Mail, Person

_MOST = 200  # that are looked at in a round
_YEAR = timedelta(days=365)  # the shortest time for which what was sent is kept
_FIRST = UUID(int=0)
_last = _FIRST


def forget_requests() -> None:
    """Forget the requests whose time has come; for the worker. Nothing that is still needed goes.

    Each call looks at some, the next one goes on behind them: to look at all takes too long at once.
    """
    global _last  # noqa: PLW0603
    keys = list(_candidates().filter(pk__gt=_last).order_by("pk").values_list("pk", flat=True)[:_MOST])
    _last = keys[-1] if len(keys) == _MOST else _FIRST
    for key in keys:
        with transaction.atomic():
            request = AccessRequest.objects.select_for_update(of=("self",)).filter(pk=key).first()
            until = kept_until(request) if request else None
            if request and until and until < timezone.now().date():
                forget(request)


def _candidates() -> QuerySet[AccessRequest, AccessRequest]:
    """Those on which nobody works and nobody has lately, and drafts whose person has gone."""
    now = timezone.now()
    sent = Part.objects.filter(request=OuterRef("pk")).exclude(state=Part.State.DRAFT)
    busy = Exists(sent.exclude(state__in=ENDED)) | Exists(sent.filter(changed__gt=now - _YEAR))
    old_draft = Q(modified__lt=now - timedelta(days=draft_days()))
    orphan = Q(person=None, email="")
    return AccessRequest.objects.filter(~busy).filter(Exists(sent) | old_draft | orphan)


def forget(request: AccessRequest) -> None:
    """Erase a request that is locked, with its parts, letters, files, mails and the enquiry it came from."""
    address = address_of(request)
    parts = parts_of(request)
    for part in parts:
        if part.state != Part.State.DRAFT:
            record(part, "forget", COMMAND_LINE)
    forget_mails(address, [part.reference for part in parts])
    Enquiry.objects.filter(request=request).delete()
    request.delete()


def forget_mails(address: str, references: list[str]) -> None:
    """Erase the mails about parts, and mails and links to an address that nothing else of ours needs."""
    Mail.objects.filter(context__part__in=references).delete()
    known = (
        Person.objects.filter(email=address).exists()
        or AccessRequest.objects.filter(email=address).count() > 1
        or Enquiry.objects.filter(email=address, request=None).exists()
    )
    if address and not known:
        Mail.objects.filter(to=address).delete()
        Link.objects.filter(email=address).delete()


@transaction.atomic
def erase_drafts(*, who: Actor, opened: Collection[UUID] = ()) -> int:
    """Erase at once what somebody has not sent. Returns of how many requests something was."""
    number = 0
    for mine in list(requests_of(who, opened)):
        request = request_of(who, mine, opened)
        parts = parts_of(request)
        drafts = [part for part in parts if part.state == Part.State.DRAFT]
        if len(drafts) == len(parts):
            forget(request)
        for part in drafts:
            Part.objects.filter(pk=part.pk).delete()
        number += bool(drafts or not parts)
    return number
