"""Records as they are sent, each written once: a page of ListRecords is copied together from them.

They are in a file of SQLite in the home of the node, derived from the register: the current version of each
data set, in each format, deflated, by its change number. Where the file lacks a record, or is damaged, or
made by another program, the record is written when somebody asks: answers are quicker, never other ones.
"""

import fcntl
import logging
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import pyoxigraph
from django.conf import settings
from isal import isal_zlib

import erpd
from erpd.publish.oai_pmh.formats import METADATA_FORMATS
from erpd.register import changes
from erpd.register.content import record_of
from erpd.register.derived import Derived, DerivedFailed, More, Progress
from erpd.register.models import DataSet, Version
from erpd.register.search.pending import Change, pending

logger = logging.getLogger(__name__)

_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)
_PATIENCE = 30.0  # seconds for which a writer waits for SQLite
_SCHEMA = """
CREATE TABLE state (program TEXT NOT NULL, change INTEGER NOT NULL, mark TEXT NOT NULL);
CREATE TABLE current (key TEXT PRIMARY KEY, change INTEGER NOT NULL) WITHOUT ROWID;
""" + "".join(
    f"CREATE TABLE {prefix} (change INTEGER PRIMARY KEY, mark TEXT NOT NULL, content BLOB NOT NULL);\n"
    for prefix in METADATA_FORMATS
)
_threads = threading.local()


class Asked(Protocol):
    """What is needed to know a change again."""

    @property
    def change(self) -> int: ...
    @property
    def mark(self) -> str: ...


def place() -> Path:
    """The file."""
    return Path(settings.HOME) / "written.sqlite3"


def mark(key: str, digest: str) -> str:
    """What a change was; a database that was put back from a backup may give its number to another.

    ``key`` is that of the data set in hexadecimal; "" if it cannot be told, which never matches.
    """
    return f"{key}{digest[:32]}" if digest else ""


def reached() -> int:
    """The last change whose record is in the file, as are all those before; 0 where there is no use of it."""
    try:
        connection = _reader()
        if connection is None:
            return 0
        program, change = connection.execute("SELECT program, change FROM state").fetchone()
    except (sqlite3.Error, OSError, TypeError, ValueError):  # damaged
        return 0
    return int(change) if program == _program() else 0


def read(prefix: str, asked: Sequence[Asked]) -> Iterator[bytes | None]:
    """The records of these changes in a format, in order (ascending); None for one that is not there."""
    there = _there(prefix, [one.change for one in asked])
    change, known, content = next(there, (0, "", b""))
    for one in asked:
        while change and change < one.change:
            change, known, content = next(there, (0, "", b""))
        yield _inflated(content) if change == one.change and known == one.mark != "" else None


def _there(prefix: str, numbers: list[int]) -> Iterator[tuple[int, str, bytes]]:
    """One at a time, so that however large they are, those that find no room on the page are not loaded."""
    connection = _reader()
    if not numbers or connection is None:
        return
    listed = ",".join(map(str, numbers))
    try:
        with closing(connection.cursor()) as cursor:
            yield from cursor.execute(
                f"SELECT change, mark, content FROM {prefix} WHERE change IN ({listed}) ORDER BY change"  # noqa: S608
            )
    except (sqlite3.Error, ValueError) as error:
        logger.error("%s cannot be read, so records are written anew: %s", place(), error)


def _inflated(content: bytes) -> bytes | None:
    try:
        return isal_zlib.decompress(content)
    except isal_zlib.error:  # type: ignore[misc]  # it is an exception
        return None


def _reader() -> sqlite3.Connection | None:
    """The connection of this thread; None if there is no file."""
    try:
        seen = place().stat().st_ino
    except OSError:
        return None
    known: tuple[int, sqlite3.Connection] | None = getattr(_threads, "reader", None)
    if known and known[0] == seen:
        return known[1]
    if known:
        known[1].close()
    connection = sqlite3.connect(f"{place().as_uri()}?mode=ro", uri=True)
    _threads.reader = seen, connection
    return connection


@cache
def _program() -> str:
    """What has written a file: the program, its libraries, the labels of the authority tables."""
    ours = Path(erpd.__file__).parent
    seen = sha256(f"{pyoxigraph.__version__}{_SCHEMA}".encode())
    for folder in (ours / "formats", ours / "metadata", Path(settings.HOME) / "vocabularies"):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                seen.update(path.name.encode() + path.read_bytes())
    return seen.hexdigest()


