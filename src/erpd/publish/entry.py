"""A data set as our catalogue lists it: its address here, and the record of it (DCAT-AP 2.1.1, 4.2)."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID

from django.conf import settings
from pyoxigraph import Literal, NamedNode, Quad

from erpd.metadata.conforming import conformed
from erpd.metadata.graph import Graph, Term
from erpd.metadata.record import Record
from erpd.metadata.terms import DCAT, DCT, FOAF, RDF, XSD
from erpd.publish.profiles import Offered


class Keyed(Protocol):
    """A data set, or its key among other columns."""

    @property
    def key(self) -> UUID: ...


class Listed(Keyed, Protocol):
    """A data set, or those of its columns that its record needs."""

    @property
    def identifier(self) -> str: ...
    @property
    def iri(self) -> str: ...
    @property
    def created(self) -> datetime: ...
    @property
    def modified(self) -> datetime: ...


def address(data_set: Keyed, suffix: str = "") -> str:
    """The URL of a data set: that of its page, or of the syntax with this suffix."""
    return f"{settings.NODE.base_url}/datasets/{data_set.key}{'.' if suffix else ''}{suffix}"


def record_iri(data_set: Keyed) -> NamedNode:
    """The IRI of our record of a data set."""
    return NamedNode(f"{address(data_set)}#record")


def graph_of(data_set: Listed, triples: Iterable[Quad], profile: Offered) -> Graph:
    """A data set in the form of a profile, with our record of it: since when it is here, its last change.

    Where it came from, if that says so itself: the record of the catalogue before us (``dct:source``).
    """
    me, entry = NamedNode(data_set.iri), record_iri(data_set)
    triples = list(triples)
    sources = [
        triple.subject
        for triple in triples
        if triple.predicate == FOAF.primaryTopic
        and triple.object == me
        and isinstance(triple.subject, NamedNode)
    ]
    facts: list[tuple[NamedNode, Term]] = [
        (RDF.type, DCAT.CatalogRecord),
        (FOAF.primaryTopic, me),
        (DCT.identifier, Literal(data_set.identifier)),
        (DCT.issued, _moment(data_set.created)),
        (DCT.modified, _moment(data_set.modified)),
        (DCT.conformsTo, NamedNode(profile.iri)),
    ]
    if len(sources) == 1:
        facts.append((DCT.source, sources[0]))
    graph = Graph([*triples, *(Quad(entry, *fact) for fact in facts)])
    return conformed(Record(data_set.identifier, graph, me), profile.profile)


def _moment(at: datetime) -> Literal:
    return Literal(at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), datatype=XSD.dateTime)
