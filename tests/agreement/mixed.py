"""Data sets of many kinds: languages, shared agents, nested blank nodes, strange values, wrong values."""

from random import Random

from pyoxigraph import NamedNode, RdfFormat, parse

from erpd.metadata.graph import Graph
from erpd.metadata.profile import load_profile
from erpd.metadata.record import Record
from erpd.register.arrival import Arrival
from erpd.register.catalogues import profile_of
from erpd.register.models import Catalogue
from erpd.register.preparing import prepare
from tests.portal.shelf import PREFIXES

_PREFIXES = f"""{PREFIXES}
@prefix dcatap: <http://data.europa.eu/r5r/> .
@prefix adms: <http://www.w3.org/ns/adms#> .
@prefix spdx: <http://spdx.org/rdf/terms#> .
@prefix locn: <http://www.w3.org/ns/locn#> .
@prefix gsp: <http://www.opengis.net/ont/geosparql#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix odrl: <http://www.w3.org/ns/odrl/2/> .
@prefix dpv: <https://w3id.org/dpv#> .
@prefix conditions: <https://w3id.org/erpd/conditions#> .
"""
_TITLES = (
    '"Discharges {n}"@en',
    '"Ontslagen {n}"@nl, "Discharges {n}"@en',
    '"Απαλλαγές {n}"@el',
    '"لغة {n}"@ar',
    '"no language {n}"',
    '"a \\"quoted\\" title,\\n with a line and & < > {n}"@fr',
    '"😀 {n} é"@de-AT',
)
_PARTS = (
    'dct:description "By diagnosis & age."@en',
    'dct:description "<p>Some <b>HTML</b></p>"@en',
    "dct:publisher :agency-{few}",
    'dct:publisher [ a foaf:Agent ; foaf:name "Unnamed {n}" ]',
    "dct:accessRights access:RESTRICTED",
    "dct:accessRights access:PUBLIC",
    'dct:accessRights [ a dct:RightsStatement ; rdfs:label "ask us"@en ]',
    'dcat:contactPoint [ a vcard:Organization ; vcard:fn "Desk {n}" ; vcard:hasEmail <mailto:d{n}@a.eu> ]',
    "dcat:contactPoint :desk-{few}",
    'dcat:keyword "water"@en, "air {few}"@en, "eau"@fr, "a, b"',
    "dcat:theme theme:HEAL, theme:ENVI",
    'dct:spatial [ a dct:Location ; locn:geometry "POINT(5 52)"^^gsp:wktLiteral ]',
    "dct:spatial <http://publications.europa.eu/resource/authority/country/NLD>",
    'dct:temporal [ dcat:startDate "2019-01-01"^^xsd:date ; dcat:endDate "2020"^^xsd:gYear ]',
    'dct:issued "2020-02-30"^^xsd:date',
    'dct:modified "2024-05-31T12:00:00Z"^^xsd:dateTime',
    'dct:identifier "id {n}"',
    'adms:identifier [ a adms:Identifier ; skos:notation "DOI {n}" ]',
    "dct:relation :set-{other}",
    "dct:isPartOf :set-{other}",
    "dcat:landingPage <https://data.example/page/{n}?a=1&b=%C3%A9#x>",
    'dct:provenance [ a dct:ProvenanceStatement ; rdfs:label "Made by hand" ]',
    "prov:qualifiedAttribution [ a prov:Attribution ; prov:agent :agency-{few} ; dcat:hadRole :role ]",
    ':own "of our own {n}", 12, 1.50, true',
    ':nested [ :deeper [ :deepest [ rdfs:label "far" ] ] ]',
    "dct:conformsTo <https://standards.example/{few}>",
    """odrl:hasPolicy [ a odrl:Offer ; odrl:profile <https://w3id.org/erpd/conditions> ;
      conditions:ground <https://w3id.org/erpd/conditions/ground/personal-data> ;
      conditions:usualDays "4{few}"^^xsd:decimal ; conditions:document "A plan"@en, "Een plan"@nl ;
      odrl:permission [ odrl:action odrl:use ; odrl:duty [ odrl:action odrl:compensate ] , [ odrl:action
        <https://w3id.org/erpd/conditions/accreditation/account> ] ; odrl:constraint [ odrl:leftOperand
        odrl:purpose ; odrl:operator odrl:isAnyOf ; odrl:rightOperand dpv:ScientificResearch ] ] ]""",
    """odrl:hasPolicy [ a odrl:Set ; odrl:permission [ odrl:action odrl:distribute ; odrl:target :set-{n} ;
      odrl:constraint [ odrl:leftOperand odrl:dateTime ; odrl:operator odrl:lt ;
        odrl:rightOperand "{n}" ] ] ]""",
)
_BESIDE = (
    ':agency-{few} a foaf:Agent ; foaf:name "Agency {few}"@en .',
    ':agency-{few} a foaf:Agent ; foaf:name "Agency as set {n} calls it"@en .',
    ':desk-{few} a vcard:Organization ; vcard:fn "Desk {few}" ; vcard:hasEmail <mailto:desk@a.eu> .',
    "<https://other.example/datasets/record-{n}> a dcat:CatalogRecord ; foaf:primaryTopic :set-{n} ; "
    'dct:modified "2024-01-01"^^xsd:date .',
    '<https://standards.example/{few}> a dct:Standard ; rdfs:label "Standard {few}" .',
    ":api-{n} a dcat:DataService ; dcat:endpointURL :endpoint ; dcat:servesDataset :set-{n} .",
)
_DISTRIBUTIONS = (
    '[ a dcat:Distribution ; dct:format filetype:CSV ; dcat:byteSize "18006"^^xsd:decimal ; '
    "dcat:accessURL :ask ; dct:rights :conditions ]",
    ':set-{n}-file a dcat:Distribution ; dct:title "File"@en ; dcat:mediaType "text/csv" ; '
    "dcat:byteSize 3 ; dcat:accessURL <https://data.example/f/{n}> ; "
    'spdx:checksum [ a spdx:Checksum ; spdx:checksumValue "ab{n}" ]',
    '[ a dcat:Distribution ; dct:format "csv; json" ; '
    "dct:license <https://creativecommons.org/licenses/by/4.0/> "
    '; dcat:downloadURL <https://data.example/d/{n}.zip> ; dct:description "Bits & pieces"@en ]',
)


