"""The points are those of the MQA's published table, and each is lost exactly by what it stands for."""

import re
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from erpd.metadata.checks import check
from erpd.metadata.findings import Severity
from erpd.metadata.graph import Graph
from erpd.metadata.mending import mend
from erpd.metadata.profile import load_profile
from erpd.metadata.quality import BANDS, MQA, Measured, Score, band, measure, mqa, protected
from erpd.metadata.quality.metrics import MACHINE_READABLE, NON_PROPRIETARY
from erpd.metadata.record import Record
from erpd.metadata.terms import DCAT, PREFIXES
from tests.metadata.records import AUTHORITY, GOOD

LISTS = Path(__file__).parents[4] / "shared/data/vocabularies/eu-sh-ttl"
ISSUED = 'dct:issued "2021-03-04"^^xsd:date ;'
ACCESS = "dcat:accessURL <https://nsip.example.eu/access> ;"
DOWNLOAD = "dcat:downloadURL <https://nsip.example.eu/file.csv> ;"
MODIFIED = 'dct:modified "2022-01-01"^^xsd:date ;'
BEST = GOOD.replace(ACCESS, ACCESS + DOWNLOAD).replace(ISSUED, ISSUED + MODIFIED)


def measured(text: str, answers: bool | None = True) -> Measured:
    prefixes = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
    graph = Graph(parse(prefixes + text, format=RdfFormat.TURTLE, lenient=True))
    one, profile = Record("1", graph, graph.subjects(DCAT.Dataset)[0]), load_profile("dcat-ap-2.1.1")
    mend(one, profile)
    compliant = all(finding.severity is not Severity.ERROR for finding in check(one, profile))
    return measure(one, lambda address: answers, compliant=compliant)


def lost(text: str, answers: bool | None = True) -> dict[str, int]:
    """The metrics that a text does not meet, with the points that they cost."""
    score = mqa(measured(text, answers))
    missing = {metric.name: metric.points for metric in MQA if not score.facts[metric.name]}
    assert score.points == 405 - sum(missing.values())
    return missing


def test_all_that_is_asked_for_is_405_points() -> None:
    assert (len(MQA), sum(metric.points for metric in MQA)) == (23, 405)
    assert lost(BEST) == {}
    assert mqa(measured(BEST)).band == "excellent"


@pytest.mark.parametrize(
    ("old", "new", "costs"),
    [
        ('dcat:keyword "health"@en ;', "", {"keywordAvailability": 30}),
        (f"dcat:theme <{AUTHORITY}/data-theme/HEAL> ;", "", {"categoryAvailability": 30}),
        (f"dct:spatial <{AUTHORITY}/country/NLD> ;", "", {"spatialAvailability": 20}),
        ("dct:temporal <https://nsip.example.eu/period/1> ;", "", {"temporalAvailability": 20}),
        (DOWNLOAD, "", {"downloadUrlAvailability": 20, "downloadUrlStatusCode": 30}),
        (
            f"dct:format <{AUTHORITY}/file-type/CSV> ;",
            "",
            {
                "formatAvailability": 20,
                "formatMediaTypeVocabularyAlignment": 10,
                "formatMediaTypeNonProprietary": 20,
                "formatMediaTypeMachineInterpretable": 20,
            },
        ),
        (f"{AUTHORITY}/file-type/CSV", f"{AUTHORITY}/file-type/XLSX", {"formatMediaTypeNonProprietary": 20}),
        (
            f"{AUTHORITY}/file-type/CSV",
            f"{AUTHORITY}/file-type/PNG",
            {"formatMediaTypeMachineInterpretable": 20},
        ),
        (
            "dcat:mediaType <https://www.iana.org/assignments/media-types/text/csv> ;",
            "",
            {"mediaTypeAvailability": 10, "formatMediaTypeVocabularyAlignment": 10},
        ),
        ("media-types/text/csv", "media-types/text/nonsense", {"formatMediaTypeVocabularyAlignment": 10}),
        (
            f"dct:license <{AUTHORITY}/licence/CC_BY_4_0> ;",
            "",
            {"licenceAvailability": 20, "knownLicence": 10},
        ),
        (f"{AUTHORITY}/licence/CC_BY_4_0", "https://nsip.example.eu/terms", {"knownLicence": 10}),
        (
            f"dct:accessRights <{AUTHORITY}/access-right/RESTRICTED> ;",
            "",
            {"accessRightsAvailability": 10, "accessRightsVocabularyAlignment": 5},
        ),
        (re.findall(r"dcat:contactPoint .+? \] ;", GOOD)[0], "", {"contactPointAvailability": 20}),
        ("dct:publisher <https://nsip.example.eu/agency> ;", "", {"publisherAvailability": 10}),
        (re.findall(r"dct:rights .+? \] ;", GOOD)[0], "", {"rightsAvailability": 5}),
        ('dcat:byteSize "18006"^^xsd:decimal ;', "", {"byteSizeAvailability": 5}),
        (ISSUED, "", {"dateIssuedAvailability": 5}),
        (MODIFIED, "", {"dateModifiedAvailability": 5}),
        ('foaf:name "Agency"@en', 'rdfs:label "Agency"@en', {"dcatApCompliance": 30}),
    ],
)
def test_what_is_missing_costs_its_points_and_no_others(old: str, new: str, costs: dict[str, int]) -> None:
    assert old in BEST
    assert lost(BEST.replace(old, new)) == costs


