"""HealthDCAT-AP turns on where the European Health Data Space applies, and asks what its shapes ask."""

from functools import cache
from pathlib import Path

import pytest
import shacl
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse, serialize

from erpd.metadata.checks import check
from erpd.metadata.findings import Finding, Severity, explain
from erpd.metadata.graph import Graph, Term
from erpd.metadata.mending import mend
from erpd.metadata.profile import load_profile
from erpd.metadata.record import Record
from erpd.metadata.terms import CV, DCAT, DCATAP, DCT, HEALTH, PREFIXES, XSD, shorten

from .records import AUTHORITY, DATASET, GOOD

ERPD, OPEN, ALONE = load_profile("erpd"), load_profile("open-data"), load_profile("healthdcat-ap-8")
EHDS = NamedNode("http://data.europa.eu/eli/reg/2025/327/oj")
LISTS = "https://hdeu-dcat.data.health.europa.eu/resource/authority"
ABOUT = NamedNode(DATASET)
FILE = NamedNode("https://nsip.example.eu/distribution/1")
HEALTHY = f"""
<{DATASET}> dcatap:applicableLegislation <{EHDS.value}> ; dct:identifier "1" ;
    dct:provenance [ a dct:ProvenanceStatement ; rdfs:label "From the hospitals"@en ] ;
    dct:type <{AUTHORITY}/dataset-type/STATISTICAL> ;
    healthdcatap:hdab <https://hdab.example.eu/> ; geodcatap:custodian <https://nsip.example.eu/agency> ;
    healthdcatap:trustedDataHolder true ;
    healthdcatap:healthCategory <{LISTS}/healthcategories/EHRS> ;
    healthdcatap:healthTheme <{LISTS}/health-theme/HEALTH_SYSTEMS> ;
    healthdcatap:hasStructuredData true ; healthdcatap:hasVariables <https://nsip.example.eu/variables> ;
    dpv:hasLegalBasis <https://w3id.org/dpv/legal/eu/gdpr#A9-2-j> ;
    dpv:hasPurpose [ a dpv:Purpose ; rdfs:label "Planning of care"@en ] ;
    dpv:hasPersonalData <https://w3id.org/dpv/dpv-pd#Age> ;
    healthdcatap:populationCoverage "All patients"@en ;
    healthdcatap:numberOfRecords 1800 ; healthdcatap:numberOfUniqueIndividuals 412 ;
    healthdcatap:minTypicalAge 0 ; healthdcatap:maxTypicalAge 99 ;
    healthdcatap:hasCodingSystem <{LISTS}/coding-system/ICD-10> ; healthdcatap:hasCodeValues "U07.1" ;
    healthdcatap:retentionPeriod <https://nsip.example.eu/period/1> ;
    healthdcatap:analytics <https://nsip.example.eu/report> ;
    dqv:hasQualityAnnotation <https://nsip.example.eu/certificate> .
<https://hdab.example.eu/> a foaf:Agent ; foaf:name "Health data access body"@en ;
    cv:contactPoint [ a cv:ContactPoint ; cv:email "permits@hdab.example.eu" ] .
<https://nsip.example.eu/agency>
    cv:contactPoint [ a cv:ContactPoint ; cv:contactPage <https://nsip.example.eu/contact> ] .
<{FILE.value}> dcatap:applicableLegislation <{EHDS.value}> .
"""
WHOLE_NUMBERS = (
    HEALTH.numberOfRecords,
    HEALTH.numberOfUniqueIndividuals,
    HEALTH.minTypicalAge,
    HEALTH.maxTypicalAge,
)


def healthy() -> Record:
    """A good record of health data, as harvested and mended."""
    text = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
    good = GOOD.replace("/RESTRICTED>", "/NON_PUBLIC>")
    record = Record("1", Graph(parse(text + good + HEALTHY, format=RdfFormat.TURTLE)), ABOUT)
    repaired = {finding.path for finding in mend(record, ERPD)}
    assert repaired == {shorten(each) for each in WHOLE_NUMBERS}
    assert all(record.values(each)[0].datatype == XSD.nonNegativeInteger for each in WHOLE_NUMBERS)  # type: ignore[union-attr]
    return record


