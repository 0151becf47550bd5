"""Planted faults in the good record."""

import json
from dataclasses import replace

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode

from erpd.metadata.checks import check, check_catalogue
from erpd.metadata.conditions import in_words, set_conditions
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.mending import mend, mend_catalogue
from erpd.metadata.profile import Profile, load_profile
from erpd.metadata.record import Record
from erpd.metadata.rules import Flaw
from erpd.metadata.terms import ADMS, DCAT, DCATAP, DCT, RDF, RDFS, expand
from erpd.register.search.document import conditions_of_access
from tests.metadata.conditions.records import EXAMPLE

from .records import AUTHORITY, DATASET, DISTRIBUTION, record

ERPD, OPEN = load_profile("erpd"), load_profile("open-data")
FILE = NamedNode("https://nsip.example.eu/distribution/1")
ERROR, WARNING = Severity.ERROR, Severity.WARNING


def told(of: Record, profile: str = "erpd") -> list[tuple[str, str, str]]:
    return [(found.rule, found.severity, found.path) for found in check(of, load_profile(profile))]


@pytest.mark.parametrize("profile", [ERPD, OPEN], ids=lambda profile: profile.name)
def test_a_good_record_has_no_findings(profile: Profile) -> None:
    assert check(record(), profile) == []


def test_a_finding_names_the_place_the_value_and_the_section() -> None:
    assert check(record('"18006"^^xsd:decimal', '"18 KB"'), ERPD) == [
        Finding(Flaw.DATATYPE, ERROR, f"{DISTRIBUTION}/dcat:byteSize", "18 KB", "G4.2")
    ]
    assert check(record("dct:license <", "dct:rights [ ] ; dct:license <"), ERPD) == [
        Finding(Flaw.TOO_MANY, ERROR, f"{DISTRIBUTION}/dct:rights", "2", "G4.2")
    ]
    spoilt = record(f"{AUTHORITY}/access-right/RESTRICTED", f"{AUTHORITY}/access-right/PUBLIC")
    public = f"{AUTHORITY}/access-right/PUBLIC"
    assert check(spoilt, ERPD) == [
        Finding(Flaw.ACCESS_RIGHT_PUBLIC, ERROR, "dct:accessRights", public, "G4.1")
    ]
    assert check(spoilt, OPEN) == []


MANDATORY = [
    (DATASET, DCT.title),
    (DATASET, DCT.description),
    (DATASET, DCT.publisher),
    (DATASET, DCT.accessRights),
    (DATASET, DCAT.distribution),
    (FILE.value, DCT.format),
    (FILE.value, DCAT.byteSize),
    (FILE.value, DCAT.accessURL),
    (FILE.value, DCT.rights),
    ("https://nsip.example.eu/service", DCT.title),
    ("https://nsip.example.eu/service", DCAT.endpointURL),
]


@pytest.mark.parametrize(("subject", "predicate"), MANDATORY)
def test_the_mandatory_metadata_of_the_guideline(subject: str, predicate: NamedNode) -> None:
    spoilt = record()
    spoilt.graph.set(NamedNode(subject), predicate, [])
    errors = [found for found in check(spoilt, ERPD) if found.severity is ERROR]
    assert [(found.rule, found.section) for found in errors] == [
        ("mandatory-missing", "G4.1" if subject == DATASET else "G4.2")
    ]


def test_open_data_needs_less() -> None:
    spoilt = record()
    for subject, predicate in MANDATORY:
        spoilt.graph.set(NamedNode(subject), predicate, [])
    missing = {found.path for found in check(spoilt, OPEN) if found.severity is ERROR}
    # Without dcat:distribution nothing leads to the distribution; the service stands for itself.
    service = "dcat:DataService[https://nsip.example.eu/service]"
    assert missing == {"dct:title", "dct:description", f"{service}/dct:title", f"{service}/dcat:endpointURL"}


def test_dct_distribution_hides_nothing_when_mended_nor_when_not() -> None:
    rules = told(record("dcat:distribution", "dct:distribution"))
    assert ("mandatory-missing", ERROR, "dcat:distribution") in rules


