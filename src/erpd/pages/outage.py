"""What visitors and programs are told while the database does not answer: 503, and when to come back."""

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from erpd.register.outage import explain_outage, is_outage

logger = logging.getLogger(__name__)

_COME_BACK = "30"  # seconds
_PACE = 10.0  # seconds between two lines in the log
_PLAIN = (
    "Service unavailable: this node cannot reach its database at the moment. "
    f"Please try again in {_COME_BACK} seconds.\n"
)


class Outage:
    """Middleware: 503 with Retry-After on every page and door if the database is away (OAI-PMH 2.0, 3.1.2.2).

    The log gets a line now and then, however many ask.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response
        self._next_log = 0.0

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not is_outage(error):
            return None
        self._log(error)
        if "text/html" in request.headers.get("Accept", ""):
            response = render(request, "503.html", status=503)
        else:
            response = HttpResponse(_PLAIN, "text/plain; charset=utf-8", status=503)
        response["Retry-After"] = _COME_BACK
        response["Cache-Control"] = "no-store"
        return response

    def _log(self, error: Exception) -> None:
        """Log it now and then, however many ask."""
        now = time.monotonic()
        if now >= self._next_log:
            self._next_log = now + _PACE
            logger.error("%s", explain_outage(error))