@cache
def official() -> shacl.Shapes:
    return shacl.Shapes.from_file(str(Path(__file__).parent / "shapes/healthdcat-ap-8-non-public.ttl"))


def refused(record: Record) -> bool:
    written = serialize(record.graph.triples(), format=RdfFormat.N_TRIPLES).decode()
    return bool(official().validate_text(written, format="ntriples").results)


def found(record: Record, profile: str = "erpd") -> list[Finding]:
    return [each for each in check(record, load_profile(profile)) if each.rule not in _ELSEWHERE]


# What is recommended is in no such shape; conditions and licences are not about health.
_ELSEWHERE = ("recommended-missing", "conditions-as-text", "value")


def test_a_good_record_passes_both() -> None:
    assert found(healthy()) == []
    assert not refused(healthy())


def shaped() -> list[NamedNode]:
    text = (Path(__file__).parent / "shapes/healthdcat-ap-8-non-public.ttl").read_text()
    shapes = Graph(parse(text, format=RdfFormat.TURTLE))
    (of_data_sets,) = [node for node in shapes.nodes if str(node).endswith("#Dataset_Shape>")]
    path, whole = (NamedNode(f"http://www.w3.org/ns/shacl#{name}") for name in ("path", "property"))
    return sorted(
        {value for each in shapes.objects(of_data_sets, whole) for value in shapes.objects(each, path)},
        key=str,
    )  # type: ignore[return-value]


@pytest.mark.parametrize("predicate", shaped(), ids=shorten)
def test_what_the_official_shapes_refuse_is_found_at_its_field(predicate: NamedNode) -> None:
    """Left out, said twice, as text or as a link. Some are for the catalogue's own profile to decide."""
    if predicate in (DCT.accessRights, DCAT.distribution, DCT.publisher, DCATAP.applicableLegislation):
        return
    (good,) = healthy().values(predicate) or [_ELSE]
    spoilt: dict[str, list[Term]] = {
        "nothing": [],
        "twice": [good, _second(good)],
        "text": [Literal("text")],
        "link": [_ELSE],
    }
    for how, values in spoilt.items():
        record = healthy()
        record.graph.set(ABOUT, predicate, values)
        ours = [each for each in found(record) if each.path.startswith(shorten(predicate))]
        assert ours or not refused(record), how
        assert how not in ("nothing", "twice") or bool(ours) == refused(record), (how, ours)
        assert all(each.severity is Severity.WARNING for each in ours), "nobody asked for it"


_ELSE = NamedNode("https://nsip.example.eu/else")


def _second(good: Term) -> Term:
    if not isinstance(good, Literal):
        return _ELSE
    if good.language:
        return Literal("other", language="en")
    return Literal("false" if good.value == "true" else "7", datatype=good.datatype)


def test_flags_and_variables_agree_with_the_shapes() -> None:
    for flag, wanted in (("true", True), ("false", False), ("1", True), ("0", False)):
        record = healthy()
        record.graph.set(ABOUT, HEALTH.hasStructuredData, [Literal(flag, datatype=XSD.boolean)])
        record.graph.set(ABOUT, HEALTH.hasVariables, [])
        ours = [(each.path, each.value) for each in found(record)]
        assert ours == [("healthdcatap:hasVariables", "healthdcatap:hasStructuredData")] * wanted
        if flag in ("true", "false"):  # a processor of SHACL compares how it is written
            assert refused(record) is wanted


