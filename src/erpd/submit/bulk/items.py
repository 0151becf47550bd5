"""A file -> its data sets, read in a child that may die."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, NamedNode

from erpd.formats import record_of
from erpd.formats.delivery.faults import Path
from erpd.formats.rdf.catalogue import split
from erpd.formats.rdf.document import read as triples_of
from erpd.formats.rdf.syntaxes import SYNTAXES
from erpd.formats.reading import Reading, Unreadable
from erpd.formats.spreadsheet import book
from erpd.formats.spreadsheet.bodies import said
from erpd.formats.spreadsheet.book import Book, Entry
from erpd.formats.spreadsheet.mistakes import Mistake, Trouble, Unusable
from erpd.formats.spreadsheet.texts import Translate, explain
from erpd.metadata.findings import Finding
from erpd.metadata.findings import explain as explain_finding
from erpd.metadata.limits import MOST_DELIVERED
from erpd.metadata.profile import Profile
from erpd.metadata.record import Record
from erpd.metadata.rules import Unread
from erpd.metadata.terms import DCT
from erpd.register.arrival import renamed
from erpd.sources.children.child import Bounds, Child
from erpd.sources.errors import SourceError

SPREADSHEET = "sheet"
"""What the syntax of a spreadsheet is called; those of RDF are in SYNTAXES."""
MOST_DATA_SETS = book.MOST_DATA_SETS
_BOUNDS = Bounds(memory=2**30, processor=30, wall=60)  # everybody else waits meanwhile


class NothingRead(Exception):
    """Nothing in the file can be taken. Its text is for people."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something about a row, and its cell, if it has one."""

    severity: str
    text: str
    cell: str = ""


@dataclass(slots=True)
class Item:
    """One data set of a file."""

    place: str
    """Its first cell, or its IRI."""
    identifier: str
    make: Callable[[Record | None], Record]
    """Returns the record, onto the one stored. Raises Refused and Unreadable."""
    notes: list[Note] = field(default_factory=list)
    """What is wrong with it before it is made; then it is not made."""
    entry: Entry | None = None
    """Its row."""
    cell: Callable[[Path], str] = lambda _: ""
    """The cell of a place in its body. After ``make``."""


@dataclass(slots=True)
class Contents:
    """What is in a file."""

    items: list[Item]
    book: Book | None = None
    notes: list[Note] = field(default_factory=list)
    """About no data set: columns that were not read, distributions of none."""


class _Reader:
    """What the child owns."""

    def book(self, content: bytes) -> Book | tuple[Trouble, ...]:
        try:
            return book.read(content)
        except Unusable as error:
            return error.troubles
        except BaseException as error:  # calamine, where memory is short: what it left may never end
            if isinstance(error, Exception) and not isinstance(error, MemoryError):
                raise
            os._exit(1)

    def records(self, content: bytes, syntax: str) -> Iterator[Record | Finding]:
        try:
            for piece in split(triples_of(content, SYNTAXES[syntax])):
                yield self._record(piece.node.value, piece.content, piece.syntax, piece.triples)
        except Unreadable as error:
            yield error.finding()

    def _record(self, name: str, content: bytes, syntax: str, triples: int) -> Record | Finding:
        try:
            if triples > MOST_DELIVERED:
                raise Unreadable(Unread.TOO_LARGE, f"{name} has more than {MOST_DELIVERED:,} triples")
            return record_of(Reading("", content, SYNTAXES[syntax].media_types[0]))
        except Unreadable as error:
            return error.finding()


def contents(
    content: bytes, syntax: str, language: str, translate: Translate, profile: Profile | None = None
) -> Contents:
    """Return the data sets of a file, told of in a language, for a profile. Raises NothingRead."""
    try:
        with Child(_Reader(), "", _BOUNDS) as child:
            if syntax == SPREADSHEET:
                return _of_book(child.one("book", content), language, translate, profile)
            return _of_records(child.each("records", content, syntax), translate)
    except SourceError as error:
        raise NothingRead(explain(Trouble(Mistake.UNREADABLE), translate)) from error


def _of_book(
    read: Book | tuple[Trouble, ...], language: str, translate: Translate, profile: Profile | None
) -> Contents:
    if not isinstance(read, Book):
        raise NothingRead(" ".join(explain(trouble, translate) for trouble in read))
    found = Contents([_row(entry, language, translate, profile) for entry in read.entries], read)
    for trouble in read.troubles:
        severity = "warning" if trouble.what is Mistake.UNKNOWN_COLUMN else "error"
        found.notes.append(Note(severity, explain(trouble, translate), trouble.cell))
    return found


def _row(entry: Entry, language: str, translate: Translate, profile: Profile | None) -> Item:
    troubles = [trouble for one in (entry, *entry.distributions) for trouble in one.troubles]
    notes = [
        Note("error", explain(trouble, translate, language, profile), trouble.cell)
        for trouble in troubles[:_MOST_NOTES]
    ]

    def make(stored: Record | None) -> Record:
        read = said(entry, stored, language)
        item.cell = read.cell
        return read.record(stored)

    item = Item(entry.table.cell(entry.row, None), entry.identifier, make, notes, entry)
    return item


def _of_records(records: Iterator[Record | Finding], translate: Translate) -> Contents:
    found = Contents([])
    names: set[str] = set()
    for read in records:
        if isinstance(read, Finding):
            found.notes.append(Note("error", explain_finding(read, translate, delivered=True)))
            continue
        item = _of_record(read)
        if item.identifier in names:
            again = Trouble(Mistake.REPEATED, value=item.identifier[:80], advice=item.identifier[:80])
            item.notes.append(Note("error", explain(again, translate)))
        elif not item.identifier:
            item.notes.append(Note("error", explain(Trouble(Mistake.NO_IDENTIFIER), translate)))
        names.add(item.identifier)
        found.items.append(item)
        if len(found.items) > MOST_DATA_SETS:
            limit = f"{MOST_DATA_SETS:,}"
            many = Trouble(Mistake.TOO_MANY_ROWS, "RDF", f"{len(found.items):,}", limit)
            raise NothingRead(explain(many, translate))
    if not found.items:
        said_ = " ".join(note.text for note in found.notes[:1])
        raise NothingRead(said_ or explain(Trouble(Mistake.NO_ROWS), translate))
    return found


def _of_record(record: Record) -> Item:
    """RDF says everything: it replaces what is stored."""
    named = [value.value for value in record.values(DCT.identifier) if not isinstance(value, BlankNode)]
    record.identifier = named[0] if len(named) == 1 else record.iri

    def make(stored: Record | None) -> Record:
        if stored is None or record.iri or not isinstance(stored.dataset, NamedNode):
            return record
        graph = renamed(record.graph, record.dataset, stored.dataset)
        return Record(stored.identifier, graph, stored.dataset, repairs=record.repairs)

    return Item(record.iri or record.identifier, record.identifier, make)


_MOST_NOTES = 20  # of one row
