"""How every address of an API answers: who asks, by which method; whatever goes wrong is a problem."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from erpd.accounts.may import VISITOR, Actor
from erpd.accounts.models import Key
from erpd.accounts.rates import Rest
from erpd.accounts.rest.problems import METHOD_NOT_ALLOWED, TOO_MANY_REQUESTS, Problem
from erpd.register.outage import is_outage

HTTP_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT")
_JSON = "application/json"


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
    """The request has no valid key: 401."""


def public(handler: Handler) -> Handler:
    """Mark what is answered without a key, too."""
    handler.public = True  # type: ignore[attr-defined]
    return handler


@dataclass(frozen=True, slots=True)
class Door:
    """What is different in each API."""

    version: str
    who: Callable[[HttpRequest], tuple[Asking, Rest | None]]
    """Who asks, and the rest of their rate. Raises NoKey for a key that opens nothing here."""
    check: Callable[[HttpRequest, Collection[str]], None]
    """Raises Problem for parameters that are not known."""
    problem: Callable[[Exception], Problem]
    """What an error means to the client."""
    no_key: Problem | None = None
    """What is said without a valid key, if 401 has a body."""

    def resource(self, queries: Mapping[str, Collection[str]], **handlers: Handler) -> Handler:
        """Return the view of an address, which answers these methods. ``queries``: the parameters of each."""
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
                    raise Problem(METHOD_NOT_ALLOWED, detail, headers={"Allow": allowed})
                asking, rest = self.who(request)
                if asking.key is None and not getattr(handler, "public", False):
                    raise NoKey
                self.check(request, queries.get(request.method or "", ()))
                response = handler(asking, **parameters)
            except NoKey:
                response = self.no_key.response(request) if self.no_key else HttpResponse(status=401)
                response["WWW-Authenticate"] = "Bearer"
                if not self.no_key:
                    del response["Content-Type"]
            except Problem as problem:
                response = problem.response(request)
            except Exception as error:
                if is_outage(error):
                    raise  # the middleware says when to come back
                response = self.problem(error).response(request)
            for name, value in (rest.headers() if rest else {}).items():
                response.headers.setdefault(name, value)
            response["API-Version"] = self.version
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        view.methods = list(HTTP_METHODS)  # type: ignore[attr-defined]  # what it does not answer, it says itself
        return view


def too_many(rest: Rest, more: str = "") -> Problem:
    """Return the problem of a request that was one too many."""
    detail = f"Wait {rest.wait} seconds, then go on more slowly: Retry-After and RateLimit-Reset say how."
    return Problem(TOO_MANY_REQUESTS, f"{detail} {more}".rstrip(), headers=rest.headers())


def as_json(value: object, status: int = 200, **headers: str) -> HttpResponse:
    """Return an answer in JSON. ``headers``: with ``_`` for ``-``."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return HttpResponse(msgspec.json.encode(value), _JSON, status, headers=named)
