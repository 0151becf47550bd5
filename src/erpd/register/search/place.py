"""The folder of the index: which generation is in use, how far it has got, who may write."""

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from erpd.register.search.schema import SCHEMA_VERSION

_PAUSE = 0.05


@dataclass(frozen=True, slots=True)
class Position:
    """How far the index has got."""

    folder: str
    """The folder of the generation in use."""
    change: int = 0
    """The last change that it holds."""
    mark: str = ""
    """What that change was. If the database has another one there, it has been restored from a backup."""
    schema: int = SCHEMA_VERSION
    """The version of its fields."""


def place() -> Path:
    """The folder of the position file and the generations."""
    return Path(settings.HOME) / "index"


def position_file() -> Path:
    return place() / "position.json"


def read_position() -> Position | None:
    """The current position; None if there is none, or if it is broken or has another schema version."""
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


def reached() -> int | None:
    """The last change that the index holds; None if there is none."""
    position = read_position()
    return position.change if position else None


def write_position(position: Position) -> None:
    """Make ``position`` the current one. Readers see the old or the new one, even after a power cut."""
    draft = position_file().with_suffix(".part")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(asdict(position), file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(position_file())


def give_up(folder: str) -> bool:
    """Make the generation ``folder`` count as missing for all. Returns False if it does already."""
    position = read_position()
    if position is None or position.folder != folder:
        return False
    with suppress(OSError):
        position_file().unlink(missing_ok=True)
        return True
    return False


def new_generation() -> Path:
    path = place() / uuid4().hex
    path.mkdir()
    return path


def remove_other_generations(kept: str) -> None:
    """Delete all generations except ``kept``. Readers keep the files that they have open."""
    for path in place().iterdir():
        if path.is_dir() and path.name != kept:
            shutil.rmtree(path, ignore_errors=True)


@contextmanager
def only_writer(wait: float | None) -> Iterator[bool]:
    """Yield True to the only writer; False if another is still writing after ``wait`` seconds.

    None waits without a limit.
    """
    place().mkdir(exist_ok=True)
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
