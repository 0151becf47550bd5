"""The values of properties: text or link, authority table, datatype, ISO 8601 dates.

DCAT-AP section 4, column Range, and 5.2; G4.1, G4.2; XML Schema 2; G6.1, row 12.
"""

import re
from collections.abc import Iterator
from functools import cache

from pyoxigraph import BlankNode, Literal, NamedNode

from erpd.metadata.findings import Finding, Severity
from erpd.metadata.graph import Term
from erpd.metadata.iso8601 import DATE_TYPES, date_type
from erpd.metadata.mending.authorities import labels_of, named_codes
from erpd.metadata.mending.numbers import DECIMAL
from erpd.metadata.parts import Part, Shape, excerpt, shown
from erpd.metadata.profile import Property
from erpd.metadata.rules import Flaw
from erpd.metadata.terms import DCAT, DCT, XSD
from erpd.metadata.vocabularies import vocabulary

# Kind of value -> the types of term it excludes, and the rule that reports them.
_WRONG: dict[str, tuple[tuple[type, ...], Flaw]] = {
    "literal": ((NamedNode, BlankNode), Flaw.TEXT_EXPECTED),
    "iri": ((Literal, BlankNode), Flaw.LINK_EXPECTED),
    "node": ((Literal,), Flaw.NODE_EXPECTED),
}


def kinds(part: Part) -> Iterator[Finding]:
    """Find text where a link is expected, and links where text is."""
    plan = _plan(part.shape)
    for predicate, values in part.properties.items():
        if predicate in plan:
            wrong, rule = plan[predicate]
            for value in values:
                if isinstance(value, wrong):
                    wanted = part.shape.properties[predicate]
                    severity, path = part.severity(wanted), part.path(predicate)
                    yield Finding(rule, severity, path, shown(part.record.graph, value), wanted.section)


@cache
def _plan(shape: Shape) -> dict[NamedNode, tuple[tuple[type, ...], Flaw]]:
    """Leaves out values of authority tables: the check of vocabularies says more about them."""
    return {
        predicate: _WRONG[wanted.kind]
        for predicate, wanted in shape.properties.items()
        if not wanted.vocabulary
    }


# In the official shapes, a catalogue's own themes are a warning
# (dcat-ap_2.1.1_shacl_mdr-vocabularies.shape.ttl).
_MAY_DIFFER = "data-theme"


def vocabularies(part: Part) -> Iterator[Finding]:
    """Find values that are not in the authority table or list required, or not among the codes allowed."""
    for wanted in _coded(part.shape):
        values = part.properties.get(wanted.iri)
        if values and wanted.vocabulary:
            yield from _values(part, wanted, values)
        for value in values or () if wanted.values else ():
            if value not in wanted.values:
                severity, path = part.severity(wanted), part.path(wanted.iri)
                yield Finding(Flaw.VALUE, severity, path, shown(part.record.graph, value), wanted.section)
        for value in values or () if wanted.within else ():
            # We know where such a list is, not what is in it; and a value may be described here instead.
            strange = isinstance(value, NamedNode) and not value.value.startswith(wanted.within)
            if strange and value not in part.record.graph.nodes:
                path, text = part.path(wanted.iri), excerpt(value.value)
                yield Finding(Flaw.VALUE, Severity.WARNING, path, text, wanted.section)


def _values(part: Part, wanted: Property, values: list[Term]) -> Iterator[Finding]:
    table = vocabulary(wanted.vocabulary)
    codes = [table.code_of(value.value) if isinstance(value, NamedNode) else "" for value in values]
    # If several values are allowed, one from the table is enough (DCAT-AP 5.2).
    enough = wanted.max != 1 and any(codes)
    for value, code in zip(values, codes, strict=True):
        # The official shapes want no text there, beside a value of the table neither.
        text = isinstance(value, Literal) and part.shape.strict
        if (enough and not text) or (code and (not wanted.codes or code in wanted.codes)):
            continue
        lenient = wanted.vocabulary == _MAY_DIFFER and not text
        severity = part.shape.decisive(wanted) if lenient else part.severity(wanted)
        rule = Flaw.VOCABULARY
        if wanted.codes:  # only access rights are limited to some codes of their table
            rule = Flaw.ACCESS_RIGHT_PUBLIC if code == "PUBLIC" else Flaw.ACCESS_RIGHT
        graph, excerpted = part.record.graph, shown(part.record.graph, value)
        named = () if code else named_codes(graph, value, table)
        if len(named) > 1:
            # We must not guess who may see the data, whatever the profile.
            rule, severity = Flaw.AMBIGUOUS, Severity.ERROR if wanted.codes else severity
            excerpted = excerpt(" | ".join(label.value for label in labels_of(graph, value)))
        yield Finding(rule, severity, part.path(wanted.iri), excerpted, wanted.section)


