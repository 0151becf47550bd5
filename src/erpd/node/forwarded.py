"""What is believed of proxies, and whether a request came through one, also one that no setting names."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from erpd.node.charsets import WSGI

_NOTED = "erpd.forwarded"
_HEADERS = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED")


def trusting(proxies: int) -> dict[str, Any]:
    """The settings of the server, by which it takes the address of a client from so many proxies."""
    if not proxies:
        return {}
    headers = "x-forwarded-for"
    return {"trusted_proxy": "*", "trusted_proxy_count": proxies, "trusted_proxy_headers": headers}


def noting(application: WSGI) -> WSGI:
    """Note it before the server takes away the headers of proxies that it does not trust."""

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        environ[_NOTED] = was_forwarded(environ)
        return application(environ, start)

    return answer


def was_forwarded(environ: Mapping[str, Any]) -> bool:
    """Whether it was noted, or a header says it. Clients can say so falsely, but not the reverse."""
    return bool(environ.get(_NOTED)) or any(name in environ for name in _HEADERS)
