"""The files of what is derived: one writer at a time, and facts that are there as a whole or not at all."""

import fcntl
import json
import os
import shutil
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

_PAUSE = 0.05


@contextmanager
def only_writer(lock: Path, wait: float | None = 0.0) -> Iterator[bool]:
    """Yield True to the only one who locks this file; False if another still does after ``wait`` seconds.

    None waits without a limit. Raises OSError.
    """
    with lock.open("w") as file:
        yield _locked(file.fileno(), wait)


def _locked(descriptor: int, wait: float | None) -> bool:
    if wait is None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        return True
    end = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() >= end:
                return False
            time.sleep(_PAUSE)


def write_whole(file: Path, facts: object) -> None:
    """Write facts as JSON. Readers see the old ones or these, even after a power cut. Raises OSError."""
    draft = file.with_suffix(".part")
    with draft.open("w", encoding="utf-8") as written:
        json.dump(facts, written)
        written.flush()
        os.fsync(written.fileno())
    draft.replace(file)


def remove_other_folders(place: Path, kept: Collection[str], pattern: str = "*") -> None:
    """Delete all folders in ``place`` but these, also what a writer that was killed has left.

    Readers keep the files that they have open.
    """
    for path in place.glob(pattern):
        if path.is_dir() and path.name not in kept:
            shutil.rmtree(path, ignore_errors=True)


def why_not(failure: BaseException, place: Path, needed: int) -> str:
    """Why nothing can be written in ``place``, where so many bytes are needed, and what to do: sentences."""
    if shutil.disk_usage(place).free < needed:
        return "There is hardly any space left on its disk: free some."
    return f"{' '.join(str(failure).split())[:200]}. Check its disk and who may write there."
