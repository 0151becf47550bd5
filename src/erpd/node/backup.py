"""Backups of a home. A backup is a folder that is itself a home, with the database as it was at one moment.

It is written beside its place and gets its name when it is whole, and so is a home that is restored: whatever
stops the work in the middle, nothing that looks whole is not. Only the owner can read either, because both
contain the secret.
"""

import fcntl
import json
import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.db.backends.postgresql.client import DatabaseClient

from erpd.node.database import database
from erpd.node.home import FILE, HomeError
from erpd.node.rows import RowsUnread, of_file, of_server
from erpd.register.outage import explain_outage

DUMP = "erpd.dump"  # of a database in PostgreSQL, as pg_dump writes it
SAYS = "backup.json"  # what the backup says of itself
_FILES = ("node.toml", "secret")
_FOLDERS = ("vocabularies", "law")
_EMPTY = ("index",)  # made anew
_VALUES = re.compile(r"\b(?:DETAIL|CONTEXT):")  # after which PostgreSQL names values of rows


class NotSaved(Exception):
    """Nothing was written; says why, and what to do."""


def back_up(home: Path, target: Path, address: str) -> None:
    """Write a backup of ``home`` to the folder ``target``, while the node goes on.

    ``address``: the DATABASE_URL of the node, or "". Raises HomeError if ``target`` is not empty, NotSaved if
    something fails, and OSError, for example if the disk is full.
    """
    settings = database(address, home)
    with _aside(target) as part:
        if is_file(settings):
            _copy_database(Path(settings["NAME"]), part / FILE)
            rows = of_file(part / FILE)
        else:
            rows = _dump(settings, _private(part / DUMP))
        said = {"made": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", "erpd": version("erpd"), "rows": rows}
        _private(part / SAYS).write_text(json.dumps(said, indent=1), "utf-8")
        _copy_files(home, part)


def _dump(settings: dict[str, Any], file: Path) -> dict[str, int]:
    """Write the dump, and return how many rows each table has in it: both see the same moment."""
    dumped: dict[str, int] | None = None
    try:
        with of_server(settings) as (rows, moment):
            found = rows()
            _run(_Dump, settings, "--format=custom", f"--snapshot={moment}", f"--file={file}")
            dumped = found
    except RowsUnread as error:
        if dumped is None:
            raise NotSaved(f"The database cannot be read. {error}") from error
    return dumped


def restore(backup: Path, target: Path, address: str) -> None:
    """Make the home ``target`` from a backup. The database that ``address`` names, if any, must be empty.

    Raises HomeError if ``backup`` is no backup, does not fit ``address``, or if ``target`` is not empty;
    NotSaved and OSError as above.
    """
    restore_into(backup, target, database(address, target))


def restore_into(backup: Path, target: Path, settings: dict[str, Any], seconds: float | None = None) -> None:
    """The same, with the database of these settings; PostgreSQL's program may take so many seconds."""
    file = backup / (FILE if is_file(settings) else DUMP)
    if not (backup / "node.toml").is_file():
        raise HomeError(f"{backup} is not a backup: it has no node.toml.")
    if not file.is_file():
        raise HomeError(
            f"{backup} has no {file.name}. To restore a backup of PostgreSQL, set DATABASE_URL; to "
            "restore one of SQLite, unset it."
        )
    with _aside(target) as part:
        _copy_files(backup, part)
        if is_file(settings):
            _copy_database(file, part / FILE)
        else:
            options = ("--single-transaction", "--no-owner", "--no-privileges")
            _run(_Restore, settings, *options, before=file, seconds=seconds)
        for name in _EMPTY:
            (part / name).mkdir(mode=0o700)


def is_file(settings: dict[str, Any]) -> bool:
    """Whether the database is a file of SQLite."""
    return bool(settings["ENGINE"].endswith("sqlite3"))


@contextmanager
def _aside(target: Path) -> Iterator[Path]:
    """A folder beside ``target`` that takes its name if all went well, and is gone otherwise."""
    target = Path(os.path.realpath(target))
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise HomeError(f"{target} already exists and is not an empty folder. Choose another one.")
    part = target.with_name(f"{target.name}.part")
    part.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(part, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for left in part.iterdir():  # by one that was killed
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        try:
            yield part
            for path in (*part.rglob("*"), part):
                path.chmod(0o700 if path.is_dir() else 0o600)
                _sync(path)
            part.rename(target)
            _sync(target.parent)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
    except BlockingIOError as error:
        raise NotSaved(f"Another process is writing {part}. Wait until it has finished.") from error
    finally:
        os.close(lock)


def _sync(path: Path) -> None:
    """Have the disk keep it before it gets its name."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _copy_files(source: Path, target: Path) -> None:
    for name in _FILES:
        if (source / name).exists():  # the secret may be kept elsewhere
            _private(target / name).write_bytes((source / name).read_bytes())
    for name in _FOLDERS:
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name)


def _private(file: Path) -> Path:
    """A new, empty file that only the owner can read."""
    file.touch(mode=0o600)
    return file


def _copy_database(source: Path, target: Path) -> None:
    """Copy a database of SQLite at one moment, even while others write to it, and check the copy."""
    address = f"{source.absolute().as_uri()}?mode=ro"
    try:
        with (
            closing(sqlite3.connect(address, uri=True, timeout=60)) as reading,
            closing(sqlite3.connect(_private(target))) as written,
        ):
            reading.backup(written)
            written.execute(
                "PRAGMA journal_mode=DELETE"
            )  # one file, which can be read where nobody can write
            damage = written.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        raise NotSaved(f"{source} cannot be copied. {explain_outage(error)}") from error
    if damage != "ok":
        raise NotSaved(f"{source} is damaged: {damage}. Restore it from an earlier backup.")


class _Dump(DatabaseClient):
    executable_name = "pg_dump"


class _Restore(DatabaseClient):
    executable_name = "pg_restore"


def _run(
    program: type[DatabaseClient],
    settings: dict[str, Any],
    *options: str,
    before: Path | None = None,
    seconds: float | None = None,
) -> None:
    """Run a program of PostgreSQL; its password is not among its arguments, which others can read."""
    options = (*options, *(["--dbname"] if before else []))
    arguments, variables = program.settings_to_cmd_args_env({"OPTIONS": {}, **settings}, list(options))
    command = [*arguments, *([str(before)] if before else [])]
    try:
        done = subprocess.run(  # noqa: S603
            command,
            env={**os.environ, **(variables or {}), "LC_ALL": "C"},
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired as error:
        raise NotSaved(f"{program.executable_name} took longer than {seconds:,.0f} seconds.") from error
    except FileNotFoundError as error:
        raise NotSaved(
            f"{program.executable_name} is not installed. Install PostgreSQL's client programs, in the "
            "server's version or newer (Debian: postgresql-client)."
        ) from error
    if done.returncode:
        said = " ".join(_VALUES.split(done.stderr)[0].split())[:500]
        name, empty = (
            program.executable_name,
            " The database must be empty." if "already exists" in said else "",
        )
        raise NotSaved(f"{name} failed; nothing was changed.{empty} It said: {said}")
