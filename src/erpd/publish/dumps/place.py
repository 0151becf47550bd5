"""Where the dumps are: a folder for each time they were written, and a file that names the one in force.

A folder is complete before it is named, so nobody ever reads half a dump.
"""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True, slots=True)
class File:
    """One file of the dumps."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Dumps:
    """All dumps that were written together."""

    folder: str
    """The name of their folder."""
    program: str
    """The version of erpd that wrote them."""
    change: int
    """The last change of the register that they hold."""
    at: float
    """When they were complete, in seconds since 1970."""
    seconds: float
    """How long it took."""
    data_sets: dict[str, int]
    """Scope -> the number of data sets in its dumps."""
    triples: dict[str, int]
    """Scope -> the number of triples in its dumps; what several records say counts for each."""
    files: dict[str, File]
    """``<scope>.<syntax>.gz`` -> the file."""

    @property
    def written(self) -> datetime:
        """When they were complete."""
        return datetime.fromtimestamp(int(self.at), UTC)

    def path(self, scope: str, syntax: str) -> Path | None:
        """The file of a scope in a syntax; None if it is not among them."""
        name = f"{scope}.{syntax}.gz"
        return place() / self.folder / name if name in self.files else None


def place() -> Path:
    return Path(settings.HOME) / "dumps"


def in_force() -> Dumps | None:
    """The dumps in force; None if there are none that can be read."""
    try:
        facts = json.loads((place() / "current.json").read_text("utf-8"))
        files = {name: File(**file) for name, file in facts.pop("files").items()}
        return Dumps(**facts, files=files)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def enforce(dumps: Dumps) -> None:
    """Put dumps in force, whose folder is complete, and remove all others. Raises OSError."""
    draft = place() / "current.part"
    with draft.open("w", encoding="utf-8") as file:
        json.dump(asdict(dumps), file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(place() / "current.json")
    remove_others(dumps.folder)


def remove_others(folder: str) -> None:
    """Remove every folder but this one, also what a writer that was killed has left."""
    for other in place().iterdir():
        if other.is_dir() and other.name != folder:
            shutil.rmtree(other, ignore_errors=True)


@contextmanager
def only_writer() -> Iterator[bool]:
    """Whether nobody else is writing dumps, during the block. Raises OSError."""
    place().mkdir(exist_ok=True)
    with (place() / "lock").open("a") as file:
        try:
            flock(file, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