def test_what_is_only_named() -> None:
    spoilt = record("dcat:distribution ", "dcat:distribution <https://nsip.example.eu/other>, ")
    assert told(spoilt) == [("distribution-undescribed", ERROR, "dcat:distribution")]
    spoilt.graph.set(spoilt.dataset, DCAT.distribution, [Literal("a file")])
    assert ("node-expected", ERROR, "dcat:distribution") in told(spoilt)


def test_blank_nodes_are_found_by_their_place() -> None:
    spoilt = record()
    for size in ("1", "much"):
        node = BlankNode()
        for predicate, values in spoilt.graph.nodes[FILE].items():
            spoilt.graph.set(node, predicate, list(values))
        spoilt.graph.set(node, DCAT.byteSize, [Literal(size, datatype=expand("xsd:decimal"))])
        spoilt.graph.add(spoilt.dataset, DCAT.distribution, node)
    assert told(spoilt) == [("datatype", ERROR, "dcat:distribution[_:3]/dcat:byteSize")]


def test_beside_a_value_of_the_table_others_are_welcome() -> None:
    own = "<https://nsip.example.eu/theme>"
    assert told(record("dcat:theme ", f"dcat:theme {own}, ")) == []
    assert told(record(f"<{AUTHORITY}/data-theme/HEAL>", own)) == [("vocabulary", WARNING, "dcat:theme")]


@pytest.mark.parametrize(
    ("start", "end", "reversed_"),
    [
        ("2020", "2020-05-01", False),
        ("2020-05-01", "2020", False),
        ("2020-05-02", "2020-05-01", True),
        ("2021", "2020-12", True),
        ("2020-05-01T12:00:00Z", "2020-05-01T01:00:00Z", False),
        ("-0100", "0050", False),
        ("yesterday", "1999", False),
    ],
)
def test_periods(start: str, end: str, *, reversed_: bool) -> None:
    spoilt = record()
    period = NamedNode("https://nsip.example.eu/period/1")
    spoilt.graph.set(period, DCAT.startDate, [Literal(start)])
    spoilt.graph.set(period, DCAT.endDate, [Literal(end)])
    assert ("period-reversed" in {rule for rule, _, _ in told(spoilt)}) == reversed_


def test_another_language_makes_up_for_an_empty_title() -> None:
    assert told(record('"Hospital discharges"', '" "')) == [("text-empty", WARNING, "dct:title")]
    spoilt = record()
    spoilt.graph.set(spoilt.dataset, DCT.title, [Literal("")])
    assert told(spoilt) == [("text-empty", ERROR, "dct:title")]


def test_what_belongs_to_no_data_set_of_ours_is_not_checked() -> None:
    good = record()
    for predicate, node in ((DCT.isVersionOf, "older"), (ADMS.sample, "sample")):
        other = NamedNode(f"https://nsip.example.eu/{node}")
        good.graph.add(good.dataset, predicate, other)
        good.graph.add(other, RDF.type, DCAT.Dataset)
    assert check(good, ERPD) == []


def test_nodes_in_a_ring_are_checked_once() -> None:
    good = record()
    good.graph.add(good.dataset, DCAT.distribution, good.dataset)
    good.graph.add(good.dataset, DCT.publisher, good.dataset)
    rules = [rule for rule, _, path in told(good) if path.endswith("dcat:byteSize")]
    assert rules == ["mandatory-missing"]


