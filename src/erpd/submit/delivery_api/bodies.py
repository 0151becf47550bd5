"""The body of a request -> a record: JSON here, RDF in a child that may die."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar
from uuid import UUID, uuid4

import msgspec
from django.conf import settings
from django.http import HttpRequest
from pyoxigraph import BlankNode, NamedNode

from erpd.formats import record_of
from erpd.formats.delivery.faults import Code, Fault, Misshapen, Refused
from erpd.formats.delivery.fields import DISTRIBUTION, Thing
from erpd.formats.delivery.merging import merged, patched
from erpd.formats.delivery.reading import read_shape
from erpd.formats.delivery.shapes import convert, decode
from erpd.formats.delivery.values import Json
from erpd.formats.delivery.writing import data_set_of
from erpd.formats.json_values import OF_JSON
from erpd.formats.rdf.document import read as triples_of
from erpd.formats.rdf.syntaxes import SYNTAXES, Syntax
from erpd.formats.reading import Reading, Unreadable
from erpd.metadata.findings import Finding, explain
from erpd.metadata.graph import Graph
from erpd.metadata.limits import LONGEST_DELIVERED, MOST_DELIVERED
from erpd.metadata.record import Record
from erpd.metadata.rules import Unread
from erpd.metadata.terms import DCAT, DCT
from erpd.register.arrival import renamed
from erpd.sources.children.child import Bounds, Child
from erpd.sources.errors import SourceError
from erpd.submit.delivery_api import problems
from erpd.submit.delivery_api.problems import Problem

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"
RDF = ("text/turtle", "application/ld+json", "application/rdf+xml", "application/n-triples")
_SYNTAXES = {media_type: syntax for syntax in SYNTAXES.values() for media_type in syntax.media_types}
Made = TypeVar("Made")
_BOUNDS = Bounds(memory=2**30, processor=20, wall=60)


def record_in(request: HttpRequest, stored: Record | None = None) -> Record:
    """Return the record that the body describes. Raises Problem.

    ``stored`` is the record that it replaces. In JSON, what only RDF can say in it stays; a body in RDF says
    everything.
    """
    return read(request.body, media_type_of(request, JSON, *RDF), stored)


def read(content: bytes, media_type: str, stored: Record | None = None) -> Record:
    """Return the record in content of one of these media types, as ``record_in`` does. Raises Problem."""
    if media_type == JSON:
        said = understood(lambda: read_shape(decode(content), stored))
        record = merged(stored, said) if stored else said
    else:
        record = _in_rdf(content, media_type, stored)
    if not record.identifier:
        record.identifier = str(uuid4())
    return record


def patch_in(request: HttpRequest, stored: Record) -> Record:
    """Return the stored record with the fields that the body says. Raises Problem."""
    media_type_of(request, JSON, MERGE_PATCH)
    understood(lambda: decode(request.body))  # its shape, before its meaning
    patch = msgspec.json.decode(request.body)
    body = patched({name: value for name, value in data_set_of(stored).items() if name in patch}, patch)
    for name in ("dctIdentifier", "uri"):
        if name in patch:
            body[name] = patch[name]
    said = understood(lambda: read_shape(convert(body), stored))
    return merged(stored, said, patch.keys())


def with_distributions(stored: Record, distributions: list[Json], place: int) -> Record:
    """Return the stored record with these distributions, of which the one at ``place`` is new or changed."""
    try:
        said = read_shape(convert({"dcatDistribution": distributions}), stored)
    except Refused as refused:
        inside = ("dcatDistribution", place)
        refused.faults = [
            Fault(
                fault.code, fault.at[2:] if fault.at[:2] == inside else fault.at, fault.message, fault.section
            )
            for fault in refused.faults
        ]
        raise _refused(refused) from refused
    return merged(stored, said, {"dcatDistribution"})


def object_in(request: HttpRequest, thing: Thing = DISTRIBUTION) -> dict[str, Json]:
    """Return the body as plain JSON, after its shape has been checked. Raises Problem."""
    media_type_of(request, JSON)
    understood(lambda: decode(request.body, thing))
    body: dict[str, Json] = msgspec.json.decode(request.body)
    return {name: value for name, value in body.items() if value is not None}


def struct_in(request: HttpRequest, kind: type[Any]) -> Any:
    """Return the body as a struct of ours. Raises Problem."""
    media_type_of(request, JSON)
    try:
        return msgspec.json.decode(request.body, type=kind)
    except (ValueError, RecursionError) as error:  # including those of msgspec
        raise Problem(problems.INVALID_REQUEST, f"The body cannot be read: {str(error)[:200]}.") from error


def media_type_of(request: HttpRequest, *known: str) -> str:
    """Return the media type of the body, one of those known. Raises Problem."""
    found = (request.content_type or "").lower()
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise Problem(problems.MEDIA_TYPE_UNKNOWN, "Send the body as it is, without Content-Encoding.")
    if found not in known:
        detail = f"The Content-Type “{found[:80]}” is not one of {', '.join(known)}."
        accepted = {"Accept-Patch" if request.method == "PATCH" else "Accept-Post": ", ".join(known)}
        raise Problem(problems.MEDIA_TYPE_UNKNOWN, detail, headers=accepted)
    return found


def understood(make: Callable[[], Made]) -> Made:
    """Return what ``make`` does. What JSON it cannot read or refuses is a problem."""
    try:
        return make()
    except Refused as refused:
        raise _refused(refused) from refused
    except Unreadable as error:
        raise _unread(error.finding()._replace(section=OF_JSON)) from error


def _unread(finding: Finding) -> Problem:
    is_large = finding.rule == Unread.TOO_LARGE
    code = problems.TOO_LARGE if is_large else problems.DESERIALIZATION_FAILED
    return Problem(code, explain(finding, delivered=True))


def _refused(refused: Refused) -> Problem:
    if isinstance(refused, Misshapen):
        detail = "A field is unknown, or has a value of the wrong type. See errors."
        return Problem(problems.DESERIALIZATION_FAILED, detail, refused.faults)
    return Problem(problems.VALIDATION_FAILED, "Values of some fields are wrong. See errors.", refused.faults)


def named(record: Record, key: UUID) -> Record:
    """Give each distribution without an IRI an address below that of its data set, in the order received.

    So it has an id that stays, however often it is changed.
    """
    blank = [node for node in record.values(DCAT.distribution) if isinstance(node, BlankNode)]
    if not blank:
        return record
    base, first = f"{settings.NODE.base_url}/datasets/{key}/distribution", uuid4().int
    # Counted upwards: the stored triples are sorted, and keep the order of the distributions.
    ids = ((first & ~0xFFFFFFFF) + place for place in range(len(blank)))
    names = {node: NamedNode(f"{base}/{UUID(int=number)}") for node, number in zip(blank, ids, strict=True)}

    def name(node: Any) -> Any:
        return names.get(node, node)

    graph = Graph()
    for subject, predicate, value, _ in record.graph.triples():
        graph.add(name(subject), predicate, name(value))
    return Record(record.identifier, graph, record.dataset, record.spare, record.repairs)


class _Parser:
    """What the child owns."""

    def read(self, content: bytes, media_type: str) -> Record | Finding:
        try:
            if _is_too_large(content, _SYNTAXES[media_type]):
                limit = (
                    f"it has more than {MOST_DELIVERED:,} triples, or {LONGEST_DELIVERED >> 20} MiB of them"
                )
                raise Unreadable(Unread.TOO_LARGE, limit)
            return record_of(Reading("", content, media_type))
        except Unreadable as error:
            return error.finding()


def _is_too_large(content: bytes, syntax: Syntax) -> bool:
    """Whether it says more than may be delivered, counted before anything is made of it."""
    left = LONGEST_DELIVERED
    with suppress(Unreadable):  # what is wrong with it is found when it is read
        for place, triple in enumerate(triples_of(content, syntax)):
            left -= len(str(triple))
            if place >= MOST_DELIVERED or left < 0:
                return True
    return False


def _in_rdf(content: bytes, media_type: str, stored: Record | None) -> Record:
    try:
        with Child(_Parser(), "", _BOUNDS) as child:
            read = child.one("read", content, media_type)
    except SourceError as error:
        raise Problem(problems.DESERIALIZATION_FAILED, str(error)) from error
    except ValueError as error:  # terms that the parser let pass, but that cannot be made here
        detail = f"An IRI is not valid, or not absolute: {error}. Write each IRI in full (RFC 3987)."
        raise Problem(problems.DESERIALIZATION_FAILED, detail) from error
    if isinstance(read, Finding):
        raise _unread(read)
    record: Record = read
    if stored is None:
        said = [value.value for value in record.values(DCT.identifier) if not isinstance(value, BlankNode)]
        record.identifier = said[0] if len(said) == 1 else record.iri
        return record
    if record.iri and record.iri != stored.iri:
        message = f"The data set is {stored.iri}, which is permanent (G3.4.3). Use that IRI, or none."
        fault = Fault(Code.FIELD_NOT_MODIFIABLE, ("uri",), message, "G3.4.3")
        raise Problem(problems.VALIDATION_FAILED, message, [fault])
    graph = record.graph if record.iri else renamed(record.graph, record.dataset, _node(stored))
    return Record(stored.identifier, graph, stored.dataset, repairs=record.repairs)


def _node(stored: Record) -> NamedNode:
    assert isinstance(stored.dataset, NamedNode)
    return stored.dataset
