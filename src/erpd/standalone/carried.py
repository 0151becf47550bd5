"""A record as a child process sends it: small, and quick to make and to read."""

from dataclasses import dataclass

from erpd.formats.rdf.carrier import pack, unpack
from erpd.metadata.findings import Finding
from erpd.metadata.graph import Graph, Node
from erpd.metadata.record import Record


@dataclass(frozen=True, slots=True)
class Carried:
    """What a record says, packed."""

    identifier: str
    packed: tuple[str, bytes]
    dataset: Node
    spare: str
    repairs: tuple[Finding, ...]

    @classmethod
    def of(cls, record: Record) -> "Carried":
        packed = pack(record.graph.triples())
        return cls(record.identifier, packed, record.dataset, record.spare, record.repairs)

    def record(self) -> Record:
        """Return the record again."""
        graph = Graph(unpack(*self.packed))
        return Record(self.identifier, graph, self.dataset, self.spare, self.repairs)
