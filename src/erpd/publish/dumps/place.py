"""Where the dumps are: a folder for each time they were written, and a file that names the one in force.

A folder is complete before it is named, so nobody ever reads half a dump.
"""

import json
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from erpd.register import derived_files
from erpd.register.derived_files import remove_other_folders, write_whole


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
    catalogues: str = ""
    """A digest of everything about the catalogues that they describe."""

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
    write_whole(place() / "current.json", asdict(dumps))
    remove_others(dumps.folder)


def remove_others(folder: str) -> None:
    """Remove every folder but this one, also what a writer that was killed has left."""
    remove_other_folders(place(), {folder})


def only_writer() -> AbstractContextManager[bool]:
    """A context that yields whether nobody else is writing dumps. Raises OSError."""
    place().mkdir(exist_ok=True)
    return derived_files.only_writer(place() / "lock")
