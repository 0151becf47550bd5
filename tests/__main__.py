"""`python -m tests ARGUMENTS...`: pytest in up to three passes at the same time, each a process of its own.

What uses the database runs on SQLite and on PostgreSQL. Of the whole suite, what does not use it is a pass of
its own. Some folders go with another pass, so that all end at about the same time and no processor waits.
What the others say is printed after the first. With ERPD_TESTS=sqlite there is one pass.
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

# Their tests without a database run in the pass on PostgreSQL.
_SHARED = "formats,metadata,node,pages,sources,standalone"
# Their tests with it run on SQLite in the pass without a database.
_BESIDE = "agreement,contract,misbehave,portal"


class Beside:
    """A plug-in of pytest that begins the other passes once the first has collected all tests."""

    def __init__(self, arguments: list[str], address: str | None, running: ExitStack) -> None:
        """``address``: of a PostgreSQL that is there already; ``running``: what ends after the passes."""
        self._arguments = tuple(arguments)  # pytest adds its own to the list
        self._address, self._running = address, running
        self._environment = dict(os.environ)
        self._passes: list[tuple[str, subprocess.Popen[bytes], IO[bytes]]] = []
        self._status = 0

    @pytest.hookimpl(trylast=True)  # after -k and -m
    def pytest_collection_modifyitems(
        self, session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        # A plug-in: pytest must be the first to import it.
        from tests.needs import folders, is_in, runs_again, uses_database

        if os.environ.get("ERPD_TESTS") == "sqlite" or session.testsfailed:  # to collect
            return
        here = [item for item in items if uses_database(item)]
        whole_suite = config.args_source is pytest.Config.ArgsSource.TESTPATHS and 0 < len(here) < len(items)
        shared = ""
        if any(map(runs_again, items)):
            address = self._running.enter_context(postgresql.database(self._address))
            if address is None:
                self._status = postgresql.missing()
            else:
                shared = _SHARED if whole_suite else ""
                self._begin("on-postgresql", "--database-only", f"--also={shared}", DATABASE_URL=address)
        if whole_suite:
            self._begin("without-a-database", "--no-database", f"--but={shared}", f"--with={_BESIDE}")
            here = [item for item in here if not is_in(item, folders(_BESIDE))]
            config.hook.pytest_deselected(items=list(set(items) - set(here)))
            items[:] = here

    def _begin(self, name: str, *options: str, **variables: str) -> None:
        output = self._running.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
        # Whatever else tests write is in folders made for one pass.
        cache = ("-o", f"cache_dir=.pytest_cache/{name}")
        process = subprocess.Popen(
            [sys.executable, "-m", "pytest", *options, *cache, *self._arguments],
            env={**self._environment, **variables},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        self._passes.append((name, process, output))

    def end(self, first: int) -> int:
        """Wait for the passes, and print what they said. Returns the exit code of all.

        ``first`` is that of the first pass; if it was interrupted, they are, too.
        """
        status = first or self._status
        for name, process, output in self._passes:
            if first == pytest.ExitCode.INTERRUPTED:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(5)  # Ctrl-C in a terminal has reached it
                process.send_signal(signal.SIGINT)
            status = process.wait() or status
            print(f"\nThe pass {name.replace('-', ' ')}:", flush=True)
            output.seek(0)
            shutil.copyfileobj(output, sys.stdout.buffer)
            sys.stdout.flush()
        return status


def main(arguments: list[str]) -> int:
    """The exit code of pytest, of a pass that fails."""
    with ExitStack() as running:
        beside = Beside(arguments, os.environ.pop("DATABASE_URL", None), running)
        return beside.end(int(pytest.main(arguments, plugins=[beside])))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