def test_a_catalogue_is_checked_by_itself() -> None:
    graph = record().graph
    catalogue = NamedNode("https://nsip.example.eu/catalogue")
    graph.add(catalogue, RDF.type, DCAT.Catalog)
    graph.add(catalogue, DCAT.dataset, NamedNode(DATASET))
    place = "dcat:Catalog[https://nsip.example.eu/catalogue]"
    for profile in (ERPD, OPEN):
        assert [(found.rule, found.path) for found in check_catalogue(graph, catalogue, profile)] == [
            ("mandatory-missing", f"{place}/dct:description"),
            ("mandatory-missing", f"{place}/dct:publisher"),
            ("mandatory-missing", f"{place}/dct:title"),
        ]
        assert {found.severity for found in check_catalogue(graph, catalogue, profile)} == {ERROR}
    graph.add(catalogue, DCAT.title, Literal("All"))
    graph.add(catalogue, DCT.description, Literal("All <b>we</b> have"))
    graph.add(catalogue, DCT.publisher, Literal("Agency"))
    repairs, node = mend_catalogue(graph, catalogue, ERPD)
    assert [found.rule for found in repairs] == ["property-name", "markup", "statement"]
    assert repairs[0].path == f"{place}/dct:title"
    assert check_catalogue(graph, node, ERPD) == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('Discharges, see <a href="https://a.eu/', '<a href="https://a.eu/'),
        ('Discharges <div class="x">by year', '<div class="x">by year'),
        ("Discharges <script>f()</script>", "<script>f()</script>"),
        ("Discharges if x<s> then y, a < b, <a@b.eu>", ""),
        ("The <br> and <a> elements, x <y = 3", ""),
    ],
)
def test_markup_that_could_not_be_removed_is_reported(text: str, shown: str) -> None:
    spoilt = record('"Discharges by diagnosis, age < 18 & region."@en', json.dumps(text))
    mend(spoilt, ERPD)
    found = [one for one in check(spoilt, ERPD) if one.rule == "markup-left"]
    assert [(one.path, shown in one.value) for one in found] == ([("dct:description", True)] if shown else [])


def test_conditions_are_asked_of_protected_data_only_and_acts_are_known_in_every_form() -> None:
    act = NamedNode("http://data.europa.eu/eli/reg/2022/868/oj")
    as_text = record()
    as_text.graph.add(as_text.dataset, DCATAP.applicableLegislation, act)
    assert told(as_text) == [("conditions-as-text", WARNING, "odrl:hasPolicy")]
    assert check(as_text, OPEN) == []
    with_data = record()
    set_conditions(with_data.graph, with_data.dataset, EXAMPLE)
    for law in (
        "http://data.europa.eu/eli/reg/2022/868/oj",
        "https://data.europa.eu/eli/reg/2022/868/art_3/par_1/pnt_b/oj",
        "http://data.europa.eu/eli/dir/2007/2/2019-06-26",
        "https://eur-lex.europa.eu/eli/reg/2022/868",
        "https://wetten.overheid.nl/BWBR0001840",
        "http://data.europa.eu/eli/ontology#Regulation",
    ):
        with_data.graph.add(with_data.dataset, DCATAP.applicableLegislation, NamedNode(law))
    inspire = NamedNode("http://data.europa.eu/eli/dir/2007/2/oj")
    with_data.graph.add(with_data.dataset, DCATAP.applicableLegislation, inspire)
    for name in ("INSPIRE", "INSPIRE Directive, not Regulation (EU) 2022/868"):
        with_data.graph.add(inspire, RDFS.label, Literal(name))
    assert check(with_data, ERPD) == []
    with_data.graph.set(inspire, RDFS.label, [Literal("Règlement (UE) 2022/868")])
    assert [(found.rule, found.repaired) for found in check(with_data, ERPD)] == [
        ("act-other", "http://data.europa.eu/eli/reg/2022/868/oj")
    ]


def test_what_is_allowed_and_excluded_is_found_at_the_field_and_shown_as_excluded() -> None:
    both = replace(
        EXAMPLE,
        may_not_ask=(*EXAMPLE.may_not_ask, *EXAMPLE.may_ask, *EXAMPLE.may_ask_under_condition),
        excluded_purposes=EXAMPLE.purposes,
    )
    contradicting = record()
    set_conditions(contradicting.graph, contradicting.dataset, both)
    assert {(each.rule, each.path, each.value.rpartition("/")[2]) for each in check(contradicting, ERPD)} == {
        ("condition-both", "odrl:hasPolicy/access:mayAsk", "research"),
        ("condition-both", "odrl:hasPolicy/access:mayAskUnderCondition", "company"),
        ("condition-both", "odrl:hasPolicy/access:purpose", "dpv#ScientificResearch"),
    }
    assert "Who may ask for access" not in in_words(both, "en")
    assert "Permitted purposes" not in in_words(both, "en")
    assert conditions_of_access(contradicting)["may_ask"] == []
