"""Records as they are sent, each written once: a page of a door is copied together from them.

They are in a file of SQLite in the home of the node, derived from the register: the current version of each
data set, in each form, deflated, by its change number. Where the file lacks a record, or is damaged, or
made by another program, the record is written when somebody asks: answers are quicker, never other ones.
"""

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Protocol
from uuid import UUID

import pyoxigraph
from django.conf import settings
from isal import isal_zlib

import erpd
from erpd.metadata.record import Record
from erpd.metadata.text import counted
from erpd.register.content import record_of
from erpd.register.derived import (
    Derived,
    DerivedFailed,
    Difference,
    More,
    Progress,
    in_turn,
    is_same_database,
)
from erpd.register.derived_files import only_writer
from erpd.register.models import DataSet
from erpd.register.proving import ABSENT, MISSING, extra
from erpd.register.scope import scope
from erpd.register.search.pending import Change, pending, settled

logger = logging.getLogger(__name__)

_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)
_PATIENCE = 30.0  # seconds for which a writer waits for SQLite


class Asked(Protocol):
    """What is needed to know a change again."""

    @property
    def change(self) -> int: ...
    @property
    def mark(self) -> str: ...


def mark(key: str, digest: str) -> str:
    """What a change was; a database that was put back from a backup may give its number to another.

    ``key`` is that of the data set in hexadecimal; "" if it cannot be told, which never matches.
    """
    return f"{key}{digest[:32]}" if digest else ""


