"""Pages of people with an account or a secret link: they have a session, and nobody keeps a copy of them."""

import re
from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

GetResponse = Callable[[HttpRequest], HttpResponse]
PLACES = ("/account/", "/owners/", "/desk/", "/requests/", "/letters/", "/suppliers/")
# Where a body answers requests, below its public page.
_DESK = re.compile(r"/bodies/[A-Za-z0-9_-]+/desk/")
# The page of an owner that everybody sees has no slash at its end; those of its members are below one.
_PUBLIC = re.compile(r"/owners/[A-Za-z0-9_-]+")


def sessions(get_response: GetResponse) -> GetResponse:
    """Give the pages at these places a session, its person and messages. A public page has none to look at.

    It also saves the public pages what Django's own middleware costs: a third of a bare answer.
    """
    inner: Any = get_response  # the stubs see that each of these may be asynchronous, too
    for middleware in (MessageMiddleware, AuthenticationMiddleware, SessionMiddleware):
        inner = middleware(inner)

    def answer(request: HttpRequest) -> HttpResponse:
        path = request.path
        if not (path.startswith(PLACES) or _DESK.match(path)) or _PUBLIC.fullmatch(path):
            return get_response(request)
        response: HttpResponse = inner(request)
        add_never_cache_headers(response)
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return answer
