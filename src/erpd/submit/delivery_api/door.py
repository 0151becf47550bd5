"""How every address of the API answers: who asks, by which method; whatever goes wrong is a problem."""

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from erpd.accounts.credentials import credentials, text_of
from erpd.accounts.keys import TEXT
from erpd.accounts.may import VISITOR, Actor
from erpd.accounts.models import Key
from erpd.accounts.rates import OF_KEYS, OF_STRANGERS, Rest
from erpd.harvest.children.child import CannotStart
from erpd.register.outage import is_outage
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

HTTP_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT")
VERSION = "0.9.0"  # of the national API that this one is compatible with
logger = logging.getLogger(__name__)
_JSON = "application/json"
_CODES = {
    NotAllowed: problems.NOT_ALLOWED,
    NotReady: problems.OWNER_NOT_READY,
    EditConflict: problems.EDIT_CONFLICT,
    IdentifierTaken: problems.ALREADY_EXISTS,
    WrongState: problems.INVALID_TRANSITION,
    TooLarge: problems.TOO_LARGE,
}


@dataclass(frozen=True, slots=True)
class Asking:
    """One request, and who sent it."""

    request: HttpRequest
    key: Key | None = None
    issued: datetime | None = None
    """When its token was issued, if it came with one."""

    @property
    def who(self) -> Actor:
        return Actor(key=self.key) if self.key else VISITOR

    @property
    def given(self) -> Key:
        """The key. Only what needs one asks."""
        assert self.key
        return self.key


Handler = Callable[..., HttpResponse]


class NoKey(Exception):
    """The request has no valid key: 401, without a body."""


def public(handler: Handler) -> Handler:
    """Mark what is answered without a key, too."""
    handler.public = True  # type: ignore[attr-defined]
    return handler


def resource(queries: Mapping[str, Collection[str]], **handlers: Handler) -> Callable[..., HttpResponse]:
    """Return the view of one address, which answers these methods. ``queries``: the parameters of each."""
    if "GET" in handlers:
        handlers["HEAD"] = handlers["GET"]

    @csrf_exempt
    def view(request: HttpRequest, **parameters: Any) -> HttpResponse:
        rest: Rest | None = None
        try:
            handler = handlers.get(request.method or "")
            if handler is None:
                allowed = ", ".join(handlers)
                detail = f"{request.path} answers {allowed}."
                raise Problem(problems.METHOD_NOT_ALLOWED, detail, headers={"Allow": allowed})
            asking, rest = _who(request)
            if asking.key is None and not getattr(handler, "public", False):
                raise NoKey
            _check(request, queries.get(request.method or "", ()))
            response = handler(asking, **parameters)
        except NoKey:
            response = HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
            del response["Content-Type"]
        except Exception as error:
            if is_outage(error):
                raise  # the middleware says when to come back
            response = _problem(error).response(request)
        for name, value in (rest.headers() if rest else {}).items():
            response.headers.setdefault(name, value)
        response["API-Version"] = VERSION
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    view.methods = list(HTTP_METHODS)  # type: ignore[attr-defined]  # what it does not answer, it says itself
    return view


def too_many(rest: Rest, more: str = "") -> Problem:
    """Return the problem of a request that was one too many."""
    detail = f"Wait {rest.wait} seconds, then go on more slowly: Retry-After and RateLimit-Reset say how."
    return Problem(problems.TOO_MANY_REQUESTS, f"{detail} {more}".rstrip(), headers=rest.headers())


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
    if isinstance(error, Problem):
        return error
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


def as_json(value: object, status: int = 200, **headers: str) -> HttpResponse:
    """Return an answer in JSON. ``headers``: with ``_`` for ``-``."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return HttpResponse(msgspec.json.encode(value), _JSON, status, headers=named)
