"""One data set as a door shows it: its key, and digests of its graph in place of the graph.

A file or a store of RDF puts its data sets together: if two describe one agent in different words, each has
both there. So doors of RDF may say more about named things, never less, but the same of the data set itself.
"""

import re
from collections.abc import Callable, Iterable
from hashlib import blake2b
from typing import NamedTuple

from pyoxigraph import BlankNode, NamedNode, Quad

from erpd.agreement.values import by_value
from erpd.formats import record_of
from erpd.formats.reading import Reading, Unreadable
from erpd.metadata.canonical import canonical
from erpd.metadata.findings import explain
from erpd.metadata.graph import Graph
from erpd.metadata.record import Record
from erpd.metadata.terms import DCAT

_KEY = 36  # characters
_PIECE = 4  # bytes
_KEYS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Content(NamedTuple):
    """What stands for a graph."""

    whole: bytes
    """The digest of all of it (RDFC-1.0), without our record of the data set."""
    own: bytes = b""
    """The digest of what is about the data set itself, and the blank nodes that belong to it."""
    beside: bytes = b""
    """Four bytes for each triple about the things to which it links: distributions, agents, places."""

    def is_within(self, other: "Content") -> bool:
        """Whether another graph says the same, or more about the things beside the data set."""
        return self.whole == other.whole or (
            self.own == other.own and _pieces(self.beside) <= _pieces(other.beside)
        )


class Seen(NamedTuple):
    """One data set in one door."""

    key: str
    """Its key, the same in every door; what the door calls it if that cannot be told."""
    content: Content | None = None
    """None if the door sends no graph, or says that the data set is deleted."""
    stamp: str = ""
    """When it last changed, if the door says so: 2026-01-31T12:00:00Z."""
    fault: str = ""
    """Why it cannot be read or recognised."""


class Reader:
    """Says what the readings of a node show; ``base`` is its public address.

    Without ``entry``, the key of a data set is at the end of the identifier (OAI-PMH, CKAN). With it, it is
    in the IRI of our own record of it (dcat:CatalogRecord), which the doors of RDF send.
    """

    def __init__(self, base: str, *, entry: bool) -> None:
        self._start = f"{base}/datasets/"
        self._entry = entry

    def seen(self, reading: Reading) -> Seen:
        """What a reading shows."""
        key = "" if self._entry else reading.identifier[-_KEY:]
        if reading.deleted:
            return Seen(key, stamp=reading.datestamp)
        if reading.fault:
            return Seen(key or reading.identifier, fault=explain(reading.fault))
        try:
            record = record_of(reading)
        except Unreadable as error:
            return Seen(key or reading.identifier, fault=str(error))
        key = key or next(filter(None, map(self._key, record.graph.nodes)), "")
        if not key:
            return Seen(record.iri or reading.identifier, fault="it comes without our dcat:CatalogRecord")
        return Seen(key, self.content(record), reading.datestamp)

    def content(self, record: Record) -> Content:
        """What every door sends of a data set: its graph without our own record of it."""
        triples = [by_value(one) for one in record.graph.triples() if not self._key(one.subject)]
        own = _reached(record, lambda node: isinstance(node, BlankNode))
        others = set(record.graph.subjects(DCAT.Dataset))
        linked = _reached(record, lambda node: node not in others) - own
        return Content(
            _digest(triples),
            _digest(one for one in triples if one.subject in own),
            b"".join(sorted({_piece(one) for one in triples if one.subject in linked})),
        )

    def _key(self, node: object) -> str:
        """The key of the data set that this node is our own record of; "" if it is none."""
        if not isinstance(node, NamedNode) or not node.value.startswith(self._start):
            return ""
        key, _, part = node.value.removeprefix(self._start).partition("#")
        return key if part == "record" and _KEYS.fullmatch(key) else ""


def _reached(record: Record, follows: Callable[[object], bool]) -> set[object]:
    """The nodes to which links lead from the data set: all that a reader of a larger graph finds of it."""
    found: set[object] = {record.dataset}
    waiting: list[object] = [record.dataset]
    while waiting:
        properties = record.graph.nodes.get(waiting.pop(), {})  # type: ignore[call-overload]
        further = {value for values in properties.values() for value in values if follows(value)} - found
        found |= further
        waiting += further
    return found


def _digest(triples: Iterable[Quad]) -> bytes:
    return bytes.fromhex(canonical(Graph(triples))[1])[:16]


def _piece(triple: Quad) -> bytes:
    """A short hash of a triple; blank nodes are all alike."""
    subject, predicate, value, _ = triple
    terms = ("_:" if isinstance(one, BlankNode) else str(one) for one in (subject, predicate, value))
    return blake2b("\n".join(terms).encode(), digest_size=_PIECE).digest()


def _pieces(beside: bytes) -> set[bytes]:
    return {beside[at : at + _PIECE] for at in range(0, len(beside), _PIECE)}
