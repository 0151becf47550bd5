"""The folder of the stores: how far each has got, which snapshot readers use, who may write."""

import json
import os
from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from erpd.register import derived_files
from erpd.register.derived_files import remove_other_folders, write_whole

# What the stores hold, and how it is named. Another version is built anew.
_FORM = 2


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What readers open: a copy that nobody writes to (see ``Store.read_only``)."""

    folder: Path
    change: int
    """The last change that it holds."""


@dataclass(frozen=True, slots=True)
class Position:
    """How far the store of one scope has got."""

    change: int = 0
    """The last change that it holds."""
    mark: str = ""
    """What that change was. If the database has another one there, it has been restored from a backup."""
    catalogues: list[int] = field(default_factory=list)
    """The ids of the catalogues that it covers."""
    scopes: list[str] = field(default_factory=list)
    """The names of the scopes that it answers for."""
    base: str = ""
    """The address of this node when its graphs were named."""
    snapshot: str = ""
    """The folder of the snapshot in use."""
    form: int = _FORM


def place() -> Path:
    """The folder that has a folder for each store."""
    return Path(settings.HOME) / "triples"


def read_position(store: str) -> Position | None:
    """The position of a store; None if there is none, or if it is broken or of another form."""
    file = f"{place()}/{store}/position.json"
    try:
        known = os.stat(file)
        return _read(file, known.st_ino, known.st_mtime_ns)
    except OSError:
        return None


@lru_cache(maxsize=4096)  # a desk and a probe ask for all of them, and a register has hundreds
def _read(file: str, _inode: int, _written: int) -> Position | None:
    """What a file holds that is never written to again: the next one takes its place. Raises OSError."""
    try:
        position = Position(**json.loads(Path(file).read_text("utf-8")))
    except (ValueError, TypeError):
        return None
    whole = isinstance(position.change, int) and isinstance(position.catalogues, list)
    return position if whole and position.form == _FORM else None


def write_position(store: str, position: Position) -> None:
    """Make it the current one. Readers see the old or the new one, even after a power cut."""
    write_whole(place() / store / "position.json", asdict(position))


def snapshot(store: str) -> Snapshot | None:
    """What readers of this store open; None while there is nothing."""
    position = read_position(store)
    if position is None or not position.snapshot:
        return None
    return Snapshot(place() / store / position.snapshot, position.change)


def remove_other_snapshots(store: str, kept: Collection[str]) -> None:
    """Delete all snapshots but these. Readers keep the files that they have open."""
    remove_other_folders(place() / store, kept, "at-*")


def only_writer() -> AbstractContextManager[bool]:
    """A context that yields True to the only writer, and False to any other: then it does the work."""
    place().mkdir(exist_ok=True)
    return derived_files.only_writer(place() / "lock")
