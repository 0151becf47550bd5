"""Requests of the delivery API that are sent again, and those that only try."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from erpd.accounts.rest import once as rest
from erpd.submit.delivery_api import problems
from erpd.submit.delivery_api.door import Asking
from erpd.submit.delivery_api.problems import Problem
from erpd.submit.models import Answered


def once(asking: Asking, answer: Callable[[], HttpResponse]) -> HttpResponse:
    """Answer a request, and do it once (``rest.once``); what is only tried is answered each time."""
    return answer() if is_dry(asking.request) else rest.once(asking, Answered, answer)


def is_dry(request: HttpRequest) -> bool:
    """Whether everything shall be tried and nothing done."""
    said = request.GET.get("dry_run", "false").lower()
    if said not in ("true", "1", "false", "0", ""):
        raise Problem(problems.INVALID_REQUEST, "dry_run is true or false.")
    return said in ("true", "1")
