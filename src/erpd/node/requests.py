"""Each request has an identifier, which its answer and every line of the log about it repeat."""

import logging
import re
import time
from collections.abc import Callable, Iterable
from typing import Any
from uuid import uuid4

from erpd.metadata import logged
from erpd.node.charsets import WSGI

logger = logging.getLogger("erpd.access")

_SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{5,99}")


def identified(application: WSGI) -> WSGI:
    """Take the identifier that the proxy gives (X-Request-ID) if it is sane; otherwise make one.

    A line of the access log follows each answer, if that is switched on. It names neither the client nor the
    parameters, in which people may have written something about themselves.
    """

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        began = time.monotonic()
        given = environ.get("HTTP_X_REQUEST_ID", "")
        name = given if _SANE.fullmatch(given) else uuid4().hex
        logged.begin(request=name)  # until the next request of this thread: bodies are written later

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            if logger.isEnabledFor(logging.INFO):
                took = 1_000 * (time.monotonic() - began)
                method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")
                logger.info("%s %s %s %.0f ms", method, path, status[:3], took)
            return start_response(status, [*headers, ("X-Request-ID", name)], *rest)

        return application(environ, start)

    return answer
