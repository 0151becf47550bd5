"""A register to look at, filled through the one door in."""

from functools import cache
from pathlib import Path

from django.conf import settings
from pyoxigraph import NamedNode, RdfFormat, parse

from erpd.formats.rdf.catalogue import split
from erpd.metadata.graph import Graph
from erpd.metadata.profile import load_profile
from erpd.metadata.record import Record
from erpd.metadata.terms import DCAT
from erpd.register.arrival import Arrival, arrival, deletion
from erpd.register.catalogues import profile_of
from erpd.register.intake import take_in
from erpd.register.models import Catalogue, DataSet, Source
from erpd.register.preparing import prepare

DEMO = Path(__file__).parents[2] / "src" / "erpd" / "demo"
PREFIXES = """
@prefix access: <http://publications.europa.eu/resource/authority/access-right/> .
@prefix filetype: <http://publications.europa.eu/resource/authority/file-type/> .
@prefix theme: <http://publications.europa.eu/resource/authority/data-theme/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <https://data.example/> .
"""


def catalogue(slug: str, kind: str = "protected", **facts: object) -> Catalogue:
    facts.setdefault("title", {"en": slug.title()})
    made = Catalogue.objects.create(slug=slug, kind=kind, **facts)
    Source.objects.create(slug=f"{slug}-source", catalogue=made, policy=Source.Policy.LENIENT)
    return made


def put_turtle(where: Catalogue, turtle: str, *, mended: bool = False) -> DataSet:
    """The one data set described by ``turtle``, prefixes given; as it stands, unless it is to be mended."""
    graph = Graph(parse((PREFIXES + turtle).encode(), format=RdfFormat.TURTLE))
    node = graph.subjects(DCAT.Dataset)[0]
    assert isinstance(node, NamedNode)
    profile = profile_of(where).name if mended else ""
    return _put(where, [_arrival(Record(node.value, graph, node), where.sources.get().slug, profile)])[0]


def put_demo(where: Catalogue, name: str) -> list[DataSet]:
    """The data sets of a file of the demo."""
    return _put(where, _demo(name, where.sources.get().slug, profile_of(where).name))


@cache
def _demo(name: str, source: str, profile: str) -> list[Arrival]:
    triples = parse((DEMO / name).read_bytes(), format=RdfFormat.TURTLE)
    records = [
        Record(piece.node.value, Graph(parse(piece.content, format=RdfFormat.N_TRIPLES)), piece.node)
        for piece in split(triples)
    ]
    return [_arrival(record, source, profile) for record in records]


def _arrival(record: Record, source: str, profile: str) -> Arrival:
    """As it stands where no profile is named."""
    node = settings.NODE.base_url
    if profile:
        return prepare(record, load_profile(profile), source=source, node=node)
    return arrival(source, "", record, [], node)


def _put(where: Catalogue, arrivals: list[Arrival]) -> list[DataSet]:
    receipts = take_in(where.sources.get(), arrivals, origin="test")
    found = DataSet.objects.in_bulk([receipt.key for receipt in receipts])
    return [found[receipt.key] for receipt in receipts if receipt.key in found]


def take_away(data_set: DataSet) -> None:
    take_in(data_set.source, [deletion(data_set.source.slug, data_set.identifier)], origin="test")
