"""Lines of a log that nobody outside can forge, swell or break, and that show no secret."""

import re
import time
from logging import Filter, Formatter, LogRecord
from types import TracebackType

from django.core.exceptions import SuspiciousOperation

from erpd.metadata.masking import masked

LONGEST = 600  # characters of a message
_HOST_ADVICE = r"A visitor asked for \1. If that is your name, set base_url or hosts in node.toml."
MOST_LINES = 80  # of a traceback, the last ones
_FOREIGN_HOST = re.compile(
    r"Invalid HTTP_HOST header: '(.*?)'\. (?:You may need to add .*|The domain .*)", re.DOTALL
)
# Addresses that open something for whoever has them, also inside a parameter (`?next=%2Fowners%2F…`).
_SLASH = "(?:/|%(?:25)*2[fF])"
_LINK = re.compile(
    f"({_SLASH}(?:owners{_SLASH}(?:contact|invitations)|requests{_SLASH}link|questions|enquiries|confirm-email|reset{_SLASH}key){_SLASH})"
    r"(?:(?!%(?:25)*2[fF])[^/?#&\s\"'<>])+"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class NotYetTold(Filter):
    """Leaves out that a request was answered with 503: whoever does so says why, once for all requests."""

    def filter(self, record: LogRecord) -> bool:
        return getattr(record, "status_code", 0) != 503


class SeldomForeign(Filter):
    """Lets through one line a minute about requests for a foreign host. The advice in it helps only us."""

    def __init__(self, name: str = "", pause: float = 60) -> None:
        super().__init__(name)
        self._pause = pause
        self._next = 0.0

    def filter(self, record: LogRecord) -> bool:
        if record.name != "django.security.DisallowedHost":
            return True
        if (now := time.monotonic()) < self._next:
            return False
        self._next = now + self._pause
        return True


class LineFormatter(Formatter):
    """One line for each message, without control characters. The lines of a traceback follow it, indented.

    What a client did wrong (``SuspiciousOperation``) has no traceback: it is no error of ours. Secrets are
    masked before a line is cut, so that no part of one is left.
    """

    def formatMessage(self, record: LogRecord) -> str:
        return _plain(_masked(_FOREIGN_HOST.sub(_HOST_ADVICE, super().formatMessage(record))))

    def formatException(
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        return "" if isinstance(ei[1], SuspiciousOperation) else _indented(super().formatException(ei))

    def formatStack(self, stack_info: str) -> str:
        return _indented(stack_info)


def _masked(text: str) -> str:
    return _LINK.sub(r"\1…", masked(text))


def _indented(lines: str) -> str:
    return "\n".join(f"    {_plain(line)}" for line in _masked(lines).split("\n")[-MOST_LINES:])


def _plain(text: str) -> str:
    text = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
