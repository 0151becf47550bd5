"""What visitors and programs are told while the database does not answer: 503, and when to come back."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from erpd.register.outage import explain_outage, is_outage

logger = logging.getLogger(__name__)

_COME_BACK = "30"  # seconds
_PACE = 10.0  # seconds between two lines in the log
_next_log = [0.0]
_PLAIN = (
    "Service unavailable: this node cannot reach its database at the moment. "
    f"Please try again in {_COME_BACK} seconds.\n"
)


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer 503 with Retry-After on every page and door (OAI-PMH 2.0, 3.1.2.2) if the database is away."""

    def answer(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    middle: Any = answer
    middle.process_exception = _told
    return answer


def _told(request: HttpRequest, error: Exception) -> HttpResponse | None:
    if not is_outage(error):
        return None
    _log(error)
    if "text/html" in request.headers.get("Accept", ""):
        response = render(request, "503.html", status=503)
    else:
        response = HttpResponse(_PLAIN, "text/plain; charset=utf-8", status=503)
    response["Retry-After"] = _COME_BACK
    response["Cache-Control"] = "no-store"
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django would, each time
    return response


def _log(error: Exception) -> None:
    """Log it now and then, however many ask."""
    now = time.monotonic()
    if now >= _next_log[0]:
        _next_log[0] = now + _PACE
        logger.error("%s", explain_outage(error))
