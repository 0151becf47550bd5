"""How the API answers: with a key of a desk only, and problem details for what goes wrong."""

import logging
from collections.abc import Collection

from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.http import Http404, HttpRequest
from django.utils.translation import override

from erpd.access.requests.refusals import WrongState
from erpd.accounts import may as accounts
from erpd.accounts.credentials import credentials
from erpd.accounts.may import Actor, Kind, Thing
from erpd.accounts.rates import Rest
from erpd.accounts.refusal import Refusal
from erpd.accounts.rest.door import Asking, Door, NoKey, too_many
from erpd.accounts.rest.problems import (
    INTERNAL_ERROR,
    INVALID_REQUEST,
    NOT_ALLOWED,
    TOO_LARGE,
    Code,
    FieldProblem,
    Problem,
)
from erpd.pages.languages import PARAMETER

VERSION = "1.0.0"
NO_KEY = Code("KEY_NOT_VALID", 401, "The request has no valid key")
NOT_FOUND = Code("REQUEST_NOT_FOUND", 404, "Request not found")
WRONG_STATE = Code("REQUEST_WRONG_STATE", 409, "That cannot be done while the request is in this state")
REFUSED = Code("REQUEST_REFUSED", 409, "A rule does not allow it")
logger = logging.getLogger(__name__)


def _who(request: HttpRequest) -> tuple[Asking, Rest | None]:
    found = credentials(request, desk=True)
    if found.rest is None:
        return Asking(request), None
    if found.rest.wait:
        raise too_many(found.rest)
    if found.key is None:
        raise NoKey
    keeper = Thing(Kind.REQUEST, found.key.owner_id)
    if accounts.Role.HANDLER not in accounts.roles(Actor(found.key.person), keeper):
        raise Problem(NOT_ALLOWED, "The person of this key no longer answers requests for access.")
    return Asking(request, found.key), found.rest


def _check(request: HttpRequest, known: Collection[str]) -> None:
    for name in request.GET:
        if name not in (*known, PARAMETER):
            raise Problem(INVALID_REQUEST, f"“{name[:80]}” is not a parameter here.")


def _problem(error: Exception) -> Problem:
    if isinstance(error, Http404):
        return Problem(NOT_FOUND, "There is no such request, or it is not for your competent body.")
    if isinstance(error, PermissionDenied):
        return Problem(NOT_ALLOWED, "A case system may not do that. A handler can, at the desk.")
    if isinstance(error, RequestDataTooBig):
        return Problem(TOO_LARGE, "Send less at a time.")
    if isinstance(error, WrongState):
        with override("en"):
            text = error.hindrances[0].text  # its advice is for people at a page
        return Problem(WRONG_STATE, f"{text} Read the request to see its current state.")
    if isinstance(error, Refusal):
        faults = [
            FieldProblem(str(one.code), "", f"{one.text} {one.advice}".strip()) for one in error.hindrances
        ]
        return Problem(REFUSED, str(error), faults)
    if isinstance(error, ValidationError):
        return Problem(INVALID_REQUEST, " ".join(error.messages))
    logger.exception("The API for case systems failed", exc_info=error)
    detail = "The error has been logged. Try again later; if it keeps happening, contact the operator."
    return Problem(INTERNAL_ERROR, detail)


_NO_KEY = Problem(
    NO_KEY,
    "Send a key for requests for access as “Authorization: Bearer erpd_…”. A key that has expired or was"
    " revoked is no longer valid: make another on the page of the organisation's keys.",
)
DOOR = Door(VERSION, _who, _check, _problem, _NO_KEY)