def mixed(where: Catalogue, number: int, edition: int = 0) -> Arrival:
    """Data set ``number`` of a catalogue, in one of its editions, as it comes in."""
    source, profile = where.sources.get().slug, load_profile(profile_of(where).name)
    random = Random(f"{where.slug} {number} {edition}")
    iri = f"https://{where.slug}.example/set-{number}"
    parts = [
        "a dcat:Dataset",
        f"dct:title {random.choice(_TITLES)}",
        *random.sample(_PARTS, random.randint(3, 14)),
    ]
    beside = list(random.sample(_BESIDE, random.randint(0, 4)))
    for one in random.sample(_DISTRIBUTIONS, random.randint(0, 3)):
        if one.startswith("["):
            parts.append(f"dcat:distribution {one}")
        else:
            parts.append(f"dcat:distribution {one.split(' ', 1)[0]}")
            beside.append(f"{one} .")
    text = f":set-{{n}} {' ; '.join(parts)} .\n" + "\n".join(beside)
    for name, value in (("n", number), ("few", number % 7), ("other", number + 1)):
        text = text.replace(f"{{{name}}}", str(value))
    prefixes = _PREFIXES.replace(
        "@prefix : <https://data.example/>", f"@prefix : <https://{where.slug}.example/>"
    )
    graph = Graph(parse((prefixes + text).encode(), format=RdfFormat.TURTLE))
    return prepare(
        Record(f"set-{number}", graph, NamedNode(iri)), profile, source=source, node="http://testserver"
    )
