"""Django's settings of the database, from the address in ``DATABASE_URL``; a file in the home without one."""

from pathlib import Path
from typing import Any

import dj_database_url

from erpd.node.home import HomeError

# Readers never wait for the one writer (WAL); writers wait for each other (IMMEDIATE, busy_timeout).
# A cache of 64 MB is no faster than one of 16 MB (bench, row million).
_SQLITE = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 60,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16384;"
    " PRAGMA wal_autocheckpoint=4000;",
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
# Options of an address that are Django's, not the driver's.
_DJANGOS = ("conn_max_age", "conn_health_checks", "disable_server_side_cursors")
# Connections of one serving process: more requests than that wait for each other's answer, not for their own.
_POOL = 2
# Seconds after which a connection that is not used is closed.
_IDLE = 60


def database(address: str, home: Path) -> dict[str, Any]:
    """The settings. What the address says goes before our choices. Raises HomeError if it is wrong."""
    try:
        settings: dict[str, Any] = {
            **dj_database_url.parse(address or f"sqlite:///{home / 'erpd.sqlite3'}", conn_health_checks=True)
        }
    except ValueError as error:
        raise HomeError(f"DATABASE_URL is not the address of a database: {error}") from error
    if settings["ENGINE"].rpartition(".")[2] not in ("sqlite3", "postgresql"):
        raise HomeError("DATABASE_URL: erpd works with PostgreSQL (postgresql://…) and SQLite (sqlite:///…).")
    given = settings.get("OPTIONS", {})
    ours = {name.upper(): given.pop(name) for name in _DJANGOS if name in given}
    if settings["ENGINE"].endswith("sqlite3"):
        settings["CONN_MAX_AGE"] = _IDLE  # to open and close it takes as long as three pages' questions
        settings["OPTIONS"] = _SQLITE | given
    else:
        settings["POOL"] = given.pop("pool", _POOL)
        settings["CONN_MAX_AGE"] = 0 if settings["POOL"] else _IDLE
        settings["OPTIONS"] = _POSTGRESQL | given
    return settings | ours


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
