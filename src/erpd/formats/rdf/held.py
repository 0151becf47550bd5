"""Some triples of a document, by subject, on their way into the file of a spool."""

import sqlite3
from collections import Counter

from pyoxigraph import BlankNode, NamedNode, Quad

from erpd.formats.rdf.carrier import pack
from erpd.formats.rdf.references import note, referring
from erpd.formats.repairs import Told
from erpd.metadata.graph import Node
from erpd.metadata.terms import DCAT, FOAF, RDF

# The links of a catalogue to what it lists that stay with it; it may list a million data sets.
LISTED = 10_000
_LONG = 100
# What a catalogue lists: many things, each in the piece of its data set or in its own.
LISTING = frozenset({DCAT.dataset, DCAT.record, DCAT.service, DCAT.catalog})
# Data services and catalogue records point at their data set, not the other way round.
INVERSE = frozenset({DCAT.servesDataset, FOAF.primaryTopic})
# Bits, one for each hash of a subject of the file: most objects are none, which asking the file would tell.
_HASHES = 2**25
_TYPE, _DATA_SET, _CATALOGUE = RDF.type, DCAT.Dataset, DCAT.Catalog


class Seen:
    """Some of the hashes of nodes, a bit for each: it tells of most other nodes that they were not seen."""

    def __init__(self) -> None:
        self._bits = bytearray()

    def add(self, node: Node) -> None:
        self._bits = self._bits or bytearray(_HASHES // 8)
        place = hash(node) % _HASHES
        self._bits[place >> 3] |= 1 << (place & 7)

    def __contains__(self, node: Node) -> bool:
        """Whether it may have been seen."""
        place = hash(node) % _HASHES
        return bool(self._bits) and bool(self._bits[place >> 3] & (1 << (place & 7)))


class Held:
    """Triples by subject; data sets (True) and catalogues (False) among the subjects; what points at what."""

    def __init__(self, triples: list[Quad], base: str, told: Told | None) -> None:
        self.subjects: dict[Node, list[Quad]] = {}
        self.boundaries: dict[Node, bool] = {}
        self.pointing: dict[Node, list[Node]] = {}
        self._places: dict[Node, int] = {}
        for triple in triples:
            said = triple
            subject, predicate, value, _ = triple
            if (type(subject) is NamedNode and ":" not in subject.value) or (
                type(value) is NamedNode and ":" not in value.value
            ):
                said = referring(triple, base)
                if told is not None:
                    note(triple, said, told)
                subject, predicate, value, _ = said
            held = self.subjects.get(subject)
            if held is None:
                self.subjects[subject] = [said]
            else:
                held.append(said)
            if predicate == _TYPE:
                if value in (_DATA_SET, _CATALOGUE):
                    self.boundaries[subject] = value == _DATA_SET or self.boundaries.get(subject, False)
            elif predicate in INVERSE:
                self.pointing.setdefault(value, []).append(subject)
            if type(value) is BlankNode and value not in self.subjects:
                self.subjects[value] = []  # so that it has a place

    def place_of(self, node: Node) -> int:
        """Return which of the subjects it is."""
        if not self._places:
            self._places = {subject: place for place, subject in enumerate(self.subjects)}
        return self._places[node]

    def write(self, file: sqlite3.Connection, listed: Counter[Node] | None, seen: "Seen") -> None:
        """Write everything into the file; separately, what ``listed`` counts too many of."""
        file.execute("BEGIN")
        if listed is not None:
            for subject, triples in self.subjects.items():
                if len(triples) >= _LONG:
                    self._write_list(file, subject, triples, listed)
        for subject in self.subjects:
            seen.add(subject)
        rows = ((str(subject), *pack(triples)) for subject, triples in self.subjects.items())
        file.executemany("INSERT INTO subject VALUES (?, ?, ?)", rows)
        named = ((str(node), is_set, *_packed(node)) for node, is_set in self.boundaries.items())
        file.executemany("INSERT INTO boundary VALUES (?, ?, ?, ?)", named)
        links = ((str(end), *_packed(node)) for end, nodes in self.pointing.items() for node in nodes)
        file.executemany("INSERT INTO pointing VALUES (?, ?, ?)", links)
        file.execute("COMMIT")

    def _write_list(
        self, file: sqlite3.Connection, subject: Node, triples: list[Quad], listed: Counter[Node]
    ) -> None:
        """Keep no more than LISTED links of a catalogue with it; the others only come at the end."""
        kept, more = [], []
        for triple in triples:
            if triple.predicate in LISTING:
                listed[subject] += 1
                if listed[subject] > LISTED:
                    more.append(triple)
                    continue
            kept.append(triple)
        self.subjects[subject] = kept
        for start in range(0, len(more), LISTED):
            file.execute("INSERT INTO listed VALUES (?, ?)", pack(more[start : start + LISTED]))


def _packed(node: Node) -> tuple[str, bytes]:
    return pack([Quad(node, RDF.type, RDF.nil)])
