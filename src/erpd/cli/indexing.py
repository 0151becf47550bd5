"""Index while a harvest goes on: in a process of its own once the harvest proves to be large."""

import subprocess
import sys
from contextlib import suppress
from types import TracebackType
from typing import Self

from erpd.cli.output import progress_bar

# Changes of the register that are worth a process.
MANY = 2_500


class Indexer:
    """A context manager; after it the index holds what the harvest has stored."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._announced = 0

    def __enter__(self) -> Self:
        # Needs a started node, as all of this.
        from erpd.register import changes

        self._last = changes.last
        self._announced = self._last()
        return self

    def advance(self) -> None:
        """Something may have changed."""
        last = self._last()
        if last - self._announced < (1 if self._process else MANY):
            return
        self._announced = last
        if self._process is None:
            command = [sys.executable, "-m", "erpd", "index", "follow"]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603
        elif self._process.poll() is None and self._process.stdin:
            with suppress(BrokenPipeError):  # what it leaves is done at the end
                self._process.stdin.write(b"\n")
                self._process.stdin.flush()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process:
            self._process.communicate()
        # It also does what the process left, were it killed.
        from erpd.register.search import follow

        with progress_bar("Indexing") as progress:
            follow(progress)
