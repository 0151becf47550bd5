"""The index as this process reads it: opened once, read anew only when a writer has moved the position."""

import os
import threading
from dataclasses import dataclass

from tantivy import Index, Schema, Searcher

from erpd.register.search.place import place, position_file, read_position
from erpd.register.search.writing import follow


class IndexNotReady(Exception):
    """There is no index yet: another process is making it. To be asked again a little later."""


@dataclass(frozen=True, slots=True)
class Opened:
    seen: tuple[str, int, int]  # of the position file: path, inode, time
    folder: str
    index: Index
    searcher: Searcher

    @property
    def schema(self) -> Schema:
        return self.index.schema


_lock = threading.Lock()
_opened: list[Opened] = []


def opened() -> Opened:
    """The index in force. A missing or broken one is made from the database first.

    Raises IndexNotReady where another process is doing that.
    """
    seen = _seen()
    current = _opened[0] if _opened else None
    if current and seen == current.seen:
        return current
    with _lock:
        current = _open(_seen(), _opened[0] if _opened else None)
        if current is None:
            follow()
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
    """``before`` itself where nothing moved; its index read anew where only the position did."""
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
