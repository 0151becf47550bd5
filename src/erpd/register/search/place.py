"""The folder of the index: which generation is in force, how far it has come, who may write."""

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from erpd.register.search.schema import SCHEMA_VERSION

_PAUSE = 0.05


@dataclass(frozen=True, slots=True)
class Position:
    """``folder``: the generation in force; ``change``: the last it holds; ``mark``: what that was.

    The mark tells a database that was put back from a backup from the one that the index followed.
    """

    folder: str
    change: int = 0
    mark: str = ""
    schema: int = SCHEMA_VERSION


def place() -> Path:
    """The folder that holds the position and the generations; made where it is missing."""
    path = Path(settings.HOME) / "index"
    path.mkdir(exist_ok=True)
    return path


def position_file() -> Path:
    return place() / "position.json"


def read_position() -> Position | None:
    """What was written last; None where there is nothing, or it is broken or of another schema."""
    try:
        position = Position(**json.loads(position_file().read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    usable = (
        position.schema == SCHEMA_VERSION
        and isinstance(position.change, int)
        and isinstance(position.folder, str)
        and (place() / position.folder).is_dir()
    )
    return position if usable else None


def write_position(position: Position) -> None:
    """Put ``position`` in force; readers see the old one or the new one, also after a loss of power."""
    draft = position_file().with_suffix(".part")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(asdict(position), file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(position_file())


def new_generation() -> Path:
    path = place() / uuid4().hex
    path.mkdir()
    return path


def remove_other_generations(kept: str) -> None:
    """Readers that still use one go on: what they have open stays until they let go of it."""
    for path in place().iterdir():
        if path.is_dir() and path.name != kept:
            shutil.rmtree(path, ignore_errors=True)


@contextmanager
def only_writer(wait: float | None) -> Iterator[bool]:
    """True for the one writer; False where another goes on for ``wait`` seconds. None waits for its end."""
    with (place() / "lock").open("w") as file:
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
