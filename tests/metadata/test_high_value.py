"""DCAT-AP HVD turns on where Implementing Regulation (EU) 2023/138 applies, and asks what its shapes ask."""

from functools import cache
from pathlib import Path

import pytest
import shacl
from pyoxigraph import Literal, NamedNode, RdfFormat, parse, serialize

from erpd.metadata.checks import check
from erpd.metadata.findings import Finding, Severity, explain
from erpd.metadata.graph import Graph, Term
from erpd.metadata.profile import load_profile
from erpd.metadata.record import Record
from erpd.metadata.terms import DCAT, DCATAP, DCT, FOAF, PREFIXES, VCARD, shorten
from tests.needs import SHARED

from .records import AUTHORITY, DATASET, DISTRIBUTION, GOOD

HVD = NamedNode("http://data.europa.eu/eli/reg_impl/2023/138/oj")
CATEGORY = NamedNode("http://data.europa.eu/bna/c_ac64a52d")
ABOUT = NamedNode(DATASET)
FILE, SERVICE = (NamedNode(f"https://nsip.example.eu/{name}") for name in ("distribution/1", "service"))
DESK, PAGE, ELSE = (NamedNode(f"https://nsip.example.eu/{name}") for name in ("desk", "docs", "else"))
VALUABLE = f"""
<{DATASET}> dcatap:applicableLegislation <{HVD.value}> ; dcatap:hvdCategory <{CATEGORY.value}> .
<{FILE.value}> dcatap:applicableLegislation <{HVD.value}> .
<{SERVICE.value}> dcatap:applicableLegislation <{HVD.value}> ; dcatap:hvdCategory <{CATEGORY.value}> ;
    dcat:contactPoint <{DESK.value}> ; foaf:page <{PAGE.value}> ; dcat:servesDataset <{DATASET}> ;
    dct:license <{AUTHORITY}/licence/CC_BY_4_0> .
<{DESK.value}> a vcard:Kind ; vcard:hasEmail <mailto:desk@example.eu> ;
    vcard:hasURL <https://nsip.example.eu/ask> .
"""
# What the shapes look up about the category.
SCHEME = f"<{CATEGORY.value}> <{PREFIXES['skos']}inScheme> <http://data.europa.eu/bna/asd487ae75> .\n"
PLACES = {
    ABOUT: "",
    FILE: f"{DISTRIBUTION}/",
    SERVICE: f"{DISTRIBUTION}/dcat:accessService[{SERVICE.value}]/",
}
FIELDS = [
    (ABOUT, DCATAP.applicableLegislation),
    (ABOUT, DCATAP.hvdCategory),
    (ABOUT, DCAT.distribution),
    (FILE, DCATAP.applicableLegislation),
    (SERVICE, DCATAP.applicableLegislation),
    (SERVICE, DCATAP.hvdCategory),
    (SERVICE, DCAT.contactPoint),
    (SERVICE, FOAF.page),
    (DESK, VCARD.hasEmail),
    (DESK, VCARD.hasURL),
]


def valuable() -> Record:
    """A good record of high-value data."""
    text = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
    return Record("1", Graph(parse(text + GOOD + VALUABLE, format=RdfFormat.TURTLE)), ABOUT)


def changed(node: NamedNode, predicate: NamedNode, *values: Term) -> Record:
    record = valuable()
    record.graph.set(node, predicate, list(values))
    return record


def found(record: Record, profile: str = "open-data") -> list[Finding]:
    return [each for each in check(record, load_profile(profile)) if each.rule not in _ELSEWHERE]


# What is recommended, and distributions that are described elsewhere, are in no such shape.
_ELSEWHERE = ("recommended-missing", "distribution-undescribed")


@cache
def shapes() -> shacl.Shapes:
    """Those of 3.0.0, with its notes on usage."""
    folder = SHARED / "standards/dcat-ap-hvd-3.0.0/html"
    if not folder.exists():
        pytest.skip("needs ../shared/data")
    return shacl.Shapes.from_text(_joined(folder / "hvd-SHACL-base.ttl", folder / "hvd-SHACL-usagenotes.ttl"))


def _joined(*files: Path) -> str:
    read = [triple for file in files for triple in parse(file.read_bytes(), format=RdfFormat.TURTLE)]
    return serialize(read, format=RdfFormat.TURTLE).decode()


