"""Check a record or a catalogue. The profile decides what counts as an error (``Profile.errors``).

To add a check, write a function that takes a part of a record and yields findings, in a file of its own. Add
it to CHECKS, and its rules to ``rules.Flaw``.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from pyoxigraph import NamedNode

from erpd.metadata.checks.cardinality import cardinality
from erpd.metadata.checks.conditions import conditions
from erpd.metadata.checks.health import health
from erpd.metadata.checks.high_value import high_value
from erpd.metadata.checks.legislation import legislation
from erpd.metadata.checks.nodes import classes, described, identity
from erpd.metadata.checks.texts import characters, texts
from erpd.metadata.checks.values import datatypes, dates, kinds, vocabularies
from erpd.metadata.findings import Finding
from erpd.metadata.graph import Graph, Node
from erpd.metadata.parts import Part, parts, parts_apart, parts_of_catalogue
from erpd.metadata.profile import Profile
from erpd.metadata.record import Record

Check: TypeAlias = Callable[[Part], Iterable[Finding]]

CHECKS: tuple[Check, ...] = (
    cardinality,
    kinds,
    vocabularies,
    datatypes,
    dates,
    texts,
    characters,
    described,
    classes,
    identity,
    legislation,
    conditions,
    health,
    high_value,
)


def check(record: Record, profile: Profile, extra: Sequence[Check] = ()) -> list[Finding]:
    """Return all findings on a mended record, part by part, beginning with the data set itself.

    ``extra`` are checks beside CHECKS.
    """
    return check_parts(parts(record, profile), extra)


def check_catalogue(
    graph: Graph, catalogue: Node, profile: Profile, extra: Sequence[Check] = ()
) -> list[Finding]:
    """Return all findings on a catalogue itself: its title, description, publisher, licence, services ...

    ``graph`` describes the node ``catalogue``. Call ``mending.mend_catalogue`` first, as you call ``mend``
    for a data set. Data sets in the graph are ignored: ``check`` them one by one. Paths begin with
    ``dcat:Catalog[IRI]/``.
    """
    return check_parts(parts_of_catalogue(graph, catalogue, profile), extra)


def check_apart(
    graph: Graph, node: Node, kind: NamedNode, profile: Profile, extra: Sequence[Check] = ()
) -> list[Finding]:
    """Return all findings on what is described for itself: a service, a series or a catalogue record.

    ``kind`` is its class. Call ``mending.mend_apart`` first. Paths begin with the class and its IRI.
    """
    return check_parts(parts_apart(graph, node, kind, profile), extra)


def check_parts(walked: Iterable[Part], extra: Sequence[Check] = ()) -> list[Finding]:
    """Do what ``check`` does, for a record whose parts are known already."""
    found: list[Finding] = []
    checks = (*CHECKS, *extra)
    for part in walked:
        for examine in checks:
            found.extend(examine(part))
    return found
