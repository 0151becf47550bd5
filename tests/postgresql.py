"""``python -m tests.postgresql COMMAND...``: runs COMMAND with DATABASE_URL naming a PostgreSQL made for it.

A DATABASE_URL that is set already is used as it is. Where PostgreSQL is not installed, this is said, and the
exit code is 0, or 1 where ERPD_TESTS=all demands that nothing is left out.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

MISSING = "PostgreSQL is not installed here: the tests of the database ran on SQLite only."


def programs() -> Path | None:
    """The folder of initdb and pg_ctl, of the newest PostgreSQL that Debian's packages brought or on PATH."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[4]), reverse=True
    )
    on_path = shutil.which("pg_ctl")
    return found[0].parent if found else Path(on_path).resolve().parent if on_path else None


@contextmanager
def cluster(bin_: Path) -> Iterator[str]:
    """A PostgreSQL of its own in a temporary folder, reached by a socket there alone; its address."""
    user = "postgres" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    with tempfile.TemporaryDirectory(prefix="erpd-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if user:
            os.chown(folder, pwd.getpwnam(user).pw_uid, -1)

        def run(program: str, *arguments: str) -> None:
            command = [bin_ / program, "--pgdata", folder / "data", *arguments]
            subprocess.run(command, user=user, cwd=folder, stdout=subprocess.DEVNULL, check=True)

        run("initdb", "--username=erpd", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
        run("pg_ctl", "start", "--wait", f"--log={folder / 'log'}", f"--options={options}")
        try:
            yield f"postgresql://erpd@{quote(str(folder), safe='')}/erpd"
        finally:
            run("pg_ctl", "stop", "--wait", "--mode=immediate")


def main(command: list[str]) -> int:
    if os.environ.get("DATABASE_URL"):
        return subprocess.call(command)
    bin_ = programs()
    if bin_ is None:
        print(MISSING, file=sys.stderr)
        return int(os.environ.get("ERPD_TESTS") == "all")
    with cluster(bin_) as address:
        return subprocess.call(command, env={**os.environ, "DATABASE_URL": address})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
