"""Several processes that serve one node add up their request times.

Each writes to files of its own in one folder (prometheus_client's multiprocess mode). The library decides at
its import whether it does so: import nothing of it before.
"""

import logging
import os
import shutil
from pathlib import Path

logger = logging.getLogger(__name__)

_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_KINDS = ("histogram", "counter")
_SIZE = 1 << 20  # bytes: twice what all views take


def share(folder: Path) -> None:
    """Let the processes that are started from now on add up. What earlier ones left there goes."""
    shutil.rmtree(folder, ignore_errors=True)
    os.environ[_VARIABLE] = str(folder)


def join() -> None:
    """Let this process add up with the others, if somebody said so.

    Its files get all their room now: where the library finds a disk full, the process ends (SIGBUS).
    """
    if not (folder := os.environ.get(_VARIABLE)):
        return
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        for kind in _KINDS:
            with (Path(folder) / f"{kind}_{os.getpid()}.db").open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, _SIZE)
    except OSError as error:
        logger.error("%s: %s. /metrics has the request times of one process only.", folder, error.strerror)
        del os.environ[_VARIABLE]


def is_shared() -> bool:
    """Whether this process adds up with others."""
    return _VARIABLE in os.environ
