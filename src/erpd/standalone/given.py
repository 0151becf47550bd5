"""What a user gives -> places: files, folders, addresses, standard input, bytes."""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO

from erpd.formats.rdf.syntaxes import SYNTAXES
from erpd.sources.errors import Reason, SourceError
from erpd.sources.links import is_local
from erpd.standalone.asked import STANDARD_INPUT, Place

# The endings of the files that are read in a folder; each may have .gz behind it.
ENDINGS = frozenset(
    {"json", "jsonl", "zip", *(end for syntax in SYNTAXES.values() for end in syntax.suffixes)}
)


class Given:
    """A context manager: the places that a user gives, in order."""

    def __init__(self, standard_input: BinaryIO) -> None:
        self._standard_input = standard_input
        self._kept = ExitStack()
        self._amount = 0

    def __enter__(self) -> "Given":
        return self

    def __exit__(self, *error: object) -> None:
        self._kept.close()

    def places(self, location: str) -> Iterator[Place]:
        """Yield the places at a location: each file in a folder whose ending we know, or one.

        ``-`` is standard input. Raises SourceError for a folder without such a file, and for a pipe or device
        that cannot be read.
        """
        if location == "-":
            yield self._place(STANDARD_INPUT, self._copied(STANDARD_INPUT, self._standard_input))
        elif is_local(location) and os.path.isdir(location):
            files = list(files_in(Path(location)))
            if not files:
                message = "No file in this folder has an ending that we know"
                raise SourceError(
                    Reason.EMPTY_LIST, message, f"Known: {', '.join(sorted(ENDINGS))}.", url=location
                )
            for file in files:
                yield self._place(str(file))
        elif is_local(location) and os.path.exists(location) and not os.path.isfile(location):  # a pipe
            try:
                stream = open(location, "rb")  # noqa: SIM115 - closed below
            except OSError as error:
                raise _unreadable(location, error) from error
            with stream:
                copy = self._copied(location, stream)
            yield self._place(location, copy)
        else:
            yield self._place(location)

    def _place(self, location: str, path: Path | None = None) -> Place:
        self._amount += 1
        return Place(location, path, self._amount - 1)

    def _copied(self, location: str, stream: BinaryIO) -> Path:
        """A copy on disk: a document is read more than once, and by a child. Raises SourceError."""
        with ExitStack() as kept:  # a copy that fails takes no space
            try:
                copy = kept.enter_context(NamedTemporaryFile())
                shutil.copyfileobj(stream, copy)
                copy.flush()
            except OSError as error:
                raise _unreadable(location, error) from error
            self._kept.push(kept.pop_all())
        return Path(copy.name)


def _unreadable(location: str, error: OSError) -> SourceError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        message = f"There is no disk space for a copy of it in {tempfile.gettempdir()}"
        return SourceError(Reason.DISK_FULL, message, "Set TMPDIR to another folder.", url=location)
    message = f"The file cannot be read: {error.strerror}"
    return SourceError(Reason.UNREACHABLE, message, "Check its path.", url=location)


def files_in(folder: Path) -> Iterable[Path]:
    """Yield the files in a folder and the folders in it that have a known ending, without hidden ones."""
    for path, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if ends_as_known(name) and not name.startswith("."):
                yield Path(path, name)


def ends_as_known(name: str) -> bool:
    """Whether a file is called like one that we read."""
    return name.lower().removesuffix(".gz").rpartition(".")[2] in ENDINGS
