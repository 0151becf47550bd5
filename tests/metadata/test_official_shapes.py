"""Whatever the official SHACL shapes of DCAT-AP 2.1.1 refuse is an error with that profile; little else is.

The shapes are the core ones: existence, cardinality, kinds and types of values.
"""

from collections.abc import Iterator
from functools import cache

import pyshacl
import pytest
import shacl
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse, serialize

from erpd.metadata.checks import check, check_catalogue
from erpd.metadata.findings import Severity
from erpd.metadata.graph import Graph, Node, Term
from erpd.metadata.mending import mend, mend_catalogue
from erpd.metadata.profile import Profile, load_profile
from erpd.metadata.record import Record
from erpd.metadata.terms import DC11, DCAT, DCT, FOAF, PREFIXES, RDF, SKOS, SPDX, expand
from tests.needs import SHARED

from .records import AUTHORITY, GOOD

STANDARD = SHARED / "standards/dcat-ap-2.1.1"
DCAT_AP, OPEN = load_profile("dcat-ap-2.1.1"), load_profile("open-data")
COUNTS = {"MinCount": "mandatory-missing", "MaxCount": "too-many"}
CATALOGUE = NamedNode("https://nsip.example.eu/catalogue")

WHOLE = f"""{GOOD}
<{CATALOGUE.value}> a dcat:Catalog ; dct:title "Catalogue"@en ; dct:description "All we have"@en ;
    dct:publisher <https://nsip.example.eu/agency> ; dcat:dataset <https://nsip.example.eu/dataset/1> ;
    dct:license <{AUTHORITY}/licence/CC0> ; dct:rights <https://nsip.example.eu/rights> ;
    foaf:homepage <https://nsip.example.eu/> ; dct:isPartOf <https://nsip.example.eu/all> ;
    dct:issued "2020-01-01"^^xsd:date ; dct:modified "2021"^^xsd:gYear ;
    dcat:record <https://nsip.example.eu/record/1> .
<https://nsip.example.eu/record/1> a dcat:CatalogRecord ;
    foaf:primaryTopic <https://nsip.example.eu/dataset/1> ; dct:modified "2021-03-04"^^xsd:date ;
    dct:issued "2021-03-04"^^xsd:date ; dct:title "Record"@en ;
    dct:conformsTo <https://nsip.example.eu/profile> ; adms:status <https://nsip.example.eu/status/new> ;
    dct:description "Listed"@en ; dct:source <https://nsip.example.eu/source/1> .
<https://nsip.example.eu/dataset/1> dct:accrualPeriodicity <{AUTHORITY}/frequency/ANNUAL> ;
    dct:modified "2021-03-05"^^xsd:date ; dct:identifier "1" ; owl:versionInfo "2" ;
    adms:versionNotes "New"@en ;
    dct:relation <https://nsip.example.eu/dataset/2> ; dct:language <{AUTHORITY}/language/NLD> ;
    dcat:temporalResolution "P1D"^^xsd:duration ; dcat:spatialResolutionInMeters 30.0 ;
    adms:identifier <https://nsip.example.eu/identifier/1> ;
    dcat:qualifiedRelation <https://nsip.example.eu/relation/1> ;
    dct:spatial <https://nsip.example.eu/place/1> .
<https://nsip.example.eu/identifier/1> a adms:Identifier ; skos:notation "10.1/1" .
<https://nsip.example.eu/relation/1> a dcat:Relationship ; dct:relation <https://nsip.example.eu/dataset/3> ;
    dcat:hadRole <https://nsip.example.eu/role/1> .
<https://nsip.example.eu/place/1> a dct:Location ; dcat:bbox "POLYGON((0 0,1 0,1 1,0 0))" ;
    dcat:centroid "POINT(0 0)" ; locn:geometry "POINT(1 1)" .
<https://nsip.example.eu/distribution/1> dct:title "File"@en ; dct:issued "2021-03-04"^^xsd:date ;
    dct:modified "2021-03-05"^^xsd:date ; spdx:checksum <https://nsip.example.eu/checksum/1> ;
    adms:status <https://nsip.example.eu/status/done> ; dcat:downloadURL <https://nsip.example.eu/file.csv> ;
    odrl:hasPolicy <https://nsip.example.eu/policy> ; dcat:compressFormat <https://nsip.example.eu/gz> ;
    dcat:packageFormat <https://nsip.example.eu/zip> ; dcat:temporalResolution "P1D"^^xsd:duration ;
    dcat:spatialResolutionInMeters 10.0 .
<https://nsip.example.eu/checksum/1> a spdx:Checksum ; spdx:algorithm spdx:checksumAlgorithm_sha1 ;
    spdx:checksumValue "00ff"^^xsd:hexBinary .
<https://nsip.example.eu/service> dct:license <{AUTHORITY}/licence/CC0> ; dct:description "Ask"@en ;
    dct:accessRights <{AUTHORITY}/access-right/PUBLIC> ;
    dcat:endpointDescription <https://nsip.example.eu/wsdl> .
<https://nsip.example.eu/theme/1> a skos:Concept ; skos:prefLabel "Health"@en ;
    skos:inScheme <https://nsip.example.eu/themes> .
<https://nsip.example.eu/themes> a skos:ConceptScheme ; dct:title "Themes"@en .
<https://nsip.example.eu/agency> dct:type <https://nsip.example.eu/type/1> .
"""
# What stands in place of the value of a property, or beside it.
FAULTS: dict[str, list[Term]] = {
    "left out": [],
    "text": [Literal("about 3 MB")],
    "text that says no": [Literal("unknown", language="en")],
    "address as text": [Literal("https://nsip.example.eu/x y")],
    "link": [NamedNode("https://nsip.example.eu/else")],
    "blank node": [BlankNode("x")],
    "number": [Literal(5)],
    "number in words": [Literal("1.234")],
    "day": [Literal("04/05/2021")],
    "untyped day": [Literal("2021-03-04")],
    "moment without a time": [Literal("2021-03-04", datatype=expand("xsd:dateTime"))],
    "code": [Literal("CSV")],
}
BESIDE: dict[str, Term] = {
    "second text": Literal("2"),
    "second text in another language": Literal("two", language="fr"),
    "second link": NamedNode("https://nsip.example.eu/else"),
    "second node": BlankNode("y"),
}


