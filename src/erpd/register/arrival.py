"""A record made ready for the register: all that can be worked out without the database. No Django."""

import uuid
from dataclasses import dataclass, field, replace
from enum import StrEnum

from isal import isal_zlib
from pyoxigraph import NamedNode, RdfFormat, parse

from erpd.metadata.canonical import canonical
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.graph import Graph, Term
from erpd.metadata.record import Record
from erpd.register.identity import LONGEST_NAME, can_name, is_placeholder, key_of


class Bin(StrEnum):
    """Where a received record ends: in exactly one of these."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"
    FILTERED = "filtered"
    UNREADABLE = "unreadable"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Arrival:
    """``received``: digest of what came. ``content``: deflated canonical N-Triples; none is a deletion.

    ``spare``: another IRI of it, for where a data set of the same source holds its own already.
    """

    identifier: str
    key: uuid.UUID
    received: str = ""
    iri: str = ""
    digest: str = ""
    content: bytes = b""
    findings: list[Finding] = field(default_factory=list)
    spare: str = ""

    @property
    def deleted(self) -> bool:
        return not self.content

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.severity is Severity.ERROR]


def arrival(source: str, received: str, record: Record, findings: list[Finding], base_url: str) -> Arrival:
    """The record, checked and with an IRI: where it has none, its page on this node becomes it."""
    key = key_of(source, record.identifier)
    iri = record.iri
    graph = record.graph
    if not iri:
        iri = f"{base_url}/datasets/{key}"
        graph = _named(graph, record.dataset, NamedNode(iri))
        findings = [*findings, Finding("minted-iri", Severity.REPAIR, "@id", "", "G3.4.3", iri)]
    for name, text in (("identifier", record.identifier), ("@id", iri)):
        if is_placeholder(text):
            rule = "placeholder-id"
        elif not can_name(text):
            rule = "too-long" if len(text) > LONGEST_NAME else "unstorable"
        else:
            continue
        shown = text if len(text) <= 80 else f"{text[:80]}…"
        findings = [*findings, Finding(rule, Severity.ERROR, name, shown, "G3.4.3")]
    content, digest = canonical(graph)
    return Arrival(record.identifier, key, received, iri, digest, deflate(content), findings, record.spare)


def apart(taken: Arrival) -> Arrival:
    """The same data set under its spare IRI, with the finding that says why."""
    lines = isal_zlib.decompress(taken.content)
    graph = Graph(parse(lines, format=RdfFormat.N_TRIPLES, rename_blank_nodes=False, lenient=True))
    content, digest = canonical(_named(graph, NamedNode(taken.iri), NamedNode(taken.spare)))
    finding = Finding("iri-taken", Severity.WARNING, "@id", taken.iri, "G3.4.3", taken.spare)
    findings = [*taken.findings, finding]
    return replace(
        taken, iri=taken.spare, digest=digest, content=deflate(content), findings=findings, spare=""
    )


def deletion(source: str, identifier: str) -> Arrival:
    """The source says that this record is gone."""
    return Arrival(identifier, key_of(source, identifier))


def deflate(content: bytes) -> bytes:
    """As versions are stored: a sixth of the size. Any zlib reads it; this one writes it in half the time."""
    return isal_zlib.compress(content, 1)


def _named(graph: Graph, node: Term, name: NamedNode) -> Graph:
    """The same graph with ``name`` in the place of ``node``."""
    copy = Graph()
    for subject, predicate, value, _ in graph.triples():
        copy.add(name if subject == node else subject, predicate, name if value == node else value)
    return copy
