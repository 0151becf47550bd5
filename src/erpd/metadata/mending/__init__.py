"""Safe repairs, the same for harvest, form and API. Each leaves a finding; nothing received is dropped.

To add a repair of values, write a module with a ``Mender`` and add it to MENDERS. Menders run in this order,
each on the result of the one before.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from pyoxigraph import BlankNode, Literal, NamedNode

from erpd.metadata.conditions.statement import tell
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.graph import Graph, Node, Term
from erpd.metadata.mending.authorities import AUTHORITIES
from erpd.metadata.mending.beside import keep, says_more
from erpd.metadata.mending.contacts import mend_contacts
from erpd.metadata.mending.dates import DATES
from erpd.metadata.mending.licences import LICENCES
from erpd.metadata.mending.links import LINKS
from erpd.metadata.mending.markup import MARKUP
from erpd.metadata.mending.media_types import MEDIA_TYPES
from erpd.metadata.mending.mender import Mender
from erpd.metadata.mending.names import mend_names
from erpd.metadata.mending.numbers import NUMBERS
from erpd.metadata.mending.statements import STATEMENTS
from erpd.metadata.mending.terms import mend_terms
from erpd.metadata.parts import Part, Shape, parts, parts_apart, parts_of_catalogue, shown
from erpd.metadata.profile import Profile, Property
from erpd.metadata.record import Record
from erpd.metadata.rules import Repair
from erpd.metadata.terms import shorten
from erpd.metadata.vocabularies import vocabulary

MENDERS: tuple[Mender, ...] = (
    LINKS,
    MEDIA_TYPES,
    LICENCES,
    STATEMENTS,
    AUTHORITIES,
    DATES,
    NUMBERS,
    MARKUP,
)
_ADVISES = (Repair.AUTHORITY, Repair.AUTHORITY_ADDED)  # to write the IRI of the table


def mend(record: Record, profile: Profile) -> list[Finding]:
    """Repair the graph of ``record`` in place, and return what was done, also to read it.

    Afterwards every term is valid RDF, and mending again finds nothing.
    """
    return mend_parts(record, profile)[0]


def mend_parts(record: Record, profile: Profile) -> tuple[list[Finding], list[Part]]:
    """Do what ``mend`` does, and also return the parts of the record, so that checks need no second walk."""
    repaired = mend_terms(record)
    repaired += tell(record)
    findings, walked = _mend(record, parts(record, profile), repaired)
    findings += record.repairs
    record.repairs = ()
    return findings, walked


def mend_catalogue(graph: Graph, catalogue: Node, profile: Profile) -> tuple[list[Finding], Node]:
    """Do what ``mend`` does, for a catalogue itself, without its data sets.

    Returns the repairs and the node of the catalogue, which is a new one if its IRI had to be repaired.
    """
    record = Record("", graph, catalogue)
    findings = mend_terms(record)
    return _mend(record, parts_of_catalogue(graph, record.dataset, profile), findings)[0], record.dataset


def mend_apart(graph: Graph, node: Node, kind: NamedNode, profile: Profile) -> tuple[list[Finding], Node]:
    """Do what ``mend`` does, for a service, a series or a catalogue record. ``kind`` is its class.

    Returns the repairs and its node, which is a new one if its IRI had to be repaired.
    """
    record = Record("", graph, node)
    findings = mend_terms(record)
    return _mend(record, parts_apart(graph, record.dataset, kind, profile), findings)[0], record.dataset


def _mend(record: Record, parts: Iterator[Part], findings: list[Finding]) -> tuple[list[Finding], list[Part]]:
    walked: list[Part] = []
    replaced: set[Node] = set()
    for part in parts:
        walked.append(part)
        plan = _plan(part.shape)
        if plan:
            findings += mend_names(part)
            for predicate, values in list(part.properties.items()):
                if predicate in plan:
                    _mend_values(part, values, plan[predicate], findings, replaced)
    findings += mend_contacts(record)
    if replaced:
        forget(record.graph, replaced)
    return [_unless_refused(finding, walked) for finding in findings], walked


def _unless_refused(finding: Finding, walked: list[Part]) -> Finding:
    """The finding; where the profile refuses what the value means, one that does not advise to write it."""
    if finding.rule not in _ADVISES:
        return finding
    said = finding.path.rpartition("/")[2], finding.repaired
    refused = any(said in _refused(part.shape) for part in walked)
    return finding._replace(rule=Repair.AUTHORITY_REFUSED) if refused else finding


@cache
def _refused(shape: Shape) -> frozenset[tuple[str, str]]:
    """The properties of which only some codes are allowed, each with the IRI of each other code."""
    return frozenset(
        (shorten(wanted.iri), iri)
        for wanted in shape.properties.values()
        if wanted.codes
        for iri, code in vocabulary(wanted.vocabulary).iris.items()
        if code not in wanted.codes
    )


def _mend_values(
    part: Part, values: list[Term], plan: "_Plan", findings: list[Finding], replaced: set[Node]
) -> None:
    graph, wanted = part.record.graph, plan.wanted
    mended: dict[Term, Term] = {}
    kept: list[Term] = []
    for value in values:
        current = value
        for mender in plan.literals if isinstance(value, Literal) else plan.nodes:
            repaired = mender.mend(current, wanted, part)
            if repaired is None:
                continue
            rule = mender.rule
            if mender.added and says_more(graph, current):
                if wanted.max != 1 and repaired in values and not isinstance(current, Literal):
                    continue
                rule = mender.added
                kept.append(current)
            findings.append(_repair(rule, part, wanted, current, repaired))
            current = mended[value] = repaired
        if current is not value and isinstance(value, BlankNode):
            replaced.add(value)
    if mended:
        nodes = [value for value in kept if wanted.max != 1 and not isinstance(value, Literal)]
        graph.set(part.node, wanted.iri, [*(mended.get(value, value) for value in values), *nodes])
        keep(graph, part.node, wanted.iri, [value for value in kept if value not in nodes])


def _repair(rule: Repair, part: Part, wanted: Property, old: Term, new: Term) -> Finding:
    was, now = shown(part.record.graph, old), shown(part.record.graph, new)
    now = f"[{now}]" if isinstance(new, BlankNode) and isinstance(old, Literal) else now
    if was == now and isinstance(new, Literal):  # what changed is the datatype
        now = f"{now} ({shorten(new.datatype)})"
    return Finding(rule, Severity.REPAIR, part.path(wanted.iri), was, wanted.section, now)


def forget(graph: Graph, replaced: set[Node]) -> None:
    """Drop the blank nodes among ``replaced`` that nothing links to any more."""
    linked = {
        value for properties in graph.nodes.values() for values in properties.values() for value in values
    }
    for node in replaced - linked:
        graph.drop(node)


@dataclass(frozen=True, slots=True)
class _Plan:
    """The repairs that the values of a property may need."""

    wanted: Property
    literals: tuple[Mender, ...]
    nodes: tuple[Mender, ...]


@cache
def _plan(shape: Shape) -> dict[NamedNode, _Plan]:
    """The properties that may need repairs; most need none."""
    plan = {}
    for predicate, wanted in shape.properties.items():
        menders = tuple(mender for mender in MENDERS if mender.wants(wanted))
        if menders:
            nodes = tuple(mender for mender in menders if not mender.literals_only)
            plan[predicate] = _Plan(wanted, menders, nodes)
    return plan