class Written:
    """The records of one door. ``name`` and ``title`` are those of ``Derived``, ``file`` is in the home.

    ``forms``: the name of a table -> how a record is written.
    """

    def __init__(
        self, name: str, title: str, file: str, forms: Mapping[str, Callable[[Change, Record], bytes]]
    ) -> None:
        self.forms = forms
        self.derived = Derived(name, title, self.reached, self.follow, self.rebuild, self.differences)
        self._file = file
        self._threads = threading.local()
        self._schema = """
CREATE TABLE state (program TEXT NOT NULL, change INTEGER NOT NULL, mark TEXT NOT NULL);
CREATE TABLE current (key TEXT PRIMARY KEY, change INTEGER NOT NULL) WITHOUT ROWID;
""" + "".join(
            f"CREATE TABLE {form} (change INTEGER PRIMARY KEY, mark TEXT NOT NULL, content BLOB NOT NULL);\n"
            for form in forms
        )

    def place(self) -> Path:
        """The file."""
        return Path(settings.HOME) / self._file

    def reached(self) -> int:
        """The last change whose record is in the file, as are all before; 0 where there is no use of it."""
        try:
            connection = self._reader()
            if connection is None:
                return 0
            program, change = connection.execute("SELECT program, change FROM state").fetchone()
        except (sqlite3.Error, OSError, TypeError, ValueError):  # damaged
            return 0
        return int(change) if program == self._program() else 0

    def read(self, form: str, asked: Sequence[Asked]) -> Iterator[bytes | None]:
        """The records of these changes in a form, in order (ascending); None for one that is not there."""
        there = self._there(form, [one.change for one in asked])
        change, known, content = next(there, (0, "", b""))
        for one in asked:
            while change and change < one.change:
                change, known, content = next(there, (0, "", b""))
            yield _inflated(content) if change == one.change and known == one.mark != "" else None

    def reader(self, form: str) -> Callable[[Asked], bytes | None]:
        """A function that reads the records of one answer in a form, in any order; None for one not there."""
        last = self.reached()
        connection = self._reader() if last else None
        query = f"SELECT mark, content FROM {form} WHERE change = ?"  # noqa: S608

        def read(asked: Asked) -> bytes | None:
            if connection is None or asked.change > last:
                return None
            try:
                found = connection.execute(query, [asked.change]).fetchone()
            except (sqlite3.Error, ValueError) as error:
                self._complain(error)
                return None
            return _inflated(found[1]) if found and found[0] == asked.mark != "" else None

        return read

    def _complain(self, error: Exception) -> None:
        logger.error("%s cannot be read, so records are written anew: %s", self.place(), error)

    def _there(self, form: str, numbers: list[int]) -> Iterator[tuple[int, str, bytes]]:
        """One at a time, so that however large they are, those that find no room are not loaded."""
        connection = self._reader()
        if not numbers or connection is None:
            return
        listed = ",".join(map(str, numbers))
        try:
            with closing(connection.cursor()) as cursor:
                yield from cursor.execute(
                    f"SELECT change, mark, content FROM {form} "  # noqa: S608
                    f"WHERE change IN ({listed}) ORDER BY change"
                )
        except (sqlite3.Error, ValueError) as error:
            self._complain(error)

    def _reader(self) -> sqlite3.Connection | None:
        """The connection of this thread; None if there is no file."""
        try:
            seen = self.place().stat().st_ino
        except OSError:
            return None
        known: tuple[int, sqlite3.Connection] | None = getattr(self._threads, "reader", None)
        if known and known[0] == seen:
            return known[1]
        if known:
            known[1].close()
        connection = sqlite3.connect(f"{self.place().as_uri()}?mode=ro", uri=True)
        self._threads.reader = seen, connection
        return connection

    def _program(self) -> str:
        """What has written a file: the program, its libraries and settings, the authority tables."""
        return _program(self._schema)

    def follow(self, progress: Progress | None, more: More) -> int:
        """Write what has changed (see ``Derived.follow``). Nobody needs it, so what comes in quick succession
        is waited for: whoever delivers much goes before."""
        while more():
            pass
        with self._only_writer() as alone:
            return self._follow(progress) if alone else 0

    def rebuild(self, progress: Progress | None) -> int:
        """Write everything anew. Meanwhile records are written when somebody asks."""
        with self._only_writer(None):
            self._remove()
            return self._follow(progress)

    def differences(self, progress: Progress | None, every: int) -> Iterator[Difference]:
        """How the file differs from the database (see ``Derived.differences``)."""
        if not self.place().exists():
            yield Difference("", ABSENT)
            return
        try:
            with closing(sqlite3.connect(f"{self.place().as_uri()}?mode=ro", uri=True)) as connection:
                connection.isolation_level = None
                connection.execute("BEGIN")  # one state of it, however long this takes
                yield from self._differences(connection, progress, every)
        except (sqlite3.Error, TypeError, ValueError) as error:
            yield Difference("", f"its file is damaged: {error}")

    def _differences(
        self, connection: sqlite3.Connection, progress: Progress | None, every: int
    ) -> Iterator[Difference]:
        program, until, known = connection.execute("SELECT program, change, mark FROM state").fetchone()
        if program != self._program() or not is_same_database(until, known, _mark):
            yield Difference("", "it was written by another program, or from another database")
            return
        done, most = 0, DataSet.objects.count()
        for batch in settled(until):
            for change in batch:
                if change.shown:
                    yield from self._of(connection, change, deep=in_turn(change.key, every))
            done += len(batch)
            if progress:
                progress(done, max(done, most))
        keys = (key for (key,) in connection.execute("SELECT key FROM current ORDER BY key"))
        yield from extra(keys, until, scope().catalogues)
        for form in self.forms:
            left = f"SELECT count(*) FROM {form} WHERE change NOT IN (SELECT change FROM current)"  # noqa: S608
            if number := connection.execute(left).fetchone()[0]:
                yield Difference("", f"{form}: {counted(number, 'record')} of no data set")

    def _of(self, connection: sqlite3.Connection, change: Change, *, deep: bool) -> Iterator[Difference]:
        current = connection.execute("SELECT change FROM current WHERE key = ?", [change.key.hex]).fetchone()
        if current != (change.change,):
            yield Difference(str(change.key), "it is there in another version" if current else MISSING)
            return
        found = {
            form: connection.execute(
                f"SELECT mark, content FROM {form} WHERE change = ?",  # noqa: S608
                [change.change],
            ).fetchone()
            for form in self.forms
        }
        wanted = mark(change.key.hex, change.digest)
        if not deep and all(one and one[0] == wanted for one in found.values()):
            return
        written = {form: _inflated(content) for form, _, _, content in self._rows(change)}
        for form, one in found.items():
            there = _inflated(one[1]) if one and one[0] == wanted else None
            if there != written.get(form):
                yield Difference(str(change.key), f"{form}: the record is missing or another one")

    def _only_writer(self, wait: float | None = 0.0) -> AbstractContextManager[bool]:
        return only_writer(self.place().with_suffix(".lock"), wait)

    def _follow(self, progress: Progress | None) -> int:
        place = self.place()
        for is_last in (False, True):
            try:
                with closing(self._writer()) as connection:
                    return self._advance(connection, progress)
            except (sqlite3.Error, ValueError) as error:  # text that is not UTF-8 any more
                code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
                if is_last or code not in _DAMAGED:
                    raise DerivedFailed(f"{place} cannot be written: {error}. Check its disk.") from error
                logger.error("%s is damaged (%s). It is being made again from the database.", place, error)
                self._remove()
        raise AssertionError

    def _remove(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            self.place().with_name(self.place().name + suffix).unlink(missing_ok=True)

    def _writer(self) -> sqlite3.Connection:
        """A connection to a file that continues this database, and was written by this program."""
        connection = self._opened()
        try:
            known = connection.execute("SELECT program, change, mark FROM state").fetchone()
        except (sqlite3.Error, ValueError):  # damaged
            known = None
        if known and known[0] == self._program() and is_same_database(known[1], known[2], _mark):
            return connection
        connection.close()
        self._remove()
        return self._opened()

    def _opened(self) -> sqlite3.Connection:
        is_new = not self.place().exists()
        connection = sqlite3.connect(self.place(), timeout=_PATIENCE, isolation_level=None)
        try:
            connection.execute("PRAGMA page_size=16384")  # a tenth smaller
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            if is_new:
                connection.executescript(f"BEGIN; {self._schema} COMMIT;")
                connection.execute("INSERT INTO state VALUES (?, 0, '')", [self._program()])
        except BaseException:
            connection.close()
            raise
        return connection

    def _advance(self, connection: sqlite3.Connection, progress: Progress | None) -> int:
        (after,) = connection.execute("SELECT change FROM state").fetchone()
        waiting = DataSet.objects.filter(change__gt=after).count() if progress else 0
        done = 0
        while batch := pending(after):
            rows = [row for change in batch for row in self._rows(change)]
            connection.execute("BEGIN IMMEDIATE")
            for change in batch:
                self._forget(connection, change.key.hex)
            for form in self.forms:
                connection.executemany(
                    f"INSERT OR REPLACE INTO {form} VALUES (?, ?, ?)",  # noqa: S608
                    [row for name, *row in rows if name == form],
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

    def _forget(self, connection: sqlite3.Connection, key: str) -> None:
        """Only the current version of a data set is kept."""
        found = connection.execute("DELETE FROM current WHERE key = ? RETURNING change", [key]).fetchall()
        for form in self.forms:
            connection.executemany(f"DELETE FROM {form} WHERE change = ?", found)  # noqa: S608

    def _rows(self, change: Change) -> Iterator[tuple[str, int, str, bytes]]:
        """The rows of a change: format, number, mark, content. None for a record that cannot be written."""
        known = mark(change.key.hex, change.digest)
        if not change.shown or not known:
            return
        try:
            record = record_of(change, change.content)
            for form, write in self.forms.items():
                yield form, change.change, known, isal_zlib.compress(write(change, record), 1)
        except Exception as error:  # whoever asks for it learns that
            logger.error("Change %s of data set %s cannot be written: %s", change.change, change.key, error)


def _mark(key: UUID, digest: str) -> str:
    return mark(key.hex, digest)


def _inflated(content: bytes) -> bytes | None:
    try:
        return isal_zlib.decompress(content)
    except isal_zlib.error:  # type: ignore[misc]  # it is an exception
        return None


@cache
def _program(schema: str) -> str:
    ours = Path(erpd.__file__).parent
    seen = sha256(f"{pyoxigraph.__version__}{schema}{settings.NODE.country}".encode())
    writers = (ours / "formats", ours / "metadata", ours / "publish")
    for folder in (*writers, Path(settings.HOME) / "vocabularies"):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                seen.update(path.name.encode() + path.read_bytes())
    return seen.hexdigest()
