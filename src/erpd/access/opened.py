"""The requests that somebody has opened by a private link, in this browser. Their session keeps which."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from erpd.accounts.sign_in.signed_in import signed_in
from erpd.accounts.visitors import kept_by_nobody

_OPENED, _BY = "opened", "opened_by"  # in the session
_MOST = 50


def opened(request: HttpRequest) -> frozenset[UUID]:
    """The keys of the requests whose private link was followed in this session, by who is signed in now.

    Somebody who signs in later, in the same browser, may be another person.
    """
    return frozenset(map(UUID, _known(request)))


def open_here(request: HttpRequest, *keys: UUID) -> None:
    """Let this session see requests. The caller knows that the address of the person was confirmed.

    Whatever was known of the session before is no way in: it gets another name.
    """
    known = [key for key in _known(request) if key not in map(str, keys)]
    request.session.cycle_key()
    request.session[_OPENED] = [*known, *map(str, keys)][-_MOST:]
    request.session[_BY] = _reader(request)


def _known(request: HttpRequest) -> list[str]:
    by_same = request.session.get(_BY, "") == _reader(request)
    found: list[str] = request.session.get(_OPENED, []) if by_same else []
    return found


def _reader(request: HttpRequest) -> str:
    return str(request.user.pk) if request.user.is_authenticated else ""


def by_account_or_link(view: Callable[..., Any]) -> Callable[..., HttpResponseBase]:
    """A page for people with an account, who need what they need elsewhere, and for those without one."""
    known = signed_in(view)

    @wraps(view)
    def page(request: HttpRequest, *given: Any, **named: Any) -> Any:
        return (known if request.user.is_authenticated else view)(request, *given, **named)

    return kept_by_nobody(page)
