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
    findings = [*mend_terms(record), *mend_contacts(record)]
    replaced: set[Node] = set()
    for part in parts(record, profile):
        plan = _plan(part.shape)
        if plan:
            findings += mend_names(part)
            for predicate, values in part.properties.items():
                if predicate in plan and _needy(part, values, *plan[predicate]):
                    findings += _mend_values(part, values, *plan[predicate], replaced)
    if replaced:
        _forget(record.graph, replaced)
    return findings


def _needy(part: Part, values: list[Term], wanted: Property, literals: Menders, nodes: Menders) -> bool:
    for value in values:
        for mender in literals if isinstance(value, Literal) else nodes:
            if mender.mend(value, wanted, part) is not None:
                return True
    return False

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
