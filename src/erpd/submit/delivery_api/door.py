"""How every address of the API answers: who asks, by which method; whatever goes wrong is a problem."""

import logging
from collections.abc import Collection, Mapping

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest

from erpd.accounts.credentials import credentials, text_of
from erpd.accounts.keys import TEXT
from erpd.accounts.rates import OF_KEYS, OF_STRANGERS, Rest
from erpd.accounts.rest.door import Asking, Door, Handler, NoKey, as_json, public, too_many
from erpd.sources.children.child import CannotStart
from erpd.submit.delivery_api import problems
from erpd.submit.delivery_api.problems import Problem
from erpd.submit.delivery_api.tokens import key_of_token
from erpd.submit.parameters import nearest
from erpd.submit.refusals import (
    EditConflict,
    IdentifierTaken,
    NotAllowed,
    NotReady,
    Refusal,
    TooLarge,
    WrongState,
)

__all__ = ["VERSION", "Asking", "Handler", "NoKey", "as_json", "public", "resource", "too_many"]

VERSION = "0.9.0"  # of the national API that this one is compatible with
logger = logging.getLogger(__name__)
_CODES = {
    NotAllowed: problems.NOT_ALLOWED,
    NotReady: problems.OWNER_NOT_READY,
    EditConflict: problems.EDIT_CONFLICT,
    IdentifierTaken: problems.ALREADY_EXISTS,
    WrongState: problems.INVALID_TRANSITION,
    TooLarge: problems.TOO_LARGE,
}


def resource(queries: Mapping[str, Collection[str]], **handlers: Handler) -> Handler:
    """Return the view of one address, which answers these methods. ``queries``: the parameters of each."""
    return _DOOR.resource(queries, **handlers)


def _check(request: HttpRequest, known: Collection[str]) -> None:
    """Refuse parameters that are not known: a slip in dry_run would do what it should only try.

    What only reads ignores parameters that are like none of ours.
    """
    for name in request.GET:
        if name in known:
            continue
        near = nearest(name, known)
        if near or request.method not in ("GET", "HEAD"):
            listed = f"There is {', '.join(known)}." if known else "There is none here."
            raise Problem(
                problems.INVALID_REQUEST,
                f"“{name[:80]}” is not a parameter. {f'Did you mean {near}?' if near else listed}",
            )


def _who(request: HttpRequest) -> tuple[Asking, Rest | None]:
    text = text_of(request)
    if not text:
        return Asking(request), None
    if TEXT.fullmatch(text):
        found = credentials(request)
        key, rest, issued = found.key, found.rest, None
    else:
        token = key_of_token(request.headers.get("Authorization", "").strip().partition(" ")[2].strip())
        key, issued = token or (None, None)
        rest = OF_KEYS.take(key.pk) if key else OF_STRANGERS.take(request.META.get("REMOTE_ADDR"))
    if rest and rest.wait:
        raise too_many(rest)
    if key is None:
        raise NoKey
    return Asking(request, key, issued), rest


def _problem(error: Exception) -> Problem:
    """The problem that an error means to the client."""
    if isinstance(error, Http404):
        return Problem(problems.NOT_FOUND, "There is no data set with this id, or you may not see it.")
    if isinstance(error, PermissionDenied):
        return Problem(problems.NOT_ALLOWED, "This key may not do that. Ask an administrator.")
    if isinstance(error, RequestDataTooBig):
        return Problem(problems.TOO_LARGE, "Send less at a time: describe the data, and link to them.")
    if isinstance(error, Refusal):
        return Problem(_CODES.get(type(error), problems.INVALID_REQUEST), str(error))
    if isinstance(error, CannotStart):
        logger.error("%s", error)
        detail = "Nothing was changed. Try again in half a minute."
        return Problem(problems.UNAVAILABLE, detail, headers={"Retry-After": "30"})
    logger.exception("The delivery API failed", exc_info=error)
    detail = "The error has been logged. Try again later; if it keeps happening, contact the operator."
    return Problem(problems.INTERNAL_ERROR, detail)


_DOOR = Door(VERSION, _who, _check, _problem)