def test_a_health_data_access_body_can_be_reached() -> None:
    record = healthy()
    body = NamedNode("https://hdab.example.eu/")
    record.graph.set(body, CV.contactPoint, [])
    (missing,) = found(record)
    assert refused(record)
    assert explain(missing).startswith(
        "healthdcatap:hdab[https://hdab.example.eu/]/cv:contactPoint is missing, but mandatory because of "
        f"{EHDS.value} (HealthDCAT-AP 8, Agent)."
    )
    record.graph.set(ABOUT, HEALTH.hdab, [NamedNode("https://hdab.example.eu/nobody")])
    assert [each.path for each in found(record)] == ["healthdcatap:hdab/cv:contactPoint"]


def test_distributions_name_the_act() -> None:
    record = healthy()
    record.graph.set(FILE, DCATAP.applicableLegislation, [])
    assert [each.rule for each in found(record)] == ["mandatory-here"]
    assert refused(record)
    record.graph.set(
        FILE, DCATAP.applicableLegislation, [NamedNode("http://data.europa.eu/eli/reg/2022/868/oj")]
    )
    assert [each.rule for each in found(record)] == ["act-unnamed"]


@pytest.mark.parametrize(
    ("act", "on"),
    [
        (EHDS.value, True),
        ("https://eur-lex.europa.eu/eli/reg/2025/327/2025-03-05/eng", True),
        ("http://data.europa.eu/eli/reg/2024/1689/oj", False),
        ("https://evil.example/eli/reg/2025/327/oj", False),
    ],
)
def test_it_turns_on_by_the_act_that_the_data_set_names(act: str, on: bool) -> None:
    record = healthy()
    record.graph.set(ABOUT, DCATAP.applicableLegislation, [NamedNode(act)])
    record.graph.set(ABOUT, HEALTH.hdab, [])
    for profile in ("erpd", "open-data", "erpd+dcat-ap-nl-3.0", "erpd+healthdcat-ap-8"):
        missing = [each for each in found(record, profile) if each.path == "healthdcatap:hdab"]
        assert [each.severity for each in missing] == [Severity.WARNING] * on
    # Who asks for it alone is told of errors, as the shapes have them.
    alone = [each for each in found(record, "healthdcat-ap-8") if each.path == "healthdcatap:hdab"]
    assert [each.severity for each in alone] == [Severity.ERROR] * on
    assert not [each for each in found(record, "dcat-ap-3.0.1") if "health" in each.path]


def test_public_data_need_less() -> None:
    """A contact point, keywords, a type and provenance are recommended only (data that are public)."""
    record = healthy()
    named = (DCAT.contactPoint, DCAT.keyword, DCT.type, DCT.provenance)
    for predicate in named:
        record.graph.set(ABOUT, predicate, [])
    assert {each.path for each in found(record, "open-data")} == {shorten(each) for each in named}
    record.graph.set(ABOUT, DCT.accessRights, [NamedNode(f"{AUTHORITY}/access-right/PUBLIC")])
    assert found(record, "open-data") == []


def test_what_only_reports_about_the_data_is_no_distribution_of_them() -> None:
    record = healthy()
    report = NamedNode("https://nsip.example.eu/report")
    record.graph.add(report, NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), DCAT.Distribution)
    assert found(record) == []


def test_it_makes_no_record_worse_that_names_another_act() -> None:
    """What it asks for beside the catalogue's own profile is never an error."""
    record = healthy()
    empty = Graph([Quad(ABOUT, DCATAP.applicableLegislation, EHDS), Quad(ABOUT, HEALTH.hdab, BlankNode())])
    for each in (record, Record("1", empty, ABOUT)):
        for profile in (ERPD, OPEN):
            on = {one for one in check(each, profile) if one.severity is Severity.ERROR}
            off = {
                one
                for one in check(_without(each, DCATAP.applicableLegislation), profile)
                if one.severity is Severity.ERROR
            }
            assert {one.path for one in on} == {one.path for one in off}


def _without(record: Record, predicate: NamedNode) -> Record:
    left = Graph(quad for quad in record.graph.triples() if quad.predicate != predicate)
    return Record(record.identifier, left, record.dataset)
