"""A package that we write reads back as the same record, whatever the record says."""

import json
from collections import Counter
from datetime import UTC, datetime
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse

from erpd.formats.ckan import read
from erpd.formats.ckan.exact import package
from erpd.formats.ckan.marked import HOW, RDF_TEXT
from erpd.formats.ckan.package import Registration
from erpd.formats.rdf.catalogue import split
from erpd.formats.rdf.syntaxes import SYNTAXES
from erpd.metadata.canonical import canonical
from erpd.metadata.conditions import Conditions, conditions_of, in_words
from erpd.metadata.graph import Graph
from erpd.metadata.mending import mend
from erpd.metadata.profile import load_profile
from erpd.metadata.record import Record
from erpd.metadata.terms import ADMS, DCAT, DCT, FOAF, LOCN, RDF, RDFS, SKOS, SPDX, VCARD, XSD
from tests.formats.ckan.packages import PORTAL
from tests.metadata.conditions.records import CONDITIONS, with_conditions
from tests.needs import SHARED
from tests.portal.shelf import DEMO
from tests.proofs import length

NOW = datetime(2026, 11, 26, tzinfo=UTC)
KEY = "0a0c0a1e-0000-5000-8000-000000000000"
REGISTRATION = Registration(KEY, NOW, NOW)
ME = NamedNode("https://a.example/set")
PREFIXES = "".join(
    f"@prefix {name}: <{namespace}> .\n"
    for name, namespace in {
        "dcat": DCAT,
        "dct": DCT,
        "foaf": FOAF,
        "vcard": VCARD,
        "skos": SKOS,
        "rdfs": RDFS,
        "xsd": XSD,
        "adms": ADMS,
        "spdx": SPDX,
        "locn": LOCN,
        "": "https://a.example/",
    }.items()
)


def record_of(turtle: str) -> Record:
    return Record("1", Graph(parse((PREFIXES + turtle).encode(), format=RdfFormat.TURTLE)), ME)


def written(record: Record, language: str = "en") -> dict:
    """The package, as it comes over the network; what is read of it is the same record."""
    made = json.loads(json.dumps(package(record, REGISTRATION, language), allow_nan=False))
    back = read(json.dumps(made).encode(), KEY, f"{PORTAL}/api/3/action")
    assert back.dataset == record.dataset
    assert canonical(back.graph) == canonical(record.graph)
    return made


def extras(made: dict) -> dict[str, str]:
    return {each["key"]: each["value"] for each in made["extras"]}


@cache
def real() -> list[Record]:
    """The data sets of the demo and of all catalogues in shared/data, mended as in the register."""
    found = []
    by_suffix = {suffix: syntax.format for suffix, syntax in SYNTAXES.items()}
    for path in (
        *DEMO.glob("*.ttl"),
        *sorted((SHARED / "catalogues").rglob("*.*")),
        *(SHARED / "seed").glob("*"),
    ):
        syntax = by_suffix.get(path.suffix[1:])
        try:
            triples = parse(path.read_bytes(), format=syntax, base_iri="http://x.example/") if syntax else ()
            for piece in split(triples):
                if isinstance(piece.node, NamedNode):
                    graph = Graph(parse(piece.content, format=RdfFormat.N_TRIPLES))
                    found.append(Record(piece.node.value, graph, piece.node))
        except (SyntaxError, ValueError):
            continue  # broken as published
    for record in found:
        mend(record, load_profile("erpd"))
    return found


def test_real_records() -> None:
    """Most are said by fields, or nearly; docs/mappings/ckan.md names what has no field."""
    how = Counter(extras(written(record))[HOW] for record in real()[:: length(4, 1)])
    assert how["rdf"] < sum(how.values()) / 3
    assert how["fields"]


