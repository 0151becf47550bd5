"""Django's settings of the database, from the address in ``DATABASE_URL``; a file in the home without one."""

import re
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import dj_database_url

from erpd.node.home import FILE, HomeError

# Readers never wait for the one writer (WAL); writers wait for each other (IMMEDIATE, busy_timeout).
# What is erased is overwritten: many builds of SQLite do so anyway, and those who are forgotten have to be.
# A cache of 64 MB is no faster than one of 16 MB (bench, row million).
_SQLITE = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 60,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16384;"
    " PRAGMA wal_autocheckpoint=4000; PRAGMA secure_delete=ON;",
}
# A server that has vanished without a word is noticed within a minute (libpq, 34.1.2).
_POSTGRESQL = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
    "application_name": "erpd",
}
_OF_SQLITE = ("timeout", "cached_statements", "check_same_thread", "init_command", "transaction_mode", "uri")
# Options of an address that are Django's, not the driver's.
_DJANGOS = ("conn_max_age", "conn_health_checks", "disable_server_side_cursors")
# Connections of one serving process: more requests than that wait for each other's answer, not for their own.
_POOL = 2
_EXAMPLE = "Example: postgresql://erpd:PASSWORD@db.example.org/erpd"
_UNFIT = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
# Seconds after which a connection that is not used is closed.
_IDLE = 60


def database(address: str, home: Path) -> dict[str, Any]:
    """The settings. What the address says goes before our choices. Raises HomeError if it is wrong."""
    try:
        settings: dict[str, Any] = {
            **dj_database_url.parse(address or f"sqlite:///{home / FILE}", conn_health_checks=True)
        }
    except ValueError as error:
        raise HomeError(f"DATABASE_URL is not the address of a database. {_EXAMPLE}") from error
    if settings["ENGINE"].rpartition(".")[2] not in ("sqlite3", "postgresql"):
        raise HomeError("DATABASE_URL: erpd works with PostgreSQL (postgresql://…) and SQLite (sqlite:///…).")
    if any(_UNFIT.search(str(settings[part])) for part in ("NAME", "HOST", "USER", "PASSWORD")):
        raise HomeError(f"DATABASE_URL has a character that no name or password can have. {_EXAMPLE}")
    if settings["NAME"] == ":memory:":
        raise HomeError("DATABASE_URL names no file. Example: sqlite:////srv/erpd/erpd.sqlite3")
    given = settings.get("OPTIONS", {})
    _check_options(given, sqlite=settings["ENGINE"].endswith("sqlite3"))
    ours = {name.upper(): given.pop(name) for name in _DJANGOS if name in given}
    if settings["ENGINE"].endswith("sqlite3"):
        settings["CONN_MAX_AGE"] = _IDLE  # to open and close it takes as long as three pages' questions
        settings["OPTIONS"] = _SQLITE | given
    else:
        settings["POOL"] = given.pop("pool", _POOL)
        settings["CONN_MAX_AGE"] = 0 if settings["POOL"] else _IDLE
        settings["OPTIONS"] = _POSTGRESQL | given
    return settings | ours


def _check_options(given: dict[str, Any], *, sqlite: bool) -> None:
    known = [*_DJANGOS, *(_OF_SQLITE if sqlite else _of_postgresql())]
    for name in given:
        if name not in known:
            like = get_close_matches(name, known, 1)
            meant = f" Did you mean {like[0]}?" if like else ""
            raise HomeError(f"DATABASE_URL: {name} is not an option of this database.{meant}")
    for name in ("pool", "connect_timeout", "conn_max_age", "timeout"):
        if not isinstance(given.get(name, 0), int):  # true and false, too
            raise HomeError(f"DATABASE_URL: {name} takes a number, not {given[name]!r}. Example: {name}=5")


def _of_postgresql() -> list[str]:
    import psycopg  # noqa: PLC0415  # homes with SQLite do without it

    of_libpq = (option.keyword.decode() for option in psycopg.pq.Conninfo.get_defaults())
    return ["pool", "assume_role", "isolation_level", "server_side_binding", *of_libpq]


def pooled(settings: dict[str, Any]) -> None:
    """Let the threads of a server share a few connections, which are closed when they are idle."""
    most = settings.get("POOL")
    if not most or settings["CONN_MAX_AGE"]:
        return
    settings["OPTIONS"]["pool"] = {
        "min_size": 0,
        "max_size": _POOL if most is True else int(most),
        "num_workers": 1,
        "max_idle": _IDLE,
        "timeout": 3,
        # Then it gives up, and the next request tries: its pauses would grow with the length of an outage.
        "reconnect_timeout": 2,
    }
