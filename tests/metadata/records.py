"""A small good record, and how to spoil it. Parsed leniently, as harvested records are."""

import json

from pyoxigraph import NamedNode, RdfFormat, parse

from erpd.metadata.graph import Graph, Term
from erpd.metadata.record import Record
from erpd.metadata.terms import DCAT, PREFIXES

DATASET = "https://nsip.example.eu/dataset/1"
DISTRIBUTION = "dcat:distribution[https://nsip.example.eu/distribution/1]"
AUTHORITY = "http://publications.europa.eu/resource/authority"

GOOD = f"""
<{DATASET}> a dcat:Dataset ;
    dct:title "Hospital discharges"@en, "Ziekenhuisontslagen"@nl ;
    dct:description "Discharges by diagnosis, age < 18 & region."@en ;
    dct:publisher <https://nsip.example.eu/agency> ;
    dct:accessRights <{AUTHORITY}/access-right/RESTRICTED> ;
    dcat:contactPoint [ a vcard:Kind ; vcard:fn "Data desk" ; vcard:hasEmail <mailto:desk@example.eu> ] ;
    dcat:keyword "health"@en ;
    dcat:theme <{AUTHORITY}/data-theme/HEAL> ;
    dct:spatial <{AUTHORITY}/country/NLD> ;
    dct:temporal <https://nsip.example.eu/period/1> ;
    dct:issued "2021-03-04"^^xsd:date ;
    dcat:landingPage <https://nsip.example.eu/page> ;
    dcat:distribution <https://nsip.example.eu/distribution/1> .
<https://nsip.example.eu/agency> a foaf:Agent ; foaf:name "Agency"@en .
<https://nsip.example.eu/period/1> a dct:PeriodOfTime ;
    dcat:startDate "2019-01-01"^^xsd:date ; dcat:endDate "2020-12-31"^^xsd:date .
<https://nsip.example.eu/distribution/1> a dcat:Distribution ;
    dct:description "One file"@en ;
    dct:format <{AUTHORITY}/file-type/CSV> ;
    dcat:mediaType <https://www.iana.org/assignments/media-types/text/csv> ;
    dcat:byteSize "18006"^^xsd:decimal ;
    dcat:accessURL <https://nsip.example.eu/access> ;
    dct:rights [ a dct:RightsStatement ; rdfs:label "For research, on request"@en ] ;
    dct:license <{AUTHORITY}/licence/CC_BY_4_0> ;
    dcat:accessService <https://nsip.example.eu/service> ;
    dcatap:availability <{AUTHORITY}/planned-availability/STABLE> .
<https://nsip.example.eu/service> a dcat:DataService ;
    dct:title "Query service"@en ; dcat:endpointURL <https://nsip.example.eu/api> .
"""


def record(old: str = "", new: str = "") -> Record:
    """The good record with ``old`` replaced by ``new``."""
    assert old in GOOD
    text = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
    text += GOOD.replace(old, new, 1) if old else GOOD
    graph = Graph(parse(text, format=RdfFormat.TURTLE, lenient=True))
    return Record("1", graph, graph.subjects(DCAT.Dataset)[0])


def lenient(node: dict[str, str]) -> Term:
    """A value as a lenient parser lets it in, from JSON-LD: {"@value": "x", "@language": "en_US"}."""
    document = {"@id": "http://a.example/", "http://a.example/p": node}
    return next(iter(parse(json.dumps(document), format=RdfFormat.JSON_LD, lenient=True))).object


def values(of: Record, subject: str, predicate: NamedNode) -> list[Term]:
    return of.graph.objects(NamedNode(subject), predicate)