RICH = """
:set a dcat:Dataset ; dct:title "Water"@en , "Wasser"@de ; dct:description "All." ;
  dct:publisher :ministry ;
  dct:creator [ a foaf:Agent ; foaf:name "Ada" ; foaf:mbox <mailto:ada@a.example> ] ;
  dcat:contactPoint [ a vcard:Organization ; vcard:fn "Desk"@en ; vcard:hasEmail <mailto:d@a.example> ;
    vcard:hasTelephone <tel:+3212345> ; vcard:hasURL <https://a.example/desk> ] ;
  dct:accessRights <http://publications.europa.eu/resource/authority/access-right/RESTRICTED> ;
  dcat:theme <http://publications.europa.eu/resource/authority/data-theme/ENVI> ;
  dcat:keyword "a b"@en , "c" ; dct:issued "2020"^^xsd:gYear ;
  dct:modified "2021-01-01T00:00:00Z"^^xsd:dateTime ;
  dct:identifier "one" , "two" ; adms:identifier [ a adms:Identifier ; skos:notation "10.1/x" ] ;
  dct:language <http://publications.europa.eu/resource/authority/language/NLD> ; dcat:landingPage :page ;
  dct:temporal [ a dct:PeriodOfTime ; dcat:startDate "2001"^^xsd:gYear ;
    dcat:endDate "2002-02-01"^^xsd:date ] ;
  dct:spatial [ a dct:Location ; skos:prefLabel "Here" ] ,
    <http://publications.europa.eu/resource/authority/country/NLD> ;
  dct:provenance [ a dct:ProvenanceStatement ; rdfs:label "Measured."@en , "Gemessen."@de ] ;
  dct:conformsTo :standard ; dcat:distribution :d1 , [ a dcat:Distribution ; dcat:accessURL :two ] .
:ministry a foaf:Agent ; foaf:name "Ministry"@en , "Ministerium"@de ; foaf:homepage <https://m.example/> .
:d1 a dcat:Distribution ; dct:title "One"@en ; dcat:accessURL :one ;
  dcat:downloadURL <https://a.example/1.csv> ;
  dct:format <http://publications.europa.eu/resource/authority/file-type/CSV> ; dcat:byteSize 18006.0 ;
  dcat:mediaType <http://www.iana.org/assignments/media-types/text/csv> ;
  dct:license <http://publications.europa.eu/resource/authority/licence/CC_BY_4_0> ;
  dct:rights [ a dct:RightsStatement ; rdfs:label "Ask."@en ] ;
  dcat:accessService [ a dcat:DataService ; dct:title "Api" ; dcat:endpointURL <https://a.example/api> ] ;
  spdx:checksum [ a spdx:Checksum ; spdx:checksumValue "0aff"^^xsd:hexBinary ;
    spdx:algorithm spdx:checksumAlgorithm_sha256 ] .
"""


def test_the_fields_of_the_guidelines_and_of_ckanext_dcat() -> None:
    made = written(record_of(RICH), "de")
    assert (made["id"], made["name"], made["title"], made["notes"]) == (KEY, KEY, "Wasser", "All.")
    assert made["title_translated"] == {"en": "Water", "de": "Wasser"}
    # G5.2.2 and G5.3
    assert made["publisher"]["uri"] == "https://a.example/ministry"
    assert made["accessRights"] == {
        "resource": "http://publications.europa.eu/resource/authority/access-right/RESTRICTED"
    }
    assert made["temporal"] == [{"start_date": "2001", "end_date": "2002-02-01"}]
    assert (made["issued"], made["modified"]) == ("2020", "2021-01-01T00:00:00Z")
    assert made["identifier"] == ["one", "two"]
    first, second = made["resources"]
    assert (first["url"], first["format"], first["size"]) == ("https://a.example/one", "CSV", 18006.0)
    assert first["rights"] == {
        "label": {"en": "Ask."},
        "rdf_type": [str(DCT.RightsStatement.value)],
    } or first["rights"] == {"label": {"en": "Ask."}}
    assert (first["mimetype"], first["hash"], first["hash_algorithm"]) == ("text/csv", "0aff", "sha256")
    assert (second["url"], second["name"]) == ("https://a.example/two", None)
    assert len({first["id"], second["id"]}) == 2
    # CKAN's own
    assert (made["organization"]["title"], made["maintainer"], made["author"]) == ("Ministry", "Desk", "Ada")
    assert (made["maintainer_email"], made["author_email"]) == ("d@a.example", "ada@a.example")
    assert (made["license_id"], made["isopen"]) == ("CC_BY_4_0", True)
    assert made["groups"][0] | {"description": ""} == made["groups"][0]
    assert (made["groups"][0]["name"], made["groups"][0]["title"]) == ("envi", "Umwelt")
    assert made["metadata_created"] == "2026-11-26T00:00:00.000000"
    # ckanext-dcat
    said = extras(made)
    assert (said["uri"], said["publisher_name"], said["contact_email"]) == (
        "https://a.example/set",
        "Ministerium",
        "d@a.example",
    )
    assert json.loads(said["language"]) == ["http://publications.europa.eu/resource/authority/language/NLD"]
    assert json.loads(said["theme"]) == ["http://publications.europa.eu/resource/authority/data-theme/ENVI"]
    assert (said["temporal_start"], said["spatial_text"]) == ("2001", "Here")
    assert json.loads(said["keywords"]) == {"en": "a b", "und": "c"}


def test_a_record_that_says_next_to_nothing() -> None:
    made = written(record_of(":set a dcat:Dataset ."))
    assert (made["title"], made["notes"], made["resources"], made["organization"]) == (KEY, "", [], None)
    assert extras(made)[HOW] == "fields"


def test_what_has_no_field_is_said_in_rdf() -> None:
    made = written(record_of(':set a dcat:Dataset ; dct:title "A" ; dct:contributor :ada .'))
    assert extras(made)[HOW] == "fields+rdf"
    assert extras(made)[RDF_TEXT] == f"{ME} {DCT.contributor} <https://a.example/ada> .\n"
    made = written(record_of(':set a dcat:Dataset ; dct:publisher [ foaf:nick "Ada" ; foaf:name "Ada" ] .'))
    assert extras(made)[HOW] == "rdf"


