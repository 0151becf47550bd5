"""How far a command is with what it reads: a bar on a terminal, lines in a log."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from erpd.metadata.masking import masked
from erpd.metadata.text import counted

# Seconds until the first line in a log, and between two.
_FIRST, _PACE = 2.0, 10.0
# Bytes, and records: fewer take no time.
_LARGE, _MANY = 5_000_000, 200


class Watching:
    """Silent; ``reading`` is the watch of ``found_in``, ``found`` is called for each record."""

    def begin(self, location: str) -> None:
        """Say what is read now."""

    def reading(self, done: int, total: int | None) -> None:
        """Say how many bytes of it have been read."""

    def found(self) -> None:
        """Count a record."""

    def end(self) -> None:
        """Take it from the screen, because something else is printed there; the next place shows it again."""


class _Log(Watching):
    def __init__(self) -> None:
        self._location, self._amount = "", 0
        self._next = 0.0

    def begin(self, location: str) -> None:
        self._next = self._next or time.monotonic() + _FIRST
        self._location, self._amount = masked(location), 0

    def reading(self, done: int, total: int | None) -> None:
        if max(done, total or 0) < _LARGE:
            return
        of = f" of {total / 1e6:,.0f}" if total else ""
        self._tell(f"{done / 1e6:,.0f}{of} MB read")

    def found(self) -> None:
        self._amount += 1
        if self._amount > _MANY:
            self._tell(counted(self._amount, "record"))

    def _tell(self, what: str) -> None:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + _PACE
            print(f"{self._location}: {what}", file=sys.stderr, flush=True)


class _Bar(Watching):
    def __init__(self, progress: Progress, *, beside: bool) -> None:
        self._progress, self._beside = progress, beside
        self._task: TaskID | None = None
        self._location, self._amount = "", 0

    def begin(self, location: str) -> None:
        self.end()
        self._location, self._amount = masked(location), 0
        self._task = self._progress.add_task(self._location, total=None)
        self._progress.start()

    def reading(self, done: int, total: int | None) -> None:
        if self._task is not None:
            self._progress.update(self._task, completed=done, total=total)

    def found(self) -> None:
        self._amount += 1
        if self._beside:
            self.end()
        if self._task is not None and self._amount % 100 == 0:
            told = f"{self._location}: {counted(self._amount, 'record')}"
            self._progress.update(self._task, description=told)

    def end(self) -> None:
        self._progress.stop()
        if self._task is not None:
            self._progress.remove_task(self._task)
        self._task = None


@contextmanager
def watching(*, quiet: bool, beside: bool) -> Iterator[Watching]:
    """Show on standard error how far we are, unless ``quiet``.

    ``beside``: what is found goes to the same terminal, so then nothing is shown.
    """
    if quiet:
        yield Watching()
    elif not sys.stderr.isatty():
        yield _Log()
    else:
        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            bar = _Bar(progress, beside=beside)
            yield bar
            bar.end()
