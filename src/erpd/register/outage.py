"""What to say when the database does not work: one sentence for people, never a traceback."""

import re

from django.db import DatabaseError, Error, InterfaceError, InternalError, OperationalError

# Part of the driver's message -> what happened, and what to do. The first that matches.
_KNOWN = {
    "database is locked": (
        "The database is busy: another process has been writing for more than a minute. "
        "Try again when it has finished."
    ),
    "disk is full": "There is no space left for the database. Free some space, then try again.",
    "No space left": "There is no space left for the database. Free some space, then try again.",
    "unable to open": (
        "The database file cannot be opened. Check that its folder exists and that you may write there."
    ),
    "readonly": "The database is read-only. Check the permissions of its file and folder, and its disk.",
    "read-only": "The database is read-only: it may be a replica. Use the address of the primary.",
    "no such table": "The database is empty: its file was moved or replaced. Restore it, then restart erpd.",
    "malformed": "The database file is damaged. Restore it from a backup.",
    "not a database": "The database file is damaged. Restore it from a backup.",
    "disk I/O error": "The disk of the database fails. Check the disk and the system's log.",
    "too many clients": "PostgreSQL accepts no more connections. Try again later, or raise max_connections.",
    "connection slots": "PostgreSQL accepts no more connections. Try again later, or raise max_connections.",
    "authentication failed": "PostgreSQL refuses the user name or password in DATABASE_URL.",
}


_NO_DATABASE = re.compile(r'database "([^"]+)" does not exist')
_NO_HOST = re.compile(r"failed to resolve host '([^']+)'")
_AT = re.compile(r'connection to server (?:at|on socket) "([^"\n]{1,300})"[^\n]{0,300}? failed: ([^\n]+)')


def is_outage(error: BaseException) -> bool:
    """Whether the database, not the program, is the reason: trying again later may help."""
    return isinstance(error, (OperationalError, InterfaceError, InternalError)) or type(error) in (
        DatabaseError,
        Error,
    )


def is_locked(error: BaseException) -> bool:
    """Whether an outage is that another process has been writing for too long (SQLite)."""
    return "database is locked" in str(error)


def explain_outage(error: BaseException) -> str:
    """What happened and what to do, in one line."""
    said = str(error)
    for part, sentence in _KNOWN.items():
        if part in said:
            return sentence
    if missing := _NO_DATABASE.search(said):
        return (
            f"PostgreSQL has no database {missing[1]!r}. Create it with `createdb --encoding=UTF8 "
            f"--template=template0 {missing[1]}`, or correct DATABASE_URL."
        )
    if unknown := _NO_HOST.search(said):
        return (
            f"The host {unknown[1]!r}, where DATABASE_URL says that PostgreSQL is, is not known. Correct "
            "DATABASE_URL, or check the network."
        )
    if refused := _AT.search(said):
        said = f"{refused[2].rstrip('.')} (PostgreSQL at {refused[1]})"
    reason = " ".join(said.split())[:200].rstrip(".") or type(error).__name__
    return f"The database does not answer: {reason}. Check that it is running, then try again."
