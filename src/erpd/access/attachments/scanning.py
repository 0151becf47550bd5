"""The operator's scanner: a command that reads a file from standard input, and ends with 0 if it is clean."""

import logging
import os
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from threading import BoundedSemaphore

logger = logging.getLogger(__name__)

SECONDS = 60
_MOST_AT_ONCE = 2  # a scanner takes memory, and a thread of ours
_turns = BoundedSemaphore(_MOST_AT_ONCE)


class CannotScan(RuntimeError):
    """The scanner is missing, hangs or has crashed; the log says which."""


def is_clean(content: bytes, command: Sequence[str]) -> bool:
    """Whether the scanner accepts a file. What it prints is not read.

    It gets none of our secrets: its environment is ours without all but the path and the language. Raises
    CannotScan.
    """
    if not _turns.acquire(timeout=SECONDS):
        raise CannotScan
    try:
        ended = _run(content, command)
    finally:
        _turns.release()
    if ended < 0:
        logger.error("The scanner of attachments was ended by signal %d.", -ended)
        raise CannotScan
    return ended == 0


def _run(content: bytes, command: Sequence[str]) -> int:
    inherited = {
        name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TMPDIR") if name in os.environ
    }
    try:
        process = subprocess.Popen(  # noqa: S603  # the operator's own
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=inherited,
            cwd="/",
            start_new_session=True,
        )
    except OSError as error:
        logger.error("The scanner of attachments cannot be started: %s", error)
        raise CannotScan from error
    with process:
        try:
            process.communicate(content, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            logger.error("The scanner of attachments took longer than %s seconds.", SECONDS)
            with suppress(ProcessLookupError, PermissionError):  # with all that it has started
                os.killpg(process.pid, signal.SIGKILL)
            raise CannotScan from None
    return process.returncode