@pytest.mark.parametrize(
    "text", ["None", " blank ", '{"a": 1}', '["x"]', "https://a.example/x y", "[", "1.0"]
)
def test_texts_that_would_be_read_as_something_else(text: str) -> None:
    for predicate in (DCT.title, DCT.description, DCAT.keyword, DCT.identifier, DCT.accrualPeriodicity):
        graph = Graph([Quad(ME, RDF.type, DCAT.Dataset), Quad(ME, predicate, Literal(text))])
        written(Record("1", graph, ME))


def test_what_another_ckan_dropped_is_read_from_the_extras() -> None:
    """CKAN's harvester keeps CKAN's own fields, those of resources, and extras."""
    made = written(record_of(RICH), "de")
    dropped = (
        "publisher",
        "accessRights",
        "temporal",
        "title_translated",
        "issued",
        "modified",
        "identifier",
    )
    kept = {name: value for name, value in made.items() if name not in dropped}
    back = read(json.dumps(kept).encode(), KEY, PORTAL)
    (publisher,) = back.values(DCT.publisher)
    assert back.graph.objects(publisher, FOAF.name) == [Literal("Ministerium")]
    assert [value.value for value in back.values(DCT.modified)] == ["2021-01-01T00:00:00Z"]
    assert back.values(DCT.accessRights) == record_of(RICH).values(DCT.accessRights)
    (period, *_) = back.values(DCT.temporal)
    assert back.graph.objects(period, DCAT.startDate)
    assert {str(value) for value in back.values(DCAT.keyword)} == {'"a b"@en', '"c"'}


@pytest.mark.parametrize(
    "changed",
    [
        {RDF_TEXT: "no triples"},
        {RDF_TEXT: ""},
        {HOW: "rdf", RDF_TEXT: "<a> <b> <c> ."},
        {HOW: "something"},
        {"dcat_unread": "[1, null"},
        {"dcat_unread": '{"a": 1}'},
        {"uri": "no address", HOW: "rdf"},
    ],
)
def test_marks_that_somebody_spoiled_cost_nothing_but_themselves(changed: dict[str, str]) -> None:
    made = written(record_of(RICH + ":set dct:contributor :ada ."))
    said = [{"key": name, "value": value} for name, value in (extras(made) | changed).items()]
    back = read(json.dumps(made | {"extras": said}).encode(), KEY, PORTAL)
    assert {value.value for value in back.values(DCT.title)} >= {"Water", "Wasser"} or changed.get(
        RDF_TEXT
    ) == ""


_NODES = st.sampled_from(
    [ME, NamedNode("https://a.example/x"), NamedNode("mailto:a@a.eu"), *map(BlankNode, ("a", "b", "c"))]
)
_LITERALS = st.builds(
    Literal, st.text(st.characters(blacklist_categories=["Cs"]), max_size=8)
) | st.sampled_from(
    [
        *(Literal("x", language="en"), Literal("", language="de"), Literal("1", datatype=XSD.decimal)),
        *(
            Literal("2020-01-01", datatype=XSD.date),
            Literal("None"),
            Literal("1e999"),
            Literal("9" * 5_000),
            Literal("https://a.eu/ b"),
        ),
    ]
)
_PREDICATES = st.sampled_from(
    [
        *(
            RDF.type,
            DCT.title,
            DCT.description,
            DCT.publisher,
            DCAT.contactPoint,
            DCAT.distribution,
            DCAT.theme,
        ),
        *(
            DCAT.keyword,
            DCT.temporal,
            DCAT.startDate,
            DCT.spatial,
            DCT.license,
            DCT.rights,
            DCT.format,
            FOAF.name,
        ),
        *(VCARD.fn, VCARD.hasEmail, DCAT.byteSize, DCAT.accessURL, DCT.issued, DCT.identifier, SPDX.checksum),
        *(SPDX.checksumValue, ADMS.identifier, SKOS.notation, RDFS.label, LOCN.geometry, DCAT.accessService),
        NamedNode("urn:ckan:field:odd"),
    ]
)
_TYPES = st.sampled_from([DCAT.Dataset, DCAT.Distribution, FOAF.Agent, VCARD.Kind, DCT.Location])


@pytest.mark.proof
@settings(max_examples=length(150, 50_000), deadline=None)
@given(st.lists(st.builds(Quad, _NODES, _PREDICATES, _NODES | _LITERALS | _TYPES), max_size=25))
def test_any_graph(triples: list[Quad]) -> None:
    record = Record("1", Graph([*triples, Quad(ME, RDF.type, DCAT.Dataset)]), ME)
    made = written(record)
    assert all(isinstance(each["value"], str) for each in made["extras"])
    assert len({each["id"] for each in made["resources"]}) == len(made["resources"])


@settings(max_examples=8, deadline=None)
@given(CONDITIONS)
def test_conditions_of_access_read_back_and_can_be_read_by_people(conditions: Conditions) -> None:
    told = with_conditions(conditions)
    mend(told, load_profile("erpd"))
    made = written(told)
    again = read(json.dumps(made).encode(), told.identifier, PORTAL)
    assert conditions_of(again) == conditions
    assert canonical(again.graph)[1] == canonical(told.graph)[1]
    assert extras(made).get("access_conditions", "") == (in_words(conditions, "en") if conditions else "")
