"""Text where a link belongs, and the other way round (DCAT-AP section 4, column Range)."""

from collections.abc import Iterator
from functools import cache

from pyoxigraph import BlankNode, Literal, NamedNode

from erpd.metadata.findings import Finding
from erpd.metadata.parts import Part, Shape, shown

# What is not of the kind, and the rule that says so.
_WRONG: dict[str, tuple[tuple[type, ...], str]] = {
    "literal": ((NamedNode, BlankNode), "text-expected"),
    "iri": ((Literal, BlankNode), "link-expected"),
    "node": ((Literal,), "node-expected"),
}


def kinds(part: Part) -> Iterator[Finding]:
    plan = _plan(part.shape)
    for predicate, values in part.properties.items():
        if predicate in plan:
            wrong, rule = plan[predicate]
            for value in values:
                if isinstance(value, wrong):
                    wanted = part.shape.properties[predicate]
                    severity, path = part.shape.severity(wanted), part.path(predicate)
                    yield Finding(rule, severity, path, shown(part.record.graph, value), wanted.section)


@cache
def _plan(shape: Shape) -> dict[NamedNode, tuple[tuple[type, ...], str]]:
    """Values of authority tables are left to the check of vocabularies, which says more."""
    return {
        predicate: _WRONG[wanted.kind]
        for predicate, wanted in shape.properties.items()
        if not wanted.vocabulary
    }
