"""Idempotency-Key: a request that is sent again is answered again, and done once.

draft-ietf-httpapi-idempotency-key-header.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

from django.db import IntegrityError, models, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from erpd.accounts.models import Key
from erpd.accounts.rest.door import Asking
from erpd.accounts.rest.problems import INVALID_REQUEST, KEY_IN_USE, KEY_REUSED, Problem

HEADER = "Idempotency-Key"
KEPT = timedelta(days=1)
MOST = 10_000  # of a key
_NAME = re.compile(r"[\x21-\x7e]{1,255}")
_HEADERS = ("Location", "ETag")
_FORGOTTEN_AT_ONCE = 1_000


class AnsweredOnce(models.Model):
    """The answer to a request with an Idempotency-Key. Each API has a table of its own."""

    key = models.ForeignKey(Key, models.CASCADE, related_name="%(app_label)s_answered")
    name = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)  # SHA-256 of the request
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=b"")
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.name} of {self.key_id}"


def once(asking: Asking, kept: type[AnsweredOnce], answer: Callable[[], HttpResponse]) -> HttpResponse:
    """Answer a request. If it has an Idempotency-Key that was answered already, the answer is the same.

    ``kept``: the table of the API. Errors are not kept: whatever was wrong may be put right. Raises Problem:
    400 for a key that is none, 409 while the same is being answered, 422 for another request with the key.
    """
    name = asking.request.headers.get(HEADER)
    if name is None:
        return answer()
    name = name.strip().strip('"')
    if not _NAME.fullmatch(name):
        raise Problem(INVALID_REQUEST, f"Write {HEADER} with 1 to 255 visible characters, such as a UUID.")
    digest = _digest(asking.request)
    with transaction.atomic():
        known = kept._default_manager.filter(key=asking.given, name=name).first()
        if known and timezone.now() - known.at < KEPT:
            return _again(known, digest)
        _make_room(asking, kept, name)
        mine = kept(key=asking.given, name=name, digest=digest, status=0)
        try:
            mine.save(force_insert=True)  # before anything is done: the other of two waits here
        except IntegrityError as error:
            detail = "Wait a second, then send it again: you will get the answer of the first."
            raise Problem(KEY_IN_USE, detail, headers={"Retry-After": "1"}) from error
        response = answer()
        mine.status, mine.body = response.status_code, response.content
        mine.headers = {name: response[name] for name in _HEADERS if name in response}
        mine.save()
        return response


def forget(kept: type[AnsweredOnce]) -> int:
    """Erase the answers of an API that are no longer given again, for the worker; returns how many."""
    old = kept._default_manager.filter(at__lt=timezone.now() - KEPT).order_by("pk")
    keys = list(old.values_list("pk", flat=True)[:_FORGOTTEN_AT_ONCE])
    kept._default_manager.filter(pk__in=keys).delete()
    return len(keys)


def _again(known: AnsweredOnce, digest: str) -> HttpResponse:
    if known.digest != digest:
        raise Problem(KEY_REUSED, f"Use a new {HEADER} for each request that is another one.")
    headers = {**known.headers, "Idempotency-Replayed": "true"}
    return HttpResponse(bytes(known.body), "application/json", known.status, headers=headers)


def _make_room(asking: Asking, kept: type[AnsweredOnce], name: str) -> None:
    """Remove what has expired under this name, and the oldest of a key that has too many."""
    mine = kept._default_manager.filter(key=asking.given)
    mine.filter(name=name).delete()
    forget(kept)
    beyond = mine.order_by("-pk").values_list("pk", flat=True)[MOST - 1 : MOST].first()
    if beyond:
        mine.filter(pk__lte=beyond).delete()


def _digest(request: HttpRequest) -> str:
    head = f"{request.method} {request.get_full_path()} {request.content_type}\n"
    return sha256(head.encode("utf-8", "replace") + request.body).hexdigest()