@cache
def official_shapes(path: str = "dcat-ap-2.1.1/dcat-ap_2.1.1_shacl_shapes.ttl") -> shacl.Shapes:
    file = STANDARD.parent / path
    if not file.is_file():
        pytest.skip(f"{path} is not at ../shared/data")
    return shacl.Shapes.from_file(str(file))


def refused(graph: Graph, shapes: shacl.Shapes | None = None) -> set[tuple[str, str]]:
    """(property, kind of fault) of each violation."""
    written = serialize(graph.triples(), format=RdfFormat.N_TRIPLES).decode()
    return {
        (result.path.strip("<>"), COUNTS.get(result.component.removesuffix("ConstraintComponent"), ""))
        for result in (shapes or official_shapes()).validate_text(written, format="ntriples").results
        if result.severity == "Violation"
    }


def errors(record: Record, profile: Profile = DCAT_AP) -> set[tuple[str, str]]:
    found = [*check(record, profile), *check_catalogue(record.graph, CATALOGUE, profile)]
    return {
        (expand(each.path.rsplit("/", 1)[-1]).value, each.rule if each.rule in COUNTS.values() else "")
        for each in found
        if each.severity is Severity.ERROR and ":" in each.path.rsplit("/", 1)[-1]
    }


def whole(text: str = WHOLE) -> Record:
    text = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items()) + text
    graph = Graph(parse(text, format=RdfFormat.TURTLE))
    return Record("1", graph, NamedNode("https://nsip.example.eu/dataset/1"))


def defects(record: Record | None = None) -> Iterator[tuple[str, Node, NamedNode, list[Term]]]:
    """Each property of the whole record, spoilt in each way."""
    for node, properties in (record or whole()).graph.nodes.items():
        for predicate, values in properties.items():
            if predicate != RDF.type and isinstance(node, NamedNode):
                for fault, instead in FAULTS.items():
                    yield f"{node.value} {predicate.value} {fault}", node, predicate, instead
                for fault, other in BESIDE.items():
                    yield f"{node.value} {predicate.value} {fault}", node, predicate, [*values, other]


def test_what_the_official_shapes_refuse_is_an_error() -> None:
    """As it came, and mended. What they let pass is one only where a value is of the wrong kind."""
    assert refused(whole().graph) == errors(whole()) == set()
    planted, more = 0, 0
    for fault, node, predicate, values in defects():
        spoilt = whole()
        spoilt.graph.set(node, predicate, values)
        official, ours = refused(spoilt.graph), errors(spoilt)
        assert _known(official) <= ours, fault
        planted += bool(official)
        more += not official and bool(ours)
        # 4.10.1 gives a notation as 1..1, the shapes let it be missing.
        assert {kind for path, kind in ours - official if path != SKOS.notation.value} <= {""}, fault
        mend(spoilt, DCAT_AP)
        mend_catalogue(spoilt.graph, CATALOGUE, DCAT_AP)
        assert _known(refused(spoilt.graph)) <= errors(spoilt), fault
    assert planted > 400
    assert more < planted


