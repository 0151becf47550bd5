"""The index as this process reads it: opened once, reloaded only when a writer has moved the position."""

import logging
import os
import threading
from dataclasses import dataclass

from tantivy import Index, Schema, Searcher

from erpd.register.search.place import place, position_file, read_position
from erpd.register.search.writing import IndexFailed, follow

logger = logging.getLogger(__name__)


class IndexNotReady(Exception):
    """Another process is still building the index, or the disk fails. Try again a little later."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An open index."""

    seen: tuple[str, int, int]  # path, inode and time of the position file
    folder: str
    index: Index
    searcher: Searcher

    @property
    def schema(self) -> Schema:
        return self.index.schema


_lock = threading.Lock()
_opened: list[Opened] = []


def opened() -> Opened:
    """The current index. If it is missing or broken, it is built from the database first.

    Raises IndexNotReady if another process is doing that already, or if the disk fails.
    """
    seen = _seen()
    current = _opened[0] if _opened else None
    if current and seen == current.seen:
        return current
    with _lock:
        current = _open(_seen(), _opened[0] if _opened else None)
        if current is None:
            try:
                follow()
            except IndexFailed as failure:
                logger.error("%s", failure)
            current = _open(_seen(), None)
        if current is None:
            raise IndexNotReady("The search index is being built. Please try again in a minute.")
        _opened[:] = [current]
        return current


def _seen() -> tuple[str, int, int] | None:
    path = position_file()
    try:
        status = os.stat(path)
    except OSError:
        return None
    return str(path), status.st_ino, status.st_mtime_ns


def _open(seen: tuple[str, int, int] | None, before: Opened | None) -> Opened | None:
    """``before`` itself if nothing has moved; its index reloaded if only the position has."""
    if seen is None:
        return None
    if before and before.seen == seen:
        return before
    position = read_position()
    if position is None:
        return None
    folder = str(place() / position.folder)
    try:
        if before and before.folder == folder:
            index = before.index
        else:
            index = Index.open(folder)
            index.config_reader("manual")
        index.reload()
        return Opened(seen, folder, index, index.searcher())
    except (ValueError, OSError):
        return None
