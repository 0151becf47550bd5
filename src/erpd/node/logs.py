"""Lines of a log that nobody outside can forge, swell or break, and that show no secret.

As text, or each an object in JSON. Both name the request and the run that they are about.
"""

import json
import re
import sys
import time
from collections.abc import Collection
from datetime import UTC, datetime
from logging import Filter, Formatter, LogRecord
from types import TracebackType
from typing import Any

from erpd.metadata.logged import about
from erpd.metadata.masking import masked
from erpd.node.environment import variable
from erpd.node.home import HomeError

LONGEST = 600  # characters of a message
_HOST_ADVICE = r"A visitor asked for \1. If that is your name, set base_url or hosts in node.toml."
MOST_LINES = 80  # of a traceback, the last ones
_FOREIGN_HOST = re.compile(
    r"Invalid HTTP_HOST header: '(.*?)'\. (?:You may need to add .*|The domain .*)", re.DOTALL
)
# Addresses that open something for whoever has them, also inside a parameter (`?next=%2Fowners%2F…`).
_SLASH = "(?:/|%(?:25)*2[fF])"
_LINK = re.compile(
    f"({_SLASH}(?:owners{_SLASH}(?:contact|invitations)|requests{_SLASH}link|questions|enquiries|rehearsal|harvesting-request"
    f"|suppliers(?:{_SLASH}(?:confirm|notices|stop))?|publishers{_SLASH}stop|confirm-email|reset{_SLASH}key){_SLASH})"
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
        vars(record)["about"] = "".join(f"[{name} {value}] " for name, value in about().items())
        return _plain(_masked(_FOREIGN_HOST.sub(_HOST_ADVICE, super().formatMessage(record))))

    def formatException(
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        return "" if _is_suspicious(ei[1]) else _indented(super().formatException(ei))

    def formatStack(self, stack_info: str) -> str:
        return _indented(stack_info)


def _is_suspicious(error: BaseException | None) -> bool:
    """Whether Django calls it so. What works without a node says things here too, and has no Django."""
    django = sys.modules.get("django.core.exceptions")
    return django is not None and isinstance(error, django.SuspiciousOperation)


class JsonFormatter(LineFormatter):
    """The same, as an object for each message: programs read it line by line."""

    def format(self, record: LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC)
        facts: dict[str, Any] = {
            "time": f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _plain(_masked(_FOREIGN_HOST.sub(_HOST_ADVICE, record.getMessage()))),
            **about(),
        }
        if record.exc_info and (trace := self.formatException(record.exc_info)):
            facts["exception"] = trace
        return json.dumps(facts, ensure_ascii=False)


FORMATS = {"text": LineFormatter, "json": JsonFormatter}
LEVELS = ("debug", "info", "warning", "error", "critical")
LINE = "%(asctime)s %(levelname)s %(name)s %(about)s%(message)s"


def chosen(name: str, known: Collection[str], usual: str) -> str:
    """The value of a variable, one of those known. Raises HomeError."""
    value = variable(name).lower() or usual
    if value not in known:
        raise HomeError(f"{name} is one of {', '.join(known)}, not {value!r}.")
    return value


def logging_of(form: str, level: str) -> dict[str, Any]:
    """Django's setting of the log: one of FORMATS, and from which of LEVELS on. Raises HomeError."""
    access = "INFO" if chosen("ERPD_ACCESS_LOG", ("yes", "no"), "no") == "yes" else "CRITICAL"
    # What clients do wrong belongs in the access log; whoever floods us would fill this one.
    quiet = {name: {"level": "ERROR"} for name in ("django.request", "waitress", "psycopg.pool")}
    # At "debug", Django would log each statement with what is in it, and clients each header.
    talkative = ("django", "asyncio", "httpcore2", "httpx2")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": FORMATS[form], "format": LINE}},
        "filters": {"told": {"()": NotYetTold}, "seldom": {"()": SeldomForeign}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["told", "seldom"]}
        },
        "root": {"handlers": ["stderr"], "level": level.upper()},
        "loggers": {
            **{name: {"level": "WARNING"} for name in talkative if level in ("debug", "info")},
            **quiet,
            "django.security": {"level": "CRITICAL"},
            "django.security.DisallowedHost": {"level": "ERROR"},
            "erpd.access": {"level": access},
        },
    }


def is_json() -> bool:
    """Whether the log is in JSON, so that whatever else the node says there has to be, too."""
    return variable("ERPD_LOG_FORMAT").lower() == "json"


def object_of(text: str, level: int) -> str:
    """What is said otherwise than by a logger, as a line of the log in JSON."""
    return JsonFormatter().format(LogRecord("erpd", level, "", 0, "%s", (text,), None))


def _masked(text: str) -> str:
    return _LINK.sub(r"\1…", masked(text))


def _indented(lines: str) -> str:
    return "\n".join(f"    {_plain(line)}" for line in _masked(lines).split("\n")[-MOST_LINES:])


def _plain(text: str) -> str:
    text = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
