"""Whether a worker of this home lives: it locks a file while it does, and touches it at each round."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from erpd.harvest.lease import is_harvesting

_LONGEST = 600.0  # seconds between two rounds of a worker that does not harvest


def last_round() -> float | None:
    """How many seconds ago a worker with this home looked last at what is due; None if none is alive."""
    try:
        with _file().open() as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return max(0.0, time.time() - _file().stat().st_mtime)
    except FileNotFoundError:
        return None
    return None


def hangs(seconds: float) -> bool:
    """Whether a worker that looked last so many seconds ago has stopped: it does not harvest, either."""
    return seconds > _LONGEST and not is_harvesting()


def has_been_here() -> bool:
    """Whether a worker has ever run with this home: beside PostgreSQL, it may have one of its own."""
    return _file().exists()


@contextmanager
def alive() -> Iterator[int]:
    """While the block lasts, ``last_round`` knows of it. Yields the file to touch at each round."""
    _file().parent.mkdir(exist_ok=True)
    with _file().open("w") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield file.fileno()


def _file() -> Path:
    return Path(settings.HOME) / "running" / "worker"
