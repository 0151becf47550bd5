"""The folder of the index: which generation is in use, how far it has got, who may write."""

import json
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from erpd.register import derived_files
from erpd.register.derived_files import remove_other_folders, write_whole
from erpd.register.search.schema import SCHEMA_VERSION


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
    write_whole(position_file(), asdict(position))


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
    remove_other_folders(place(), {kept})


def only_writer(wait: float | None) -> AbstractContextManager[bool]:
    """A context that yields True to the only writer (see ``derived_files.only_writer``)."""
    place().mkdir(exist_ok=True)
    return derived_files.only_writer(place() / "lock", wait)