@cache
def _coded(shape: Shape) -> list[Property]:
    rows = shape.properties.values()
    return [wanted for wanted in rows if wanted.vocabulary or wanted.values or wanted.within]


_SIZE = DCAT.byteSize
_FORMS = {
    XSD.decimal: DECIMAL,
    XSD.nonNegativeInteger: re.compile(r"[+-]?[0-9]+"),
    XSD.hexBinary: re.compile(r"(?:[0-9A-Fa-f]{2})*"),
    XSD.duration: re.compile(
        r"-?P(?=[\dT])(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?", re.ASCII
    ),
}


def datatypes(part: Part) -> Iterator[Finding]:
    """Find values, other than dates, that have the wrong datatype or are not written as it demands."""
    for wanted in _typed(part.shape):
        for value in part.properties.get(wanted.iri, ()):
            if isinstance(value, Literal):
                rule = _fault(value, wanted)
                if rule:
                    severity = part.severity(wanted)
                    yield Finding(rule, severity, part.path(wanted.iri), excerpt(value.value), wanted.section)


def _fault(value: Literal, wanted: Property) -> Flaw | None:
    datatype, text = value.datatype, value.value
    form = _FORMS.get(datatype)
    if datatype not in wanted.datatypes or (form and not form.fullmatch(text)):
        return Flaw.DATATYPE
    return Flaw.SIZE_NEGATIVE if wanted.iri == _SIZE and text.startswith("-") else None


@cache
def _typed(shape: Shape) -> list[Property]:
    return [
        wanted
        for wanted in shape.properties.values()
        if wanted.datatypes and DATE_TYPES.isdisjoint(wanted.datatypes)
    ]


_PERIOD, _START, _END = DCT.PeriodOfTime, DCAT.startDate, DCAT.endDate


def dates(part: Part) -> Iterator[Finding]:
    """Find dates that are not ISO 8601, and periods that end before they start."""
    for wanted in _dated(part.shape):
        for value in part.properties.get(wanted.iri, ()):
            if isinstance(value, Literal):
                kind = date_type(value.value)
                if kind is None:
                    path = part.path(wanted.iri)
                    yield Finding(Flaw.DATE_NOT_ISO, Severity.ERROR, path, excerpt(value.value), "G6.1")
                elif kind != value.datatype:
                    path = part.path(wanted.iri)
                    yield Finding(Flaw.DATATYPE, part.severity(wanted), path, value.value, wanted.section)
    if part.shape.kind == _PERIOD:
        yield from _period(part)


def _period(part: Part) -> Iterator[Finding]:
    graph = part.record.graph
    start, end = graph.first(part.node, _START), graph.first(part.node, _END)
    if not (isinstance(start, Literal) and isinstance(end, Literal)):
        return
    if not (date_type(start.value) and date_type(end.value)) or "-" in (start.value[0], end.value[0]):
        return
    # Dates compare as text, as far as both go (2020 and 2020-05-01), without the time of day.
    shared = min(len(start.value), len(end.value), len("2020-05-01"))
    if end.value[:shared] < start.value[:shared]:
        span = f"{start.value} – {end.value}"
        yield Finding(Flaw.PERIOD_REVERSED, Severity.WARNING, part.path(_END), span, "DCAT-AP 2.1.1, 4.13.1")


@cache
def _dated(shape: Shape) -> list[Property]:
    return [wanted for wanted in shape.properties.values() if not DATE_TYPES.isdisjoint(wanted.datatypes)]