def _known(found: set[tuple[str, str]]) -> set[tuple[str, str]]:
    # The shapes say dc:isReferencedBy where the specification (4.4.3) says dct:, and want to see the topic of
    # a record in the same file. An algorithm that is missing is also said to be none of the values allowed.
    return found - {(each.value, "") for each in (DC11.isReferencedBy, FOAF.primaryTopic, SPDX.algorithm)}


# What the Netherlands ask for beside WHOLE.
DUTCH = f"""
<https://nsip.example.eu/dataset/1> dct:creator <https://nsip.example.eu/agency> .
<{CATALOGUE.value}> dcat:contactPoint [ a vcard:Kind ; vcard:fn "Desk" ] .
<https://nsip.example.eu/record/1> dct:language <{AUTHORITY}/language/NLD> .
<https://nsip.example.eu/service> dct:identifier "s" ; dct:publisher <https://nsip.example.eu/agency> ;
    dcat:contactPoint <https://nsip.example.eu/desk> ; dcat:theme <{AUTHORITY}/data-theme/HEAL> .
<https://nsip.example.eu/distribution/1> dct:language <{AUTHORITY}/language/NLD> .
"""


def test_what_the_shapes_of_the_netherlands_refuse_is_an_error() -> None:
    shapes = official_shapes("dcat-ap-nl-3.0/shapes/dcat-ap-nl-SHACL.ttl")
    profile, planted = load_profile("dcat-ap-nl-3.0"), 0
    first = dutch()
    assert refused(first.graph, shapes) == set()
    assert {kind for path, kind in errors(first, profile)} <= {""}
    for number, (fault, node, predicate, values) in enumerate(defects(first)):
        if number % 3:  # each property in a third of the ways
            continue
        spoilt = dutch()
        spoilt.graph.set(node, predicate, values)
        official, ours = refused(spoilt.graph, shapes), errors(spoilt, profile)
        # A catalogue is read in pieces: its description alone names no data sets.
        assert {each for each in official if each[0] != DCAT.dataset.value} <= ours, fault
        planted += bool(official)
    assert planted > 25


def dutch() -> Record:
    return whole(WHOLE + DUTCH)


@pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")
def test_both_engines_say_the_same() -> None:
    spoilt = whole()
    for number, (_, node, predicate, values) in enumerate(defects()):
        if number % 37 == 0:
            spoilt.graph.set(node, predicate, values)
    written = serialize(spoilt.graph.triples(), format=RdfFormat.N_TRIPLES).decode()
    fast = official_shapes().validate_text(written, format="ntriples").results
    path = str(STANDARD / "dcat-ap_2.1.1_shacl_shapes.ttl")
    _, _, text = pyshacl.validate(written, data_graph_format="nt", shacl_graph=path)
    assert f"Results ({len(fast)})" in text


@pytest.mark.parametrize("example", ["example1.nt", "example2.nt"])
def test_no_alarm_on_what_the_official_shapes_pass(example: str) -> None:
    path = STANDARD / "examples" / example
    if not path.is_file():
        pytest.skip(f"{example} of DCAT-AP 2.1.1 is not at ../shared/data")
    graph = Graph(parse(path=str(path), format=RdfFormat.N_TRIPLES))
    (data_set,), (catalogue,) = graph.subjects(DCAT.Dataset), graph.subjects(DCAT.Catalog)
    found = [*check(Record("", graph, data_set), DCAT_AP), *check_catalogue(graph, catalogue, DCAT_AP)]
    official = refused(graph)
    assert bool(official) == any(each.severity is Severity.ERROR for each in found)


def test_sha_1_is_the_only_algorithm() -> None:
    spoilt = whole()
    spoilt.graph.set(
        NamedNode("https://nsip.example.eu/checksum/1"), SPDX.algorithm, [SPDX.checksumAlgorithm_md5]
    )
    assert refused(spoilt.graph) == errors(spoilt) == {(SPDX.algorithm.value, "")}


def test_open_data_are_harvested_by_their_mandatory_metadata() -> None:
    """An agent without a name, two publishers: violations, for which no data set is refused."""
    spoilt = whole()
    spoilt.graph.set(NamedNode("https://nsip.example.eu/agency"), expand("foaf:name"), [])
    spoilt.graph.add(spoilt.dataset, DCT.publisher, NamedNode("https://nsip.example.eu/other"))
    for profile, severity in ((DCAT_AP, Severity.ERROR), (OPEN, Severity.WARNING)):
        found = {each.rule: each.severity for each in check(spoilt, profile)}
        assert (found["mandatory-missing"], found["too-many"]) == (severity, severity)
