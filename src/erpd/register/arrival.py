"""A record ready for the register: everything that can be computed without the database. No Django."""

import uuid
from dataclasses import dataclass, field, replace
from enum import StrEnum

from isal import isal_zlib
from pyoxigraph import NamedNode, RdfFormat, parse

from erpd.metadata.canonical import canonical
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.graph import Graph, Node, Properties, Term
from erpd.metadata.record import Record
from erpd.metadata.rules import Intake
from erpd.metadata.storable import storable
from erpd.metadata.view import View
from erpd.register.identity import LONGEST_NAME, can_name, is_placeholder, key_of

LONGEST_TITLE = 200  # characters of the title of a refused record
LONGEST_CONTACT = 254  # of a mail address (RFC 5321, 4.5.3.1.3)


class Bin(StrEnum):
    """What became of a received record. Each ends up in exactly one bin."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"
    FILTERED = "filtered"
    UNREADABLE = "unreadable"
    DELETED = "deleted"


REFUSED = (Bin.REJECTED, Bin.DUPLICATE, Bin.FILTERED, Bin.UNREADABLE)
"""The bins of what did not come into the register."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A record mended, checked and ready for the register, or a deletion."""

    identifier: str
    """What the source calls it."""
    key: uuid.UUID
    """The key of its data set, derived from source and identifier (``key_of``)."""
    received: str = ""
    """A digest of what was received and how it was interpreted: if it is the same again, nothing is new."""
    iri: str = ""
    """The IRI of its data set."""
    digest: str = ""
    """The digest of its canonical graph."""
    content: bytes = b""
    """Its canonical N-Triples, deflated; empty for a deletion."""
    findings: list[Finding] = field(default_factory=list)
    """What mending and checks found."""
    spare: str = ""
    """A second IRI, used if another data set of the same source already holds the first."""
    title: str = ""
    """If it has errors: what people call it, in English if possible. A refused record is listed with it."""
    contact: str = ""
    """If it has errors: the first mail address that it says to ask at; "" if there is none."""

    @property
    def deleted(self) -> bool:
        return not self.content

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.severity is Severity.ERROR]


def arrival(source: str, received: str, record: Record, findings: list[Finding], base_url: str) -> Arrival:
    """Turn a mended and checked record into an arrival.

    ``source`` is the slug of its source, ``received`` as in Arrival, ``base_url`` the address of this node.
    A record without an IRI gets the address of its page on this node; an identifier or IRI that is a
    placeholder, too long or unstorable becomes a finding (G3.4.3).
    """
    key = key_of(source, record.identifier)
    iri = record.iri
    graph = record.graph
    if not iri:
        iri = f"{base_url}/datasets/{key}"
        graph = renamed(graph, record.dataset, NamedNode(iri))
        findings = [*findings, Finding(Intake.MINTED_IRI, Severity.REPAIR, "@id", "", "G3.4.3", iri)]
    for name, text in (("identifier", record.identifier), ("@id", iri)):
        if is_placeholder(text):
            rule = Intake.PLACEHOLDER_ID
        elif not can_name(text):
            rule = Intake.TOO_LONG if len(text) > LONGEST_NAME else Intake.UNSTORABLE
        else:
            continue
        shown = text if len(text) <= 80 else f"{text[:80]}…"
        findings = [*findings, Finding(rule, Severity.ERROR, name, shown, "G3.4.3")]
    content, digest = canonical(graph)
    made = Arrival(record.identifier, key, received, iri, digest, deflate(content), findings, record.spare)
    if not made.errors:
        return made
    title = storable(record.title.best("en")[0][:LONGEST_TITLE])
    return replace(made, title=title, contact=contact_of(record))


def contact_of(record: Record) -> str:
    """The first mail address that a record says to ask at; "" if there is none of a usual length."""
    ways = (way.text for agent in View(record).contacts for way in agent.emails)
    return next((storable(text) for text in ways if "@" in text and len(text) <= LONGEST_CONTACT), "")


def apart(taken: Arrival) -> Arrival:
    """The same data set under its spare IRI, with a finding that says why."""
    lines = isal_zlib.decompress(taken.content)
    graph = Graph(parse(lines, format=RdfFormat.N_TRIPLES, rename_blank_nodes=False, lenient=True))
    content, digest = canonical(renamed(graph, NamedNode(taken.iri), NamedNode(taken.spare)))
    finding = Finding(Intake.IRI_TAKEN, Severity.WARNING, "@id", taken.iri, "G3.4.3", taken.spare)
    findings = [*taken.findings, finding]
    return replace(
        taken, iri=taken.spare, digest=digest, content=deflate(content), findings=findings, spare=""
    )


def of_key(came: Arrival, key: uuid.UUID) -> Arrival:
    """The same record as one of the data set with this key, which had another identifier when it was made.

    If it has the address of a page of this node for want of an IRI, it gets that of the page it has.
    """
    own = f"/datasets/{came.key}"
    if not came.iri.endswith(own):
        return replace(came, key=key)
    iri = f"{came.iri.removesuffix(own)}/datasets/{key}"
    lines = isal_zlib.decompress(came.content)
    graph = Graph(parse(lines, format=RdfFormat.N_TRIPLES, rename_blank_nodes=False, lenient=True))
    content, digest = canonical(renamed(graph, NamedNode(came.iri), NamedNode(iri)))
    return replace(came, key=key, iri=iri, digest=digest, content=deflate(content))


def deletion(source: str, identifier: str) -> Arrival:
    """The arrival of a record that the source has deleted."""
    return Arrival(identifier, key_of(source, identifier))


def deflate(content: bytes) -> bytes:
    """Compress content to a sixth, for storage. Any zlib can read it; ISA-L writes it twice as fast."""
    return isal_zlib.compress(content, 1)


def renamed(graph: Graph, node: Term, name: NamedNode) -> Graph:
    """A copy of the graph with ``node`` replaced by ``name``."""
    nodes: dict[Node, Properties] = {}
    for subject, properties in graph.nodes.items():
        known = nodes.setdefault(name if subject == node else subject, {})
        for predicate, values in properties.items():
            renamed = [name if value == node else value for value in values]
            known[predicate] = list(dict.fromkeys((*known.get(predicate, ()), *renamed)))
    copy = Graph()
    copy.replace(nodes)
    return copy
