"""Distributions and services that are only named: their mandatory metadata is nowhere (G4.1, G4.2)."""

from collections.abc import Iterator

from pyoxigraph import Literal

from erpd.metadata.findings import Finding, Severity
from erpd.metadata.parts import Part, shown
from erpd.metadata.terms import DCAT

_TO_DESCRIBE = {
    DCAT.distribution: "distribution-undescribed",
    DCAT.accessService: "service-undescribed",
}


def described(part: Part) -> Iterator[Finding]:
    for predicate in _TO_DESCRIBE.keys() & part.properties.keys():
        if predicate in part.shape.links:
            for value in part.properties.get(predicate, ()):
                if value not in part.record.graph.nodes and not isinstance(value, Literal):
                    yield Finding(
                        _TO_DESCRIBE[predicate],
                        Severity.ERROR,
                        part.path(predicate),
                        shown(part.record.graph, value),
                        "G4.2",
                    )
