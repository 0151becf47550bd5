"""The index as this process reads it: opened once, reloaded only when a writer has moved the position.

If its files are damaged, it is given up and rebuilt.
"""

import logging
import os
import threading
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connections
from django.db.models import Sum
from django.db.models.functions import Length
from tantivy import Index, Query, Schema, Searcher

from erpd.register import changes
from erpd.register.models import Version
from erpd.register.search.place import give_up, place, position_file, read_position
from erpd.register.search.soundness import (
    DAMAGED,
    Stamps,
    fault_in,
    is_failure,
    is_touched,
    opened_index,
    stamps,
)
from erpd.register.search.writing import IndexFailed, follow

logger = logging.getLogger(__name__)

FEW = 200  # changes: so few are indexed while the reader waits, more in the background
LITTLE = 2**20  # bytes stored of them all
PAUSE = 10.0  # seconds until another try to build the index


class IndexNotReady(Exception):
    """The index is being built, or cannot be. Try again a little later."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An open index."""

    seen: tuple[str, int, int]  # path, inode and time of the position file
    folder: Path
    index: Index
    searcher: Searcher
    files: Stamps
    counted: dict[str, dict[str, list[tuple[str, int]]]] = field(default_factory=dict)
    """The facets of earlier searches in this state of the index."""
    found: dict[object, Any] = field(default_factory=dict)
    """What they found."""
    covering: dict[frozenset[int], bool] = field(default_factory=dict)
    """Answers of ``is_covered_by``."""

    @property
    def schema(self) -> Schema:
        return self.index.schema

    def is_covered_by(self, catalogues: Collection[int]) -> bool:
        """Whether it has data sets of these catalogues only. Asked of the index once."""
        key = frozenset(catalogues)
        answer = self.covering.get(key)
        if answer is None:
            answer = self.covering[key] = self._has_none_outside(catalogues)
        return answer

    def _has_none_outside(self, catalogues: Collection[int]) -> bool:
        known = sum(self.searcher.doc_freq("catalogue", each) for each in catalogues)
        if known < self.searcher.num_docs:  # else perhaps: it counts data sets that were deleted, too
            return False
        inside = Query.term_set_query(self.schema, "catalogue", list(catalogues))
        found = self.searcher.search(Query.all_query().and_must_not_match(inside), limit=1)
        return not found.hits


_lock = threading.Lock()
_opened: list[Opened] = []
_builder = threading.Lock()  # held by the one thread that builds
_not_before = 0.0  # the next try


def opened() -> Opened:
    """The current index. If it is missing or damaged, it is built from the database, if large, meanwhile.

    Raises IndexNotReady as long as there is none.
    """
    seen = _seen()
    current = _opened[0] if _opened else None
    if current and seen == current.seen and not is_touched(current.files):
        return current
    with _lock:
        before = _opened[0] if _opened else None
        if before and is_touched(before.files):
            _opened.clear()
            _condemn(before.folder, fault_in(before.folder))
            before = None
        current = _open(_seen(), before)
        if current is None:
            _build()
            current = _open(_seen(), None)
        if current is None:
            raise IndexNotReady("The search index is being built. Please try again in a minute.")
        _opened[:] = [current]
        return current


def position() -> tuple[str, int, int] | None:
    """Something that changes whenever what a search finds may change; None if there is no index."""
    return _seen()


def doubt(index: Opened, error: BaseException) -> None:
    """Look for the fault after a search in ``index`` failed. Raises IndexNotReady if its files are damaged.

    Otherwise they are not the reason, and this returns.
    """
    with _lock:
        if fault := fault_in(index.folder):
            _opened.clear()
            _condemn(index.folder, fault)
            raise IndexNotReady("The search index is damaged and is being rebuilt.") from error


def _condemn(folder: Path, fault: str) -> None:
    """Give up a damaged index, so that every process builds or awaits another. Logged by the first."""
    if fault and give_up(folder.name):
        logger.error(DAMAGED, fault)


def _build() -> None:
    """Build the index: a small one at once, otherwise in the background. Failures are logged, not raised."""
    global _not_before  # noqa: PLW0603
    if time.monotonic() < _not_before or not _builder.acquire(blocking=False):
        return
    if _is_little():
        _follow()
    else:
        _not_before = time.monotonic() + PAUSE
        threading.Thread(target=_follow_and_close, name="index", daemon=True).start()


def _is_little() -> bool:
    if changes.last() > FEW:
        return False
    return (Version.objects.aggregate(size=Sum(Length("content")))["size"] or 0) <= LITTLE


def _follow_and_close() -> None:
    try:
        _follow()
    finally:
        connections.close_all()


def _follow() -> None:
    global _not_before  # noqa: PLW0603
    try:
        follow()
    except IndexFailed as error:
        _not_before = time.monotonic() + PAUSE
        logger.error("%s", error)
    finally:
        _builder.release()


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
    folder = place() / position.folder
    try:
        if before and before.folder == folder:
            index = before.index
        elif fault := fault_in(folder):
            _condemn(folder, fault)
            return None
        else:
            index = opened_index(folder)
        index.reload()
        return Opened(seen, folder, index, index.searcher(), stamps(folder))
    except BaseException as error:
        if not is_failure(error):
            raise
        _condemn(folder, fault_in(folder))
        return None
