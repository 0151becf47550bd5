"""What is wrong with a record or a catalogue. What counts as an error is the profile's (``Profile.errors``).

To add a check, write a function that takes a part of a record and yields findings, in a file of its own, and
put it into CHECKS; its rules go into ``rules.RULES``.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from erpd.metadata.checks.cardinality import cardinality
from erpd.metadata.checks.nodes import classes, described, identity
from erpd.metadata.checks.texts import characters, texts
from erpd.metadata.checks.values import datatypes, dates, kinds, vocabularies
from erpd.metadata.findings import Finding
from erpd.metadata.graph import Graph, Node
from erpd.metadata.parts import Part, parts, parts_of_catalogue
from erpd.metadata.profile import Profile
from erpd.metadata.record import Record

Check: TypeAlias = Callable[[Part], Iterator[Finding]]

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
)


def check(record: Record, profile: Profile) -> list[Finding]:
    """All findings on a record that was mended, part by part, the data set's own first."""
    return check_parts(parts(record, profile))


def check_catalogue(graph: Graph, catalogue: Node, profile: Profile) -> list[Finding]:
    """All findings on a catalogue itself: its title, description, publisher, licence, services ...

    ``graph`` holds what is said of the node ``catalogue``. Its data sets may stand in it too: they are not
    looked at, ``check`` them one by one. ``mending.mend_catalogue`` comes before, as ``mend`` does for a data
    set. Paths begin with ``dcat:Catalog[IRI]/``.
    """
    return check_parts(parts_of_catalogue(graph, catalogue, profile))


def check_parts(walked: Iterable[Part]) -> list[Finding]:
    """``check`` of a record whose parts are at hand."""
    found: list[Finding] = []
    for part in walked:
        for examine in CHECKS:
            found.extend(examine(part))
    return found
