"""Safe repairs, the same for harvest, form and API. Each leaves a finding; nothing that came in is dropped.

To add a repair of values, write a module with a ``Mender`` and put it into MENDERS; they work in this order,
each on what the one before it left.
"""

from functools import cache

from pyoxigraph import BlankNode, NamedNode

from erpd.metadata.findings import Finding, Severity
from erpd.metadata.graph import Graph, Node
from erpd.metadata.mending.authorities import AUTHORITIES
from erpd.metadata.mending.dates import DATES
from erpd.metadata.mending.links import LINKS
from erpd.metadata.mending.mailboxes import mend_mailboxes
from erpd.metadata.mending.markup import MARKUP
from erpd.metadata.mending.mender import Mender
from erpd.metadata.mending.names import mend_names
from erpd.metadata.mending.numbers import NUMBERS
from erpd.metadata.mending.statements import STATEMENTS
from erpd.metadata.mending.terms import mend_terms
from erpd.metadata.parts import Part, Shape, excerpt, parts
from erpd.metadata.profile import Profile
from erpd.metadata.record import Record

MENDERS: tuple[Mender, ...] = (LINKS, STATEMENTS, AUTHORITIES, DATES, NUMBERS, MARKUP)


def mend(record: Record, profile: Profile) -> list[Finding]:
    """Repair the graph of ``record`` in place; what was done, nothing where nothing was to do.

    Afterwards every term is valid RDF, and mending again finds nothing.
    """
    findings = [*mend_terms(record), *mend_mailboxes(record)]
    replaced: set[Node] = set()
    for part in parts(record, profile):
        findings += mend_names(part)
        plan = _plan(part.shape)
        for predicate in part.properties.keys() & plan.keys():
            findings += _mend_values(part, predicate, plan[predicate], replaced)
    if replaced:
        _forget(record.graph, replaced)
    return findings


def _mend_values(
    part: Part, predicate: NamedNode, menders: tuple[Mender, ...], replaced: set[Node]
) -> list[Finding]:
    findings = []
    wanted = part.shape.properties[predicate]
    mended = list(part.properties[predicate])
    for place in range(len(mended)):
        for mender in menders:
            repaired = mender.mend(mended[place], wanted, part)
            if repaired is not None:
                old, mended[place] = mended[place], repaired
                if isinstance(old, BlankNode):
                    replaced.add(old)
                findings.append(
                    Finding(
                        mender.rule,
                        Severity.REPAIR,
                        part.path(predicate),
                        excerpt(old.value),
                        wanted.section,
                        excerpt(repaired.value),
                    )
                )
    if findings:
        part.record.graph.set(part.node, predicate, mended)
    return findings


def _forget(graph: Graph, replaced: set[Node]) -> None:
    """Blank nodes that stood for a concept, when nothing leads to them any more."""
    linked = {
        value for properties in graph.nodes.values() for values in properties.values() for value in values
    }
    for node in replaced - linked:
        graph.nodes.pop(node, None)


@cache
def _plan(shape: Shape) -> dict[NamedNode, tuple[Mender, ...]]:
    """Which repairs the properties of a class may need; most need none."""
    plan = {
        predicate: tuple(mender for mender in MENDERS if mender.wants(wanted))
        for predicate, wanted in shape.properties.items()
    }
    return {predicate: menders for predicate, menders in plan.items() if menders}
