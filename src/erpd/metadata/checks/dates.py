"""Dates and times as ISO 8601, which is mandatory (G6.1, row 12), and periods that end after they start."""

from collections.abc import Iterator
from functools import cache

from pyoxigraph import Literal

from erpd.metadata.findings import Finding, Severity
from erpd.metadata.iso8601 import DATE_TYPES, date_type
from erpd.metadata.parts import Part, Shape, excerpt
from erpd.metadata.profile import Property
from erpd.metadata.terms import DCAT, DCT

_PERIOD, _START, _END = DCT.PeriodOfTime, DCAT.startDate, DCAT.endDate


def dates(part: Part) -> Iterator[Finding]:
    for wanted in _dated(part.shape):
        for value in part.properties.get(wanted.iri, ()):
            if isinstance(value, Literal):
                kind = date_type(value.value)
                if kind is None:
                    path = part.path(wanted.iri)
                    yield Finding("date-not-iso", Severity.ERROR, path, excerpt(value.value), "G6.1")
                elif kind != value.datatype:
                    path = part.path(wanted.iri)
                    yield Finding("datatype", Severity.WARNING, path, value.value, wanted.section)
    if part.shape.kind == _PERIOD:
        yield from _period(part)


def _period(part: Part) -> Iterator[Finding]:
    graph = part.record.graph
    start, end = graph.first(part.node, _START), graph.first(part.node, _END)
    if not (isinstance(start, Literal) and isinstance(end, Literal)):
        return
    if not (date_type(start.value) and date_type(end.value)) or "-" in (start.value[0], end.value[0]):
        return
    # Days compare as text; what one leaves open (2020 and 2020-05-01) and the time of day do not count.
    shared = min(len(start.value), len(end.value), len("2020-05-01"))
    if end.value[:shared] < start.value[:shared]:
        span = f"{start.value} – {end.value}"
        yield Finding("period-reversed", Severity.WARNING, part.path(_END), span, "DCAT-AP 2.1.1, 4.13.1")


@cache
def _dated(shape: Shape) -> list[Property]:
    return [wanted for wanted in shape.properties.values() if not DATE_TYPES.isdisjoint(wanted.datatypes)]
