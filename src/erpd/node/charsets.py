"""The charset that a request says it is written in."""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

WSGI = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_CHARSET = re.compile(r";\s*charset\s*=\s*(\"[^\"]*\"|[^;\s]*)", re.IGNORECASE)
_EVERY_BYTE = bytes(range(256))


def without_odd_charsets(application: WSGI) -> WSGI:
    """Ignore a charset that no form can be written in, as Django ignores unknown ones.

    Django would decode the request, its address included, with any codec of Python, such as zlib or idna.
    """

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        kind = environ.get("CONTENT_TYPE", "")
        if kind and not all(map(_reads_forms, _CHARSET.findall(kind))):
            environ["CONTENT_TYPE"] = _CHARSET.sub("", kind)
        return application(environ, start_response)

    return answer


@lru_cache(maxsize=100)
def _reads_forms(charset: str) -> bool:
    """Whether this is a text encoding that has ASCII in it and can read any bytes."""
    name = charset.strip('"')
    try:
        _EVERY_BYTE.decode(name, "replace")
        return b"a=%26&+".decode(name) == "a=%26&+"
    except (LookupError, ValueError):
        return False