def test_links_count_once_they_were_tried_and_answered() -> None:
    of_links = {"accessUrlStatusCode": 50, "downloadUrlStatusCode": 30}
    assert lost(BEST, False) == lost(BEST, None) == of_links
    assert mqa(measured(BEST, None)).untried == [*of_links]
    assert mqa(measured(BEST, False)).untried == []


def test_only_the_best_distribution_counts() -> None:
    worse = (
        "<https://nsip.example.eu/distribution/2> a dcat:Distribution ; dcat:accessURL <https://a.example/> ."
    )
    two = BEST.replace(
        "dcat:distribution <", "dcat:distribution <https://nsip.example.eu/distribution/2> , <"
    )
    assert len(measured(two + worse).distributions) == 2
    assert lost(two + worse) == {}
    none = mqa(measured(BEST.replace("dcat:distribution <https://nsip.example.eu/distribution/1> .", ".")))
    assert none.points == 405 - sum(metric.points for metric in MQA if metric.of_distribution)


def test_protected_data_loses_nothing_for_what_only_a_download_can_have() -> None:
    without = BEST.replace(DOWNLOAD, "").replace(f"dct:format <{AUTHORITY}/file-type/CSV> ;", "")
    score = protected(measured(without))
    gone = {"accessUrlStatusCode", "downloadUrlAvailability", "downloadUrlStatusCode"}
    assert gone.isdisjoint(score.facts)
    assert "formatMediaTypeNonProprietary" not in score.facts  # no file is offered
    assert "formatMediaTypeNonProprietary" in protected(measured(BEST)).facts
    missing = {name for name, met in score.facts.items() if not met}
    assert missing == {
        *("formatAvailability", "formatMediaTypeVocabularyAlignment"),
        *("groundAvailability", "conditionsAvailability"),
    }
    assert score.most == 405 - 100 - 40 + 90
    assert score.points == score.most - 20 - 10 - 40


def test_bands_are_those_of_the_mqa_and_the_same_shares_of_other_scores() -> None:
    assert [band(points, 405) for points in (405, 351, 350, 221, 220, 121, 120, 0)] == [
        *("excellent", "excellent", "good", "good", "sufficient", "sufficient", "bad", "bad")
    ]
    assert [*BANDS] == ["excellent", "good", "sufficient", "bad"]
    assert Score(351, 405, {}).band == Score(35100, 40500, {}).band


@pytest.mark.skipif(not LISTS.is_dir(), reason="../shared/data is not here")
@pytest.mark.parametrize(
    ("name", "codes"), [("non-proprietary", NON_PROPRIETARY), ("machine-readable", MACHINE_READABLE)]
)
def test_formats_are_those_of_the_lists_of_data_europa_eu(name: str, codes: frozenset[str]) -> None:
    text = (LISTS / f"edp-{name}-format.rdf").read_text()
    assert set(re.findall(r'authority/file-type/(\w+)"', text)) == codes


@pytest.mark.skipif(not LISTS.is_dir(), reason="../shared/data is not here")
def test_metrics_are_those_of_the_vocabulary_of_the_mqa() -> None:
    text = (LISTS / "edp-dqv-vocabulary.ttl").read_text().replace("reusablity", "reusability")  # its slip
    defined = re.findall(
        r"pv:(\w+)\s+a\s+dqv:Metric(?:(?!\n\n).)*?dqv:inDimension\s+pv:(\w+)", text, re.DOTALL
    )
    ours = {metric.name: str(metric.dimension) for metric in MQA}
    assert {name: dict(defined)[name] for name in ours} == ours
