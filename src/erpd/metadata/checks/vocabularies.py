"""Values that must come from an authority table, and which of its codes are allowed (G4.1, G4.2)."""

from collections.abc import Iterator
from functools import cache

from pyoxigraph import NamedNode

from erpd.metadata.findings import Finding
from erpd.metadata.graph import Term
from erpd.metadata.parts import Part, Shape, shown
from erpd.metadata.profile import Property
from erpd.metadata.vocabularies import vocabulary


def vocabularies(part: Part) -> Iterator[Finding]:
    for wanted in _coded(part.shape):
        values = part.properties.get(wanted.iri)
        if values:
            yield from _values(part, wanted, values)


def _values(part: Part, wanted: Property, values: list[Term]) -> Iterator[Finding]:
    table = vocabulary(wanted.vocabulary)
    codes = [table.code_of(value.value) if isinstance(value, NamedNode) else "" for value in values]
    # Beside one value of the table, others are welcome where several are allowed (DCAT-AP 5.2).
    if wanted.max != 1 and any(codes):
        return
    for value, code in zip(values, codes, strict=True):
        if code and (not wanted.codes or code in wanted.codes):
            continue
        rule = "vocabulary"
        if wanted.codes:  # only access rights are limited to some codes of their table
            rule = "access-right-public" if code == "PUBLIC" else "access-right"
        severity = part.shape.severity(wanted)
        text = shown(part.record.graph, value)
        yield Finding(rule, severity, part.path(wanted.iri), text, wanted.section)


@cache
def _coded(shape: Shape) -> list[Property]:
    return [wanted for wanted in shape.properties.values() if wanted.vocabulary]
