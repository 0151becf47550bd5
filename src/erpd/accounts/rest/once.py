"""Idempotency-Key: a request that is sent again is answered again, and done once.

draft-ietf-httpapi-idempotency-key-header.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from erpd.submit.delivery_api import problems
from erpd.submit.delivery_api.door import Asking
from erpd.submit.delivery_api.problems import Problem
from erpd.submit.models import Answered

KEPT = timedelta(days=1)
MOST = 10_000  # of a key
_NAME = re.compile(r"[\x21-\x7e]{1,255}")
_HEADERS = ("Location", "ETag")


def once(asking: Asking, answer: Callable[[], HttpResponse]) -> HttpResponse:
    """Answer a request. If it has an Idempotency-Key that was answered already, the answer is the same.

    Errors are not kept: whatever was wrong may be put right.
    """
    name = asking.request.headers.get("Idempotency-Key")
    if name is None or is_dry(asking.request):
        return answer()
    name = name.strip().strip('"')
    if not _NAME.fullmatch(name):
        detail = "Write Idempotency-Key with 1 to 255 visible characters, such as a UUID."
        raise Problem(problems.INVALID_REQUEST, detail)
    digest = _digest(asking.request)
    try:
        with transaction.atomic():
            known = Answered.objects.filter(key=asking.given, name=name).first()
            if known and timezone.now() - known.at < KEPT:
                return _again(known, digest)
            response = answer()
            _forget(asking, name)
            Answered.objects.create(
                key=asking.given,
                name=name,
                digest=digest,
                status=response.status_code,
                headers={name: response[name] for name in _HEADERS if name in response},
                body=response.content,
            )
            return response
    except IntegrityError as error:  # two at the same moment: the other one is answered
        detail = "Wait a second, then send it again: you will get the answer of the first."
        raise Problem(problems.KEY_IN_USE, detail, headers={"Retry-After": "1"}) from error


def is_dry(request: HttpRequest) -> bool:
    """Whether everything shall be tried and nothing done."""
    said = request.GET.get("dry_run", "false").lower()
    if said not in ("true", "1", "false", "0", ""):
        raise Problem(problems.INVALID_REQUEST, "dry_run is true or false.")
    return said in ("true", "1")


def _again(known: Answered, digest: str) -> HttpResponse:
    if known.digest != digest:
        raise Problem(problems.KEY_REUSED, "Use a new Idempotency-Key for each request that is another one.")
    headers = {**known.headers, "Idempotency-Replayed": "true"}
    return HttpResponse(bytes(known.body), "application/json", known.status, headers=headers)


def _forget(asking: Asking, name: str) -> None:
    """Remove what has expired, and the oldest of a key that has too many."""
    mine = Answered.objects.filter(key=asking.given)
    mine.filter(name=name).delete()
    Answered.objects.filter(at__lt=timezone.now() - KEPT).delete()
    beyond = mine.order_by("-pk").values_list("pk", flat=True)[MOST - 1 : MOST].first()
    if beyond:
        mine.filter(pk__lte=beyond).delete()


def _digest(request: HttpRequest) -> str:
    head = f"{request.method} {request.get_full_path()} {request.content_type}\n"
    return sha256(head.encode("utf-8", "replace") + request.body).hexdigest()
