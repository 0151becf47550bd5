"""Lines of a log that nobody outside can forge, swell or break."""

import re
from logging import LogRecord
from types import TracebackType

from django.core.exceptions import SuspiciousOperation

from erpd.sources.masking import MaskedFormatter, masked

LONGEST = 600  # characters of a message
MOST_LINES = 80  # of a traceback, the last ones
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class LineFormatter(MaskedFormatter):
    """One line for each message, without control characters. The lines of a traceback follow it, indented.

    What a client did wrong (``SuspiciousOperation``) has no traceback: it is no error of ours. Secrets are
    masked before a line is cut, so that no part of one is left.
    """

    def formatMessage(self, record: LogRecord) -> str:
        return _plain(masked(super().formatMessage(record)), LONGEST)

    def formatException(
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        if isinstance(ei[1], SuspiciousOperation):
            return ""
        lines = masked(super().formatException(ei)).split("\n")[-MOST_LINES:]
        return "\n".join(f"    {_plain(line, LONGEST)}" for line in lines)


def _plain(text: str, longest: int) -> str:
    text = text if len(text) <= longest else f"{text[:longest]}…"
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
