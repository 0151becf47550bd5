"""Triples by subject, in constant memory. RDF files are flat: the parts of a data set may be far apart."""

import sqlite3
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from typing import Any

from pyoxigraph import BlankNode, Quad

from erpd.formats.rdf.carrier import unpack
from erpd.formats.rdf.held import INVERSE, Held, Seen
from erpd.formats.rdf.references import note, resolved
from erpd.formats.reading import Unreadable
from erpd.formats.repairs import Told
from erpd.metadata.graph import Node
from erpd.metadata.rules import Unread

# Triples held in memory, about 40 MB of Python objects; earlier ones go to SQLite.
_BATCH = 100_000
# How many nodes that data sets share, such as agents, are cached, and how many triples each may have.
_SHARED, _LARGEST_SHARED = 1_000, 1_000
# How often each triple may be asked for: a catalogue in which everything is connected would take for ever.
_MOST_ASKED = 30
_ALWAYS_ASKED = 1_000_000
# How many nodes' rows are known without asking the file.
_PLACED = 10_000
_DATA_SET_BEFORE = "SELECT syntax, document FROM boundary WHERE data_set AND name = ?"


class Spool:
    """All triples of a document, available by subject. Made by ``spooled``.

    ``held`` has the last ones, ``file`` those before; it is None if ``held`` has all. ``seen`` has the
    subjects of the file.
    """

    def __init__(
        self,
        file: sqlite3.Connection | None,
        held: Held,
        seen: Seen,
        count: int,
        base: str,
        *,
        told: Told | None,
        whole: bool,
    ) -> None:
        self._whole = whole
        self._file = file
        self._base = base
        self._told = told
        self._held = held
        self._seen = seen
        self._shared: OrderedDict[Node, list[Quad]] = OrderedDict()
        self._may_ask = count * _MOST_ASKED + _ALWAYS_ASKED
        self._rows_of: OrderedDict[Node, tuple[int, ...]] = OrderedDict()
        # Which rows of the file, and which of the nodes held, have been given to a record.
        self._given = bytearray()
        self._given_held: set[Node] = set()
        if file:
            last = file.execute("SELECT max(rowid) FROM subject").fetchone()[0] or 0
            self._given = bytearray(last // 8 + 1)
            self._first_held = last + 1
        else:
            self._first_held = 1

    def triples_of(self, node: Node) -> list[Quad]:
        """Return the triples of a subject, in the order of the document; none if it has none.

        RDF/XML repeats a shared agent in each data set, with a new blank node for its address each time. Of
        blank nodes that say the same, one is kept (a lean graph, RDF 1.1 Semantics, section 5).

        Raises Unreadable if the data sets of the document share so much that it would never end.
        """
        known = self._shared.pop(node, None)
        if known is None:
            known = list(dict.fromkeys(self._stored(node)))
            if not known or isinstance(node, BlankNode):
                return known
            known = self._lean(known)
        else:
            self._count(known)
        # What stands in no row or one is read in no time again, and would push out what stands in each part.
        if len(known) <= _LARGEST_SHARED and len(self._placed(node)) > 1:
            self._shared[node] = known  # last: the first is the least recently used
            if len(self._shared) > _SHARED:
                self._shared.popitem(last=False)
        return known

    def meant(self, triple: Quad) -> Node:
        """What the relative IRI in its object leads to, if the document describes that; else the same."""
        place = resolved(triple.object, self._base)  # type: ignore[arg-type]
        if not triple.object.value.strip() or not self.triples_of(place):  # type: ignore[union-attr]
            return triple.object  # type: ignore[return-value]
        if self._told is not None:
            note(triple, Quad(triple.subject, triple.predicate, place), self._told)
        return place

    def led(self, triple: Quad) -> Quad:
        """Return the triple with what its object leads to."""
        return Quad(triple.subject, triple.predicate, self.meant(triple))

    def _stored(self, node: Node) -> list[Quad]:
        if node not in self._seen:
            triples = self._held.subjects.get(node, [])
            self._count(triples)
            return triples
        rows = self._rows(
            "SELECT rowid, syntax, document FROM subject WHERE name = ? ORDER BY rowid", str(node)
        )
        self._place(node, tuple(row[0] for row in rows))
        documents = dict.fromkeys((syntax, document) for _, syntax, document in rows)
        triples = [triple for one in documents for triple in unpack(*one)]
        triples += self._held.subjects.get(node, ())
        self._count(triples)
        return triples

    def _place(self, node: Node, rows: tuple[int, ...]) -> None:
        if len(self._rows_of) >= _PLACED:
            self._rows_of.popitem(last=False)
        self._rows_of[node] = rows

    def _placed(self, node: Node) -> tuple[int, ...]:
        if node not in self._seen:
            return ()
        if node not in self._rows_of:
            rows = self._rows("SELECT rowid FROM subject WHERE name = ? ORDER BY rowid", str(node))
            self._place(node, tuple(row[0] for row in rows))
        return self._rows_of[node]

    def number_of(self, node: Node) -> int:
        """Return the place of a blank node in the document: the same for the same document."""
        rows = self._placed(node)
        return rows[0] if rows else self._first_held + self._held.place_of(node)

    def give(self, node: Node) -> None:
        """Note that a record contains what is said about a node."""
        rows = self._placed(node)
        if rows and not self._is_given(rows[0]):
            for row in rows:
                self._given[row >> 3] |= 1 << (row & 7)
        if node in self._held.subjects:
            self._given_held.add(node)

    def is_given(self, node: Node) -> bool:
        """Whether a record contains what is said about a node."""
        rows = self._placed(node)
        return self._is_given(rows[0]) if rows else node in self._given_held

    def _is_given(self, row: int) -> bool:
        return bool(self._given[row >> 3] & (1 << (row & 7)))

    def _rows(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        return self._file.execute(query, values).fetchall() if self._file else []

    def _count(self, triples: list[Quad]) -> None:
        self._may_ask -= len(triples) + 1
        if self._may_ask < 0:
            raise Unreadable(
                Unread.TOO_LARGE,
                f"its data sets share so many triples that some occur in more than {_MOST_ASKED}",
            )

    def _lean(self, triples: list[Quad]) -> list[Quad]:
        blank = Counter(triple.predicate for triple in triples if isinstance(triple.object, BlankNode))
        if not blank or max(blank.values()) == 1:
            return triples
        kept, said, texts = [], set(), dict[tuple[BlankNode, int], object]()
        for triple in triples:
            if isinstance(triple.object, BlankNode) and blank[triple.predicate] > 1:
                says = (triple.predicate, self._says(triple.object, 3, texts))
                if says in said:
                    self._note_repeated(triple.object)
                    continue
                said.add(says)
            kept.append(triple)
        return kept

    def _note_repeated(self, node: BlankNode) -> None:
        if self._whole and not self.is_given(node):
            self.give(node)
            for triple in self._stored(node):
                if isinstance(triple.object, BlankNode):
                    self._note_repeated(triple.object)

    def _says(self, node: BlankNode, depth: int, known: dict[tuple[BlankNode, int], object]) -> object:
        if depth == 0:
            return node
        if (node, depth) not in known:
            known[node, depth] = frozenset(
                (
                    triple.predicate,
                    self._says(triple.object, depth - 1, known)
                    if isinstance(triple.object, BlankNode)
                    else triple.object,
                )
                for triple in self._stored(node)
            )
        return known[node, depth]

    def data_sets(self) -> Iterator[Node]:
        """Yield the data sets, in the order of the document."""
        query = "SELECT syntax, document FROM boundary WHERE data_set GROUP BY name ORDER BY min(rowid)"
        for row in self._file.execute(query) if self._file else ():
            yield _subject(*row)
        for node, is_data_set in self._held.boundaries.items():
            if is_data_set and not self._rows(_DATA_SET_BEFORE, str(node)):
                yield node

    def catalogues(self) -> list[Node]:
        """Return the catalogues, except those that are also data sets."""
        query = "SELECT syntax, document FROM boundary WHERE NOT data_set GROUP BY name ORDER BY min(rowid)"
        found = [_subject(*row) for row in self._rows(query)]
        found += (node for node, is_data_set in self._held.boundaries.items() if not is_data_set)
        return [
            node
            for node in dict.fromkeys(found)
            if not (self._held.boundaries.get(node) or self._rows(_DATA_SET_BEFORE, str(node)))
        ]

    def left(self) -> Iterator[tuple[Node, list[Quad]]]:
        """Yield what no record contains: subjects with their triples, then links that lead nowhere here.

        A subject may come in several parts. What is given meanwhile is left out.
        """
        query = "SELECT rowid, syntax, document FROM subject ORDER BY rowid"
        for row, syntax, document in self._file.execute(query) if self._file else ():
            if document and not self._is_given(row):
                triples = list(unpack(syntax, document))
                yield triples[0].subject, triples  # type: ignore[misc]
        for node, triples in self._held.subjects.items():
            if triples and node not in self._given_held:
                yield node, triples
        for syntax, document in (
            self._file.execute("SELECT syntax, document FROM listed") if self._file else ()
        ):
            triples = list(unpack(syntax, document))
            yield triples[0].subject, triples  # type: ignore[misc]
        for node in self._astray():
            if self.is_given(node):
                links = [one for one in self.triples_of(node) if one.predicate in INVERSE]
                astray = [one for one in links if not self.is_boundary(one.object)]  # type: ignore[arg-type]
                if astray:
                    yield node, astray

    def _astray(self) -> Iterator[Node]:
        """Services and catalogue records that name something which the document does not describe."""
        query = (
            "SELECT syntax, document FROM pointing WHERE NOT EXISTS (SELECT 1 FROM boundary "
            "WHERE boundary.name = pointing.name) GROUP BY document ORDER BY min(rowid)"
        )
        for row in self._file.execute(query) if self._file else ():
            yield _subject(*row)
        held = (
            node for end, nodes in self._held.pointing.items() if not self.is_boundary(end) for node in nodes
        )
        yield from dict.fromkeys(held)

    def is_boundary(self, node: Node) -> bool:
        """Whether a node is a data set or a catalogue: it belongs to another record, or to none."""
        before = "SELECT syntax, document FROM boundary WHERE name = ?"
        return node in self._held.boundaries or bool(self._rows(before, str(node)))

    def pointing_at(self, node: Node) -> list[Node]:
        """Return the services and catalogue records that name the data set ``node``."""
        before = "SELECT syntax, document FROM pointing WHERE name = ? GROUP BY document ORDER BY min(rowid)"
        found = [_subject(*row) for row in self._rows(before, str(node))]
        return list(dict.fromkeys([*found, *self._held.pointing.get(node, ())]))


@contextmanager
def spooled(
    triples: Iterable[Quad], base: str = "", told: Told | None = None, *, whole: bool = False
) -> Iterator[Spool]:
    """Read all triples, into a temporary file if there are many.

    With ``whole``, what a catalogue lists beyond LISTED is not kept with it, but comes when it is ``left``.
    References that lead somewhere are resolved against ``base``. Raises sqlite3.OperationalError if the disk
    is full.
    """
    with closing(sqlite3.connect("", isolation_level=None)) as file:
        file.execute("PRAGMA journal_mode = OFF")
        # So the inner pages of its trees stay in memory, also with a million data sets.
        file.execute("PRAGMA page_size = 16384")
        file.execute("PRAGMA cache_size = -24000")  # KB
        file.execute("CREATE TABLE subject (name TEXT, syntax TEXT, document BLOB)")
        file.execute("CREATE TABLE boundary (name TEXT, data_set INT, syntax TEXT, document BLOB)")
        file.execute("CREATE TABLE pointing (name TEXT, syntax TEXT, document BLOB)")
        file.execute("CREATE TABLE listed (syntax TEXT, document BLOB)")
        listed: Counter[Node] | None = Counter() if whole else None
        batch: list[Quad] = []
        count, seen = 0, Seen()
        for triple in triples:
            if len(batch) >= _BATCH:
                Held(batch, base, told).write(file, listed, seen)
                count += len(batch)
                batch = []
            batch.append(triple)
        for table in ("subject", "boundary", "pointing") if count else ():
            file.execute(f"CREATE INDEX {table}_by_name ON {table} (name)")
        held = Held(batch, base, told)
        amount = count + len(batch)
        yield Spool(file if count else None, held, seen, amount, base, told=told, whole=whole)


def _subject(syntax: str, document: bytes) -> Node:
    return next(unpack(syntax, document)).subject  # type: ignore[return-value]
