"""The HTTP methods that a view answers."""

from collections.abc import Callable
from typing import Any

from django.views.decorators.http import require_http_methods

View = Callable[..., Any]
SAFE = ("GET", "HEAD")
PAGES = (*SAFE, "POST")
"""What pages answer that do not say which methods they answer."""


def answers(*methods: str) -> Callable[[View], View]:
    """Answer these methods only, and 405 with ``Allow`` to all others.

    The methods are an attribute of the view too, so that the middleware knows them before it asks for a token
    against forged requests: whoever posts to a page that takes no posts learns that, and not that a token is
    missing.
    """

    def decorate(view: View) -> View:
        decorated: Any = require_http_methods(list(methods))(view)
        decorated.methods = methods
        return decorated  # type: ignore[no-any-return]

    return decorate


safe = answers(*SAFE)
"""Answer GET and HEAD only."""


def like(view: View) -> Callable[[View], View]:
    """Answer what ``view`` does, which is inside the view that is decorated."""
    return answers(*getattr(view, "methods", PAGES))
