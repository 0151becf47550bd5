"""`python -m tests ARGUMENTS...`: pytest on SQLite and, beside it, what uses the database on PostgreSQL.

The second pass is a process of its own, and what it says is printed after the first. Where the chosen tests
use no database there is no second pass, nor with ERPD_TESTS=sqlite.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import ExitStack, suppress
from typing import IO

import pytest

from tests import postgresql

# The first pass keeps its own in .pytest_cache; all else that tests write is in folders made for one pass.
AGAIN = (sys.executable, "-m", "pytest", "--database-only", "-o", "cache_dir=.pytest_cache/postgresql")


class Second:
    """A plug-in of pytest that begins the second pass once the first has collected its tests."""

    def __init__(self, arguments: list[str], address: str | None, output: IO[bytes]) -> None:
        """``address``: of a PostgreSQL that is there already."""
        self._command, self._address, self._output = [*AGAIN, *arguments], address, output
        self._environment = dict(os.environ)
        self._running = ExitStack()
        self._process: subprocess.Popen[bytes] | None = None
        self._status = 0

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        from tests.needs import runs_again  # a plug-in itself: pytest must be the first to import it

        if os.environ.get("ERPD_TESTS") == "sqlite" or not any(map(runs_again, session.items)):
            return
        address = self._running.enter_context(postgresql.database(self._address))
        if address is None:
            self._status = postgresql.missing()
            return
        self._process = subprocess.Popen(
            self._command,
            env={**self._environment, "DATABASE_URL": address},
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
        )

    def end(self, first: int) -> int:
        """Wait for it and print what it said. Returns its exit code; ``first`` is that of the first pass."""
        with self._running:
            if self._process:
                if first == pytest.ExitCode.INTERRUPTED:
                    with suppress(subprocess.TimeoutExpired):
                        self._process.wait(5)  # Ctrl-C in a terminal has reached it too
                    self._process.send_signal(signal.SIGINT)
                self._status = self._process.wait()
                print("\nOn PostgreSQL:", flush=True)
                self._output.seek(0)
                shutil.copyfileobj(self._output, sys.stdout.buffer)
                sys.stdout.flush()
        return self._status


def main(arguments: list[str]) -> int:
    """The exit code of pytest, of the first pass that fails."""
    with tempfile.TemporaryFile() as output:
        second = Second(arguments, os.environ.pop("DATABASE_URL", None), output)
        first = int(pytest.main(arguments, plugins=[second]))
        again = second.end(first)
    return first or again


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