def refused(record: Record) -> bool:
    written = serialize(record.graph.triples(), format=RdfFormat.N_TRIPLES).decode() + SCHEME
    results = shapes().validate_text(written, format="ntriples").results
    return any("Violation" in str(each.severity) for each in results)


def test_a_good_record_passes_both() -> None:
    assert found(valuable()) == []
    assert not refused(valuable())


@pytest.mark.parametrize(("node", "predicate"), FIELDS, ids=shorten)
def test_what_the_official_shapes_refuse_is_found_at_its_field(node: NamedNode, predicate: NamedNode) -> None:
    (good,) = valuable().graph.objects(node, predicate)
    spoilt: dict[str, list[Term]] = {
        "nothing": [],
        "twice": [good, ELSE],
        "text": [Literal("text")],
        "link": [ELSE],
    }
    for how, values in spoilt.items():
        record = changed(node, predicate, *values)
        path = PLACES.get(node, "") + shorten(predicate)
        ours = [each for each in found(record) if shorten(predicate) in each.path]
        assert how == "link" or bool(ours) == refused(record), (how, ours)
        assert how != "nothing" or [each.path for each in ours] == [path] * bool(ours)
        if predicate != DCATAP.hvdCategory or node != ABOUT:  # that alone shows the case, too
            assert not [
                each for each in ours if each.severity is Severity.ERROR and each.rule != "text-expected"
            ]


def test_an_api_gives_access_to_the_data() -> None:
    by_service_alone = changed(FILE, DCAT.accessService)
    assert not [each for each in found(by_service_alone) if "accessService" in each.path]
    assert not refused(by_service_alone)
    by_service_alone.graph.set(SERVICE, DCAT.servesDataset, [])
    assert refused(by_service_alone)
    (missing,) = [each for each in found(by_service_alone) if each.rule == "mandatory-here"]
    assert missing.severity is Severity.WARNING
    assert explain(missing).startswith(
        f"{DISTRIBUTION}/dcat:accessService is missing, but mandatory because of {HVD.value} "
        "(DCAT-AP HVD 3.0, apis-are-mandatory)."
    )


@pytest.mark.parametrize("node", [FILE, SERVICE], ids=lambda each: PLACES[each])
def test_each_file_and_service_says_how_it_may_be_used(node: NamedNode) -> None:
    record = changed(node, DCT.license)
    record.graph.set(node, DCT.rights, [])
    assert refused(record)
    (missing,) = [each for each in found(record) if each.rule == "mandatory-here"]
    assert missing.path == f"{PLACES[node]}dct:license"
    record.graph.set(node, DCT.rights, [ELSE])
    assert not refused(record)
    assert "mandatory-here" not in {each.rule for each in found(record)}


@pytest.mark.parametrize(
    ("act", "on"),
    [
        (HVD.value, True),
        ("https://eur-lex.europa.eu/eli/reg_impl/2023/138/2023-01-19/eng", True),
        ("http://data.europa.eu/eli/reg/2022/868/oj", False),
        ("https://evil.example/eli/reg_impl/2023/138/oj", False),
    ],
)
def test_it_turns_on_by_the_act_that_the_data_set_names(act: str, on: bool) -> None:
    record = changed(ABOUT, DCATAP.applicableLegislation, NamedNode(act))
    record.graph.set(ABOUT, DCATAP.hvdCategory, [])
    for node in (FILE, SERVICE):
        record.graph.set(node, DCATAP.applicableLegislation, [])
    for profile in ("open-data", "erpd", "open-data+healthdcat-ap-8"):
        missing = [each for each in found(record, profile) if each.rule == "mandatory-here"]
        assert {each.severity for each in missing} == ({Severity.WARNING} if on else set())
        assert len(missing) == 3 * on
    for profile, severity in (
        ("dcat-ap-hvd-3.0", Severity.ERROR),
        ("open-data+dcat-ap-nl-3.0", Severity.ERROR),
    ):
        missing = [each for each in found(record, profile) if each.path == "dcatap:hvdCategory"]
        assert [each.severity for each in missing] == [severity] * on


def test_a_category_shows_it_too() -> None:
    record = changed(ABOUT, DCATAP.applicableLegislation)
    (missing,) = found(record)
    assert (missing.path, missing.value) == ("dcatap:applicableLegislation", "dcatap:hvdCategory")
