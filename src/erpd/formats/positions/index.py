"""The marks of a document by subject, in constant memory."""

import marshal
import sqlite3
from array import array
from collections.abc import Iterable
from typing import TypeAlias

from erpd.formats.positions.mark import LONGEST_VALUE, TEXT, Mark
from erpd.formats.rdf.catalogue import CLASSES
from erpd.metadata.terms import RDF

# Marks held in memory; earlier ones go to a temporary file.
_BATCH = 100_000
_TYPE = RDF.type.value


# Of one subject: its properties, and for each the value, line and column of its statements. Names and texts
# are only kept as their hashes.
Said: TypeAlias = dict[int, list[tuple[int, int, int]]]


class Index:
    """Where each subject and its statements stand. ``close`` it."""

    def __init__(self, marks: Iterable[Mark]) -> None:
        self._file = sqlite3.connect("", isolation_level=None)
        self._held: dict[int, list[tuple[int, int, int, int]]] = {}
        self.unnamed = {one.value: array("q") for one in CLASSES.values()}
        """The blank nodes of each class that is judged by itself, in the order of the document."""
        self._spooled = False
        try:
            self._read(marks)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._file.close()

    def _read(self, marks: Iterable[Mark]) -> None:
        held = self._held
        for count, (subject, predicate, value, line, column) in enumerate(marks, 1):
            about = key(subject)
            if predicate == _TYPE and value in self.unnamed and subject.startswith("_:"):
                self.unnamed[value].append(about)
            said = (key(predicate), _value_key(value), line, column)
            known = held.get(about)
            if known is None:
                held[about] = [said]
            else:
                known.append(said)
            if count % _BATCH == 0:
                self._spool()
        if self._spooled:
            self._spool()
            self._file.execute("CREATE INDEX by_subject ON said (subject)")

    def _spool(self) -> None:
        if not self._spooled:
            self._file.execute("PRAGMA journal_mode = OFF")
            self._file.execute("CREATE TABLE said (subject INT, marks BLOB)")
            self._spooled = True
        self._file.execute("BEGIN")
        rows = ((key, marshal.dumps(marks)) for key, marks in self._held.items())
        self._file.executemany("INSERT INTO said VALUES (?, ?)", rows)
        self._file.execute("COMMIT")
        self._held.clear()

    def of(self, subject: int) -> Said:
        """Return what is said about a subject, by its ``key``, in the order of the document."""
        found: Said = {}
        for predicate, value, line, column in self._marks(subject):
            found.setdefault(predicate, []).append((value, line, column))
        return found

    def texts(self, subject: int) -> frozenset[int]:
        """Return the keys of all texts that are said about a subject."""
        return frozenset(value for _, value, _, _ in self._marks(subject) if value & 1)

    def _marks(self, subject: int) -> Iterable[tuple[int, int, int, int]]:
        if not self._spooled:
            return self._held.get(subject, ())
        rows = self._file.execute("SELECT marks FROM said WHERE subject = ? ORDER BY rowid", (subject,))
        return [mark for (marks,) in rows for mark in marshal.loads(marks)]  # noqa: S302 - our own


def key(name: str) -> int:
    """Return that by which a node, a property or a value is known in the index: even, but odd for a text."""
    return hash(name) & ~1


def text_key(text: str) -> int:
    """Return the key of a text."""
    return hash(TEXT + text[:LONGEST_VALUE]) | 1


def _value_key(value: str) -> int:
    return text_key(value[len(TEXT) :]) if value.startswith(TEXT) else key(value)


SUBJECT = key("")
"""The predicate of the marks of the subject itself."""
