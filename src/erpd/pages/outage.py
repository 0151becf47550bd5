"""What visitors and programs are told while the database does not answer: 503, and when to come back."""

import logging
import time
from collections.abc import Callable
from threading import BoundedSemaphore

from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from erpd.publish.oai_pmh import resumes
from erpd.register.outage import explain_outage, is_outage

logger = logging.getLogger(__name__)

_COME_BACK = "30"  # seconds
_PATIENCE, _PAUSE = 20.0, 0.5  # seconds that a harvester waits in all, and between two tries
_MOST_WAITING = 1  # threads that may wait: others must answer meanwhile
_PACE = 10.0  # seconds between two lines in the log
_PLAIN = (
    "Service unavailable: this node cannot reach its database at the moment. "
    f"Please try again in {_COME_BACK} seconds.\n"
)


class _Away(HttpResponse):
    """What is said while the database is away."""


class Outage:
    """Middleware: 503 with Retry-After on every page and door if the database is away (OAI-PMH 2.0, 3.1.2.2).

    A harvester in the middle of a list waits instead: some give up at 503, and begin again a week later.

    The log gets a line now and then, however many ask.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response
        self._next_log = 0.0
        self._waiting = BoundedSemaphore(_MOST_WAITING)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        if isinstance(response, _Away) and resumes(request) and self._waiting.acquire(blocking=False):
            try:
                response = self._after_a_while(request, response)
            finally:
                self._waiting.release()
        return response

    def _after_a_while(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """The answer once the database is back, if it comes back soon: as in a restart."""
        until = time.monotonic() + _PATIENCE
        while isinstance(response, _Away) and time.monotonic() < until:
            time.sleep(_PAUSE)
            close_old_connections()
            response = self._get_response(request)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not is_outage(error):
            return None
        self._log(error)
        if "text/html" in request.headers.get("Accept", ""):
            response = _Away(render_to_string("503.html", request=request), status=503)
        else:
            response = _Away(_PLAIN, "text/plain; charset=utf-8", status=503)
        response["Retry-After"] = _COME_BACK
        response["Cache-Control"] = "no-store"
        return response

    def _log(self, error: Exception) -> None:
        """Log it now and then, however many ask."""
        now = time.monotonic()
        if now >= self._next_log:
            self._next_log = now + _PACE
            logger.error("%s", explain_outage(error))
