"""A backup is restored beside the node, compared with what it says of itself, and removed again."""

import fcntl
import json
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from erpd.metadata.text import counted
from erpd.node.backup import SAYS, NotSaved, is_file, restore_into
from erpd.node.database import database
from erpd.node.home import FILE, read_node
from erpd.node.rows import Denied, RowsUnread, of_file, of_server, server
from erpd.publish.health import Room

_FOLDER = "restoring"  # in the home
_LARGEST = 20 * 2**30  # bytes of a database of PostgreSQL: what its disk has left cannot be seen from here
_PG_RESTORE = "pg_restore"
_FULL = "No space left on device"
_NAMED = 3  # tables that differ


class NotProved(Exception):
    """It could not be tried; says why, and what to do."""


def prove_restored(home: Path, backup: Path | None, address: str, longest: float) -> str:
    """Restore ``backup`` and compare it. Returns what was seen, for people, without any secret.

    ``address``: the DATABASE_URL of the node, or "". Raises NotProved, and what ``restore`` raises: then it
    cannot be restored, or is not what it says.
    """
    with _scratch(home) as folder:
        settings = database(address, folder)
        _sweep(settings, longest)
        if backup is None:
            raise NotProved("this node knows of no backup. Take one with `erpd backup`")
        if not os.access(backup, os.R_OK | os.X_OK):
            raise NotProved(f"{backup} is no longer there, or this user may not read it")
        try:
            said = json.loads((backup / SAYS).read_bytes())
            made, expected = datetime.fromisoformat(said["made"]), dict[str, int](said["rows"])
        except FileNotFoundError:
            raise NotProved(
                f"{backup} does not say what it holds, as an earlier version wrote it. Take a new one"
            ) from None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise NotSaved(f"{backup / SAYS} cannot be read. Take a new backup.") from error
        if is_file(settings):
            _demand_room(home, (backup / FILE).stat().st_size if (backup / FILE).exists() else 0)
            restore_into(backup, folder / "home", database("", folder / "home"))
            found = of_file(folder / "home" / FILE)
        else:
            found = _in_server(backup, folder / "home", settings, longest)
        read_node(folder / "home")
    wrong = sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))
    if wrong:
        named = "; ".join(
            f"{name}: {found.get(name, 'missing')} instead of {expected.get(name, 'none')}"
            for name in wrong[:_NAMED]
        )
        raise NotSaved(
            f"{backup} is not what it says: {counted(len(wrong), 'table')} with other numbers of rows. "
            f"{named}"
        )
    return (
        f"{backup}, of {made.astimezone(UTC):%Y-%m-%d %H:%M} UTC, was restored: {sum(found.values()):,} "
        f"rows in {counted(len(found), 'table')}, as it says"
    )


@contextmanager
def _scratch(home: Path) -> Iterator[Path]:
    """An empty folder that is gone afterwards; what one that was killed has left is removed first."""
    folder = home / _FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for left in folder.iterdir():
            shutil.rmtree(left)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    except BlockingIOError as error:
        raise NotProved("another process is trying it now") from error
    finally:
        os.close(lock)


def _demand_room(home: Path, size: int) -> None:
    used = shutil.disk_usage(home)
    left = Room(home, used.free - size, used.total)
    if not left.is_enough:
        raise NotProved(
            f"there is no room: it takes {size / 2**20:,.0f} MB in {home}, where "
            f"{used.free / 2**20:,.0f} MB are free and {left.least / 2**20:,.0f} MB have to stay so"
        )


def _in_server(backup: Path, target: Path, settings: dict[str, Any], longest: float) -> dict[str, int]:
    """The rows of each table, in a database made for this, which is gone afterwards."""
    from psycopg import sql  # noqa: PLC0415  # homes with SQLite do without it

    if not shutil.which(_PG_RESTORE):
        raise NotProved(f"{_PG_RESTORE} is not installed (Debian: postgresql-client)")
    name = f"{_prefix(settings)}{time.time():.0f}"
    try:
        with server(settings) as connection:
            row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
            if row[0] > _LARGEST:
                raise NotProved(
                    f"the database has {row[0] / 2**30:,.0f} GB. Only one of at most "
                    f"{_LARGEST / 2**30:,.0f} GB is restored beside itself: try it on another machine"
                )
            make = sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0")
            connection.execute(make.format(sql.Identifier(name)))
    except Denied as error:
        raise NotProved(
            "the role of the node may not create a database to try it in. To let it: ALTER ROLE … CREATEDB. "
            "To try it elsewhere instead: restore_backups = false in node.toml"
        ) from error
    except RowsUnread as error:
        raise NotProved(f"no database could be made to try it in. {error}") from error
    own = {**settings, "NAME": name}
    try:
        with server(own):
            pass
    except RowsUnread as error:
        _drop(settings, name)
        raise NotProved(f"the database that was made to try it in lets nobody in. {error}") from error
    try:
        restore_into(backup, target, own, longest)
        with of_server(own) as (rows, _):
            return rows()
    except NotSaved as failure:
        if _FULL in str(failure):
            raise NotProved("there is no room on the disk of the database's server") from failure
        raise
    finally:
        _drop(settings, name)


def _prefix(settings: dict[str, Any]) -> str:
    return f"{settings['NAME'].encode()[:30].decode(errors='ignore')}_{_FOLDER}_"


def _drop(settings: dict[str, Any], name: str) -> None:
    from psycopg import sql  # noqa: PLC0415

    with suppress(RowsUnread), server(settings) as connection:  # if it fails, the next one sweeps
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _sweep(settings: dict[str, Any], longest: float) -> None:
    """Drop the databases of those that were killed. None is in use for longer than ``longest``."""
    if is_file(settings):
        return
    own, old = re.compile(re.escape(_prefix(settings)) + r"(\d{10,11})"), time.time() - 2 * longest
    with suppress(RowsUnread), server(settings) as connection:
        found = connection.execute(
            "SELECT datname FROM pg_database WHERE pg_has_role(datdba, 'MEMBER')"
        ).fetchall()
    for (name,) in found:
        if (of_one := own.fullmatch(name)) and int(of_one[1]) < old:
            _drop(settings, name)
