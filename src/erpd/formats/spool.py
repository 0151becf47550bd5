"""Triples by subject, in constant memory: RDF files are flat, the parts of a data set stand far apart."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, parse

from erpd.formats.rdf import write
from erpd.metadata.graph import Node
from erpd.metadata.terms import DCAT, FOAF, RDF

# Triples held before they go to SQLite, about 40 MB of Python objects.
_BATCH = 100_000
# Nodes such as agents, asked for by many data sets, that are kept ready.
_SHARED = 1_000
# A data service and a catalogue record point at their data set, not it at them.
_INVERSE = (DCAT.servesDataset, FOAF.primaryTopic)


class Spool:
    """All triples of one document, to be asked for subject by subject. Made by ``spooled``."""

    def __init__(self, file: sqlite3.Connection) -> None:
        self._file = file
        self._shared: dict[Node, list[Quad]] = {}

    def triples_of(self, node: Node) -> list[Quad]:
        """The triples with that subject, in the order of the document; empty where there are none.

        RDF/XML repeats a shared agent in each data set, with a new blank node for its address each time: of
        blank nodes that say the same, one is kept (a lean graph, RDF 1.1 Semantics, section 5).
        """
        known = self._shared.get(node)
        if known is None:
            known = self._lean(list(dict.fromkeys(self._stored(node))))
            if isinstance(node, NamedNode) and len(self._shared) < _SHARED:
                self._shared[node] = known
        return known

    def _stored(self, node: Node) -> Iterator[Quad]:
        rows = self._file.execute("SELECT lines FROM subject WHERE name = ? ORDER BY rowid", (str(node),))
        lines = b"".join(lines for (lines,) in rows)
        return parse(lines, format=RdfFormat.N_TRIPLES, lenient=True, rename_blank_nodes=False)

    def _lean(self, triples: list[Quad]) -> list[Quad]:
        blank = Counter(triple.predicate for triple in triples if isinstance(triple.object, BlankNode))
        if not blank or max(blank.values()) == 1:
            return triples
        kept, said = [], set()
        for triple in triples:
            if isinstance(triple.object, BlankNode) and blank[triple.predicate] > 1:
                says = (triple.predicate, self._says(triple.object, 3))
                if says in said:
                    continue
                said.add(says)
            kept.append(triple)
        return kept

    def _says(self, node: BlankNode, depth: int) -> object:
        if depth == 0:
            return node
        return frozenset(
            (
                triple.predicate,
                self._says(triple.object, depth - 1)
                if isinstance(triple.object, BlankNode)
                else triple.object,
            )
            for triple in self._stored(node)
        )

    def data_sets(self) -> Iterator[Node]:
        """The data sets, in the order in which the document names them."""
        for (line,) in self._file.execute(
            "SELECT line FROM boundary WHERE data_set GROUP BY name ORDER BY min(rowid)"
        ):
            yield _subject(line)

    def is_boundary(self, node: Node) -> bool:
        """True for a data set and a catalogue: what belongs to another record, or to none."""
        return (
            self._file.execute("SELECT 1 FROM boundary WHERE name = ?", (str(node),)).fetchone() is not None
        )

    def pointing_at(self, node: Node) -> list[Node]:
        """The services and catalogue records that name the data set ``node``."""
        rows = self._file.execute(
            "SELECT line FROM pointing WHERE name = ? GROUP BY line ORDER BY min(rowid)", (str(node),)
        )
        return [_subject(line) for (line,) in rows]


@contextmanager
def spooled(triples: Iterable[Quad]) -> Iterator[Spool]:
    """Read the triples to their end into a temporary file that SQLite keeps in memory while it is small.

    Raises sqlite3.OperationalError where the disk is full.
    """
    with closing(sqlite3.connect("", isolation_level=None)) as file:
        file.execute("PRAGMA journal_mode = OFF")
        file.execute("CREATE TABLE subject (name TEXT, lines BLOB)")
        file.execute("CREATE TABLE boundary (name TEXT, line BLOB, data_set INT)")
        file.execute("CREATE TABLE pointing (name TEXT, line BLOB)")
        batch: list[Quad] = []
        for triple in triples:
            batch.append(triple)
            if len(batch) >= _BATCH:
                _store(file, batch)
                batch = []
        _store(file, batch)
        for table in ("subject", "boundary", "pointing"):
            file.execute(f"CREATE INDEX {table}_by_name ON {table} (name)")
        yield Spool(file)


def _store(file: sqlite3.Connection, batch: list[Quad]) -> None:
    subjects: dict[Node, list[Quad]] = {}
    boundaries, pointing = [], []
    for triple in batch:
        subject, predicate, value, _ = triple
        held = subjects.get(subject)
        if held is None:
            subjects[subject] = [triple]
        else:
            held.append(triple)
        if predicate == RDF.type and value in (DCAT.Dataset, DCAT.Catalog):
            boundaries.append((str(subject), _line(subject), value == DCAT.Dataset))
        elif predicate in _INVERSE:
            pointing.append((str(value), _line(subject)))
    file.execute("BEGIN")
    rows = ((str(subject), write(held, "nt")) for subject, held in subjects.items())
    file.executemany("INSERT INTO subject VALUES (?, ?)", rows)
    file.executemany("INSERT INTO boundary VALUES (?, ?, ?)", boundaries)
    file.executemany("INSERT INTO pointing VALUES (?, ?)", pointing)
    file.execute("COMMIT")


def _line(node: Node) -> bytes:
    return write([Quad(node, RDF.type, RDF.nil)], "nt")


def _subject(line: bytes) -> Node:
    subject: Node = next(
        parse(line, format=RdfFormat.N_TRIPLES, lenient=True, rename_blank_nodes=False)
    ).subject
    return subject