def follow(progress: Progress | None, _: More) -> int:
    """Write what has changed (see ``Derived.follow``)."""
    with _only_writer() as alone:
        return _follow(progress) if alone else 0


def rebuild(progress: Progress | None) -> int:
    """Write everything anew. Meanwhile records are written when somebody asks."""
    with _only_writer(wait=True):
        _remove()
        return _follow(progress)


@contextmanager
def _only_writer(wait: bool = False) -> Iterator[bool]:
    with place().with_suffix(".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _follow(progress: Progress | None) -> int:
    for is_last in (False, True):
        try:
            with closing(_writer()) as connection:
                return _advance(connection, progress)
        except (sqlite3.Error, ValueError) as error:  # text that is not UTF-8 any more
            code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
            if is_last or code not in _DAMAGED:
                raise DerivedFailed(f"{place()} cannot be written: {error}. Check its disk.") from error
            logger.error("%s is damaged (%s). It is being made again from the database.", place(), error)
            _remove()
    raise AssertionError


def _remove() -> None:
    for suffix in ("", "-wal", "-shm"):
        place().with_name(place().name + suffix).unlink(missing_ok=True)


def _writer() -> sqlite3.Connection:
    """A connection to a file that continues this database, and was written by this program."""
    connection = _opened()
    try:
        known = connection.execute("SELECT program, change, mark FROM state").fetchone()
    except (sqlite3.Error, ValueError):  # damaged
        known = None
    if known and known[0] == _program() and _same_database(known[1], known[2]):
        return connection
    connection.close()
    _remove()
    return _opened()


def _opened() -> sqlite3.Connection:
    is_new = not place().exists()
    connection = sqlite3.connect(place(), timeout=_PATIENCE, isolation_level=None)
    try:
        connection.execute("PRAGMA page_size=16384")  # a tenth smaller
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        if is_new:
            connection.executescript(f"BEGIN; {_SCHEMA} COMMIT;")
            connection.execute("INSERT INTO state VALUES (?, 0, '')", [_program()])
    except BaseException:
        connection.close()
        raise
    return connection


def _same_database(change: int, known: str) -> bool:
    if change > changes.last():
        return False
    found = Version.objects.filter(change=change).values_list("data_set_id", "digest").first()
    return found is None or mark(found[0].hex, found[1]) == known


def _advance(connection: sqlite3.Connection, progress: Progress | None) -> int:
    (after,) = connection.execute("SELECT change FROM state").fetchone()
    waiting = DataSet.objects.filter(change__gt=after).count() if progress else 0
    done = 0
    while batch := pending(after):
        rows = [row for change in batch for row in _rows(change)]
        connection.execute("BEGIN IMMEDIATE")
        for change in batch:
            _forget(connection, change.key.hex)
        for prefix in METADATA_FORMATS:
            connection.executemany(
                f"INSERT OR REPLACE INTO {prefix} VALUES (?, ?, ?)",  # noqa: S608
                [row for name, *row in rows if name == prefix],
            )
        connection.executemany(
            "INSERT INTO current VALUES (?, ?)",
            [(change.key.hex, change.change) for change in batch if change.shown],
        )
        after = batch[-1].change
        connection.execute(
            "UPDATE state SET change = ?, mark = ?", [after, mark(batch[-1].key.hex, batch[-1].digest)]
        )
        connection.execute("COMMIT")
        done += len(batch)
        if progress:
            progress(done, max(done, waiting))
    return done


def _forget(connection: sqlite3.Connection, key: str) -> None:
    """Only the current version of a data set is kept."""
    found = connection.execute("DELETE FROM current WHERE key = ? RETURNING change", [key]).fetchall()
    for prefix in METADATA_FORMATS:
        connection.executemany(f"DELETE FROM {prefix} WHERE change = ?", found)  # noqa: S608


def _rows(change: Change) -> Iterator[tuple[str, int, str, bytes]]:
    """The rows of a change: format, number, mark, content. None for a record that cannot be written."""
    known = mark(change.key.hex, change.digest)
    if not change.shown or not known:
        return
    try:
        record = record_of(change, change.content)
        for prefix, form in METADATA_FORMATS.items():
            yield prefix, change.change, known, isal_zlib.compress(form.write(record), 1)
    except Exception as error:  # whoever asks for it learns that
        logger.error("Change %s of data set %s cannot be written: %s", change.change, change.key, error)


DERIVED = Derived("oai-pmh", "Records of OAI-PMH", reached, follow, rebuild)
