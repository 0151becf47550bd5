"""The folder of the stores: how far each has got, which snapshot readers use, who may write."""

import fcntl
import json
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from django.conf import settings

# What the stores hold, and how it is named. Another version is built anew.
_FORM = 1


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
    try:
        position = Position(**json.loads((place() / store / "position.json").read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    whole = isinstance(position.change, int) and isinstance(position.catalogues, list)
    return position if whole and position.form == _FORM else None


def write_position(store: str, position: Position) -> None:
    """Make it the current one. Readers see the old or the new one, even after a power cut."""
    file = place() / store / "position.json"
    draft = file.with_suffix(".part")
    with draft.open("w", encoding="utf-8") as written:
        json.dump(asdict(position), written)
        written.flush()
        os.fsync(written.fileno())
    draft.replace(file)


def snapshot(store: str) -> Snapshot | None:
    """What readers of this store open; None while there is nothing."""
    position = read_position(store)
    if position is None or not position.snapshot:
        return None
    return Snapshot(place() / store / position.snapshot, position.change)


def remove_other_snapshots(store: str, kept: Collection[str]) -> None:
    """Delete all snapshots but these. Readers keep the files that they have open."""
    for path in (place() / store).glob("at-*"):
        if path.name not in kept:
            shutil.rmtree(path, ignore_errors=True)


def remove_other_stores(kept: Collection[str]) -> None:
    """Delete the stores of scopes that are no more."""
    for path in place().iterdir():
        if path.is_dir() and path.name not in kept:
            shutil.rmtree(path, ignore_errors=True)


@contextmanager
def only_writer() -> Iterator[bool]:
    """Yield True to the only writer, and False to any other: then it does the work."""
    place().mkdir(exist_ok=True)
    with (place() / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
