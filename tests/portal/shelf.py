"""A register to look at: data sets put straight into the tables, as an intake would."""

from datetime import UTC, datetime
from pathlib import Path

from django.db import transaction
from pyoxigraph import BlankNode, NamedNode, RdfFormat, parse

from erpd.metadata.canonical import canonical
from erpd.metadata.graph import Graph, Node
from erpd.metadata.terms import DCAT, RDF
from erpd.register import changes
from erpd.register.content import deflate
from erpd.register.models import Catalogue, DataSet, Source, Version, key_of

DEMO = Path(__file__).parents[2] / "src" / "erpd" / "demo"
WHEN = datetime(2025, 9, 4, 9, 30, tzinfo=UTC)


def catalogue(slug: str, kind: str = "protected", **facts: object) -> Catalogue:
    title = facts.pop("title", {"en": slug.title()})
    return Catalogue.objects.create(slug=slug, kind=kind, title=title, **facts)


def put(where: Catalogue, graph: Graph, iri: str) -> DataSet:
    """One data set with one version; its identifier is its IRI."""
    source, _made = Source.objects.get_or_create(slug=f"{where.slug}-source", catalogue=where)
    content, digest = canonical(graph)
    with transaction.atomic():
        change, _at = changes.take(1)
        key = key_of(source.slug, iri)
        made = DataSet.objects.create(
            key=key,
            source=source,
            catalogue=where,
            identifier=iri,
            iri=iri,
            change=change,
            created=WHEN,
            modified=WHEN,
            digest=digest,
            received=digest,
        )
        Version.objects.create(
            change=change, data_set=made, at=WHEN, origin="test", digest=digest, content=deflate(content)
        )
    return made


def put_turtle(where: Catalogue, turtle: str) -> DataSet:
    """The one data set described by ``turtle``, prefixes given."""
    graph = Graph(parse((PREFIXES + turtle).encode(), format=RdfFormat.TURTLE))
    return put(where, graph, graph.subjects(DCAT.Dataset)[0].value)


def put_file(where: Catalogue, name: str) -> list[DataSet]:
    """The data sets of a file of the demo, each with what belongs to it."""
    whole = Graph(parse((DEMO / name).read_bytes(), format=RdfFormat.TURTLE))
    return [
        put(where, closure(whole, node), node.value)
        for node in whole.subjects(DCAT.Dataset)
        if isinstance(node, NamedNode)
    ]


def closure(whole: Graph, start: Node) -> Graph:
    """What a data set says, and what the nodes it names say; not other data sets."""
    piece, waiting = Graph(), [start]
    while waiting:
        node = waiting.pop()
        if node in piece.nodes:
            continue
        for predicate, values in whole.nodes.get(node, {}).items():
            for value in values:
                piece.add(node, predicate, value)
                kinds = whole.objects(value, RDF.type)
                if isinstance(value, NamedNode | BlankNode) and not {DCAT.Dataset, DCAT.Catalog} & set(kinds):
                    waiting.append(value)
    return piece


PREFIXES = """
@prefix access: <http://publications.europa.eu/resource/authority/access-right/> .
@prefix filetype: <http://publications.europa.eu/resource/authority/file-type/> .
@prefix theme: <http://publications.europa.eu/resource/authority/data-theme/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
