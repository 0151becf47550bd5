"""Distributions and services that are only named: their mandatory metadata is nowhere (G4.1, G4.2)."""

from collections.abc import Iterator

from pyoxigraph import Literal

from erpd.metadata.findings import Finding, Severity
from erpd.metadata.parts import Part, excerpt
from erpd.metadata.terms import DCAT

_TO_DESCRIBE = {
    DCAT.distribution: "distribution-undescribed",
    DCAT.accessService: "service-undescribed",
}


def described(part: Part) -> Iterator[Finding]:
    for predicate, rule in _TO_DESCRIBE.items():
        if predicate in part.shape.links:
            for value in part.properties.get(predicate, ()):
                if value not in part.record.graph.nodes and not isinstance(value, Literal):
                    yield Finding(rule, Severity.ERROR, part.path(predicate), excerpt(value.value), "G4.2")
