"""Whether a worker of this home lives: it locks a file while it does, and writes to it at each round."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from erpd.harvest.lease import is_harvesting
from erpd.harvest.worker import overdue

_LONGEST = 600.0  # seconds between two rounds of a worker that does not harvest
_STAYS, _ONCE = b"stays", b"once "  # of one length: no reader finds half of one


class State(StrEnum):
    """How the worker is."""

    RUNS = "runs"
    HANGS = "hangs"
    RESTS = "rests"
    """It looks once and ends (``--once``): it is started again and again, and nothing is overdue."""
    OVERDUE = "overdue"
    """It looked once, long ago, and a source waits for it."""
    ELSEWHERE = "elsewhere"
    """None has run with this home, but the database is a server: one may run with a home of its own."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Worker:
    """What is known of the workers of this home."""

    state: State
    seconds: float = 0.0
    """Since the last round, if there was one."""
    waits: str = ""
    """A source that is overdue."""

    @property
    def is_well(self) -> bool:
        return self.state in (State.RUNS, State.RESTS, State.ELSEWHERE)


def look() -> Worker:
    """How the workers of this home are. Raises OSError, and an error of the database."""
    try:
        with _file().open("rb") as file:
            seconds = max(0.0, time.time() - os.fstat(file.fileno()).st_mtime)
            once = file.read() == _ONCE
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return Worker(State.NONE if connection.vendor == "sqlite" else State.ELSEWHERE)
    except BlockingIOError:
        hangs = seconds > _LONGEST and not is_harvesting()
        return Worker(State.HANGS if hangs else State.RUNS, seconds)
    if not once:
        return Worker(State.NONE, seconds)
    waits = overdue(timezone.now() - timedelta(seconds=seconds))
    return Worker(State.OVERDUE if waits else State.RESTS, seconds, waits)


@contextmanager
def alive(*, once: bool) -> Iterator[Callable[[], None]]:
    """While the block lasts, ``look`` knows of it. Yields what to call at each round."""
    _file().parent.mkdir(exist_ok=True)
    with _file().open("r+b" if _file().exists() else "w+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_SH)

        def beat() -> None:
            os.pwrite(file.fileno(), _ONCE if once else _STAYS, 0)

        beat()
        yield beat


def _file() -> Path:
    return Path(settings.HOME) / "running" / "worker"
