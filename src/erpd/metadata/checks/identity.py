"""A data set needs an IRI that stays: only so is it known again (G3.4.3)."""

from collections.abc import Iterator

from pyoxigraph import BlankNode

from erpd.metadata.findings import Finding, Severity
from erpd.metadata.parts import Part


def identity(part: Part) -> Iterator[Finding]:
    if not part.prefix and isinstance(part.node, BlankNode):
        yield Finding("dataset-unnamed", Severity.WARNING, "dcat:Dataset", section="G3.4.3")
