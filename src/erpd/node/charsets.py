"""The charset that a request says it is written in."""

import codecs
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from django.utils.http import parse_header_parameters

WSGI = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

# Of those in which forms are sent, the ones that decode any bytes to characters that can be encoded again.
_KNOWN = {codecs.lookup(name).name for name in ("utf-8", "ascii", "iso-8859-1", "iso-8859-15", "cp1252")}
_CHARSET = re.compile("charset", re.IGNORECASE)


def without_odd_charsets(application: WSGI) -> WSGI:
    """Ignore a charset that is not one of those in which forms are sent, as Django ignores unknown ones.

    Django would decode the request, its address included, with any codec of Python, such as zlib or
    unicode_escape.
    """

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if ";" in (kind := environ.get("CONTENT_TYPE", "")):
            environ["CONTENT_TYPE"] = _plain(kind)
        return application(environ, start_response)

    return answer


@lru_cache(maxsize=100)
def _plain(kind: str) -> str:
    """The media type, with the parameters as Django reads them (RFC 2231 too), but for an odd charset."""
    try:
        charset = parse_header_parameters(kind)[1].get("charset", "utf-8")
    except (ValueError, LookupError):
        return kind.partition(";")[0]
    return kind if _is_known(charset) else _CHARSET.sub("ignored", kind)


def _is_known(charset: str) -> bool:
    try:
        return codecs.lookup(charset).name in _KNOWN
    except (ValueError, LookupError):
        return False
