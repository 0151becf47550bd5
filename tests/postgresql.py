"""``python -m tests.postgresql COMMAND...``: runs COMMAND with DATABASE_URL naming a PostgreSQL made for it.

A DATABASE_URL that is set already is used as it is. Where PostgreSQL is not installed, this is said, and the
exit code is 0, or 1 where ERPD_TESTS=all demands that nothing is left out.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import quote, urlencode

import psycopg

MISSING = "PostgreSQL is not installed here: the tests of the database ran on SQLite only."


def programs() -> Path | None:
    """The folder of initdb and pg_ctl, of the newest PostgreSQL that Debian's packages brought or on PATH."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[4]), reverse=True
    )
    on_path = shutil.which("pg_ctl")
    return found[0].parent if found else Path(on_path).resolve().parent if on_path else None


class Cluster:
    """A PostgreSQL of its own in a temporary folder, reached by a socket there alone."""

    def __init__(self, bin_: Path, folder: Path, *options: str) -> None:
        self.folder = folder
        self.user = "postgres" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
        self._bin, self._options = bin_, options
        if self.user:
            os.chown(folder, pwd.getpwnam(self.user).pw_uid, -1)
        self._run("initdb", "--username=erpd", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")

    def address(self, database: str = "erpd", **options: str) -> str:
        query = f"?{urlencode(options, quote_via=quote)}" if options else ""
        return f"postgresql://erpd@{quote(str(self.folder), safe='')}/{database}{query}"

    def start(self) -> None:
        given = [
            "listen_addresses=''",
            f"unix_socket_directories='{self.folder}'",
            "fsync=off",
            "dynamic_shared_memory_type=mmap",  # not /dev/shm, which tests of a full disk fill
            *self._options,
        ]
        options = " ".join(f"-c {option}" for option in given)
        arguments = ("start", "--wait", "--silent", f"--log={self.folder / 'log'}", f"--options={options}")
        for _ in range(20):  # after a kill its children end a little later
            try:
                self._run("pg_ctl", *arguments)
            except subprocess.CalledProcessError as error:
                failed = error
                Event().wait(0.25)
            else:
                return
        raise failed

    def stop(self, mode: str = "immediate") -> None:
        self._run("pg_ctl", "stop", "--wait", f"--mode={mode}")

    def kill(self) -> None:
        """kill -9 of the postmaster."""
        os.kill(self.pid, signal.SIGKILL)

    @property
    def pid(self) -> int:
        """Of the postmaster."""
        return int((self.folder / "data" / "postmaster.pid").read_text().split()[0])

    def sql(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        with psycopg.connect(self.address(database), autocommit=True) as connection:
            found = connection.execute(statement.encode())
            return found.fetchall() if found.description else []

    def _run(self, program: str, *arguments: str) -> None:
        command = [self._bin / program, "--pgdata", self.folder / "data", *arguments]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(command, user=self.user, cwd=self.folder, check=True, **quiet)


@contextmanager
def cluster(bin_: Path, *options: str) -> Iterator[Cluster]:
    """A running PostgreSQL with a database erpd; it may be stopped and started within the block."""
    with tempfile.TemporaryDirectory(prefix="erpd-pg-", ignore_cleanup_errors=True) as name:
        made = Cluster(bin_, Path(name), *options)
        made.start()
        try:
            yield made
        finally:
            with suppress(subprocess.CalledProcessError):  # a test has stopped it
                made.stop()


@contextmanager
def database(given: str | None) -> Iterator[str | None]:
    """The address of a database: ``given``, or of one made for the block; None where it cannot be made."""
    bin_ = programs()
    if given or not bin_:
        yield given or None
        return
    with cluster(bin_) as made:
        yield made.address()


def missing() -> int:
    """Say that PostgreSQL is not installed. Returns the exit code."""
    print(MISSING, file=sys.stderr)
    return int(os.environ.get("ERPD_TESTS") == "all")


def main(command: list[str]) -> int:
    with database(os.environ.get("DATABASE_URL")) as address:
        if address is None:
            return missing()
        return subprocess.call(command, env={**os.environ, "DATABASE_URL": address})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
