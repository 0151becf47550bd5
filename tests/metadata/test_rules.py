"""Every rule has a fault that finds it, and words that make sense."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode

from erpd.metadata.checks import check
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.graph import Graph
from erpd.metadata.mending import mend
from erpd.metadata.profile import load_profile
from erpd.metadata.record import Record
from erpd.metadata.rules import RULES, explain
from erpd.metadata.terms import DCT

from .records import AUTHORITY, DATASET, lenient, record

ROOT = Path(__file__).parents[2]

Fault = tuple[str, str] | Callable[[], Record]


def with_title(node: dict[str, str]) -> Record:
    spoilt = record()
    spoilt.graph.set(spoilt.dataset, DCT.title, [lenient(node)])
    return spoilt


def with_predicate(name: str) -> Record:
    spoilt = record()
    term = lenient({"@id": name})
    assert isinstance(term, NamedNode)
    spoilt.graph.set(spoilt.dataset, term, [Literal("x")])
    return spoilt


def unnamed() -> Record:
    spoilt = record(f"<{DATASET}>", "_:d")
    return Record("1", Graph(spoilt.graph.triples()), spoilt.dataset)


# rule -> what is changed in the good record so that mending or checking it finds the rule.
FAULTS: dict[str, Fault] = {
    "iri": ("nsip.example.eu/access>", "nsip.example.eu/acc\\u0020ess>"),
    "iri-text": ("<https://nsip.example.eu/access>", "<access>"),
    "node-unnamed": (f"<{DATASET}>", "<dataset/1>"),
    "predicate": lambda: with_predicate('http://a.example/"p'),
    "predicate-unusable": lambda: with_predicate("relative"),
    "language": lambda: with_title({"@value": "x", "@language": "en_US"}),
    "language-dropped": lambda: with_title({"@value": "x", "@language": "English language"}),
    "datatype-iri": ('"2021-03-04"^^xsd:date', '"2021-03-04"^^<xs:date>'),
    "character": ('"Hospital discharges"', r'"Hospital \u0003discharges"'),
    "mail-address": ("<mailto:desk@example.eu>", '"desk@example.eu"'),
    "telephone": ("<mailto:desk@example.eu>", '<mailto:desk@example.eu> ; vcard:hasTelephone "+32 2 123"'),
    "media-type": ("<https://www.iana.org/assignments/media-types/text/csv>", '"text/csv"'),
    "media-type-added": (
        "<https://www.iana.org/assignments/media-types/text/csv>",
        '"text/csv; charset=utf-8"',
    ),
    "property-name": ("dcat:distribution", "dct:distribution"),
    "link": ("<https://nsip.example.eu/page>", '"https://nsip.example.eu/page"'),
    "statement": ('[ a dct:RightsStatement ; rdfs:label "For research, on request"@en ]', '"On request"'),
    "authority": (f"<{AUTHORITY}/access-right/RESTRICTED>", '"restricted"'),
    "authority-added": (
        f"<{AUTHORITY}/access-right/RESTRICTED>",
        '[ rdfs:label "Restricted" ; rdfs:comment "Apply" ]',
    ),
    "date": ('"2021-03-04"^^xsd:date', '"2021/3/4"'),
    "number": ('"18006"^^xsd:decimal', '"18 KB"'),
    "markup": ('"Discharges', '"<p>Discharges</p>'),
    "mandatory-missing": ("dct:publisher <https://nsip.example.eu/agency> ;", ""),
    "recommended-missing": ('dcat:keyword "health"@en ;', ""),
    "too-many": ("dct:publisher ", "dct:publisher <https://nsip.example.eu/other>, "),
    "text-expected": ('"Discharges by diagnosis, age < 18 & region."@en', "<https://nsip.example.eu/about>"),
    "link-expected": ("<https://nsip.example.eu/access>", '"Ask at the desk"'),
    "node-expected": ("<https://nsip.example.eu/page>", '"On our website"'),
    "vocabulary": (f"{AUTHORITY}/file-type/CSV", "https://nsip.example.eu/format/csv"),
    "ambiguous": (f"<{AUTHORITY}/access-right/RESTRICTED>", '[ rdfs:label "Restricted", "Public" ]'),
    "value": (
        "dcat:accessService <",
        "spdx:checksum [ a spdx:Checksum ; spdx:algorithm spdx:checksumAlgorithm_md5 ;"
        ' spdx:checksumValue "00"^^xsd:hexBinary ] ; dcat:accessService <',
    ),
    "access-right-public": ("access-right/RESTRICTED", "access-right/PUBLIC"),
    "access-right": ("access-right/RESTRICTED", "access-right/CONFIDENTIAL"),
    "datatype": ('"18006"^^xsd:decimal', '"quite big"'),
    "size-negative": ('"18006"', '"-1"'),
    "date-not-iso": ('"2021-03-04"^^xsd:date', '"06/05/2009"'),
    "period-reversed": ("2020-12-31", "2018-12-31"),
    "text-empty": ('"Discharges by diagnosis, age < 18 & region."', '" "'),
    "text-placeholder": ('"Discharges by diagnosis, age < 18 & region."', '"TODO..."'),
    "character-lost": ('"Hospital discharges"', '"Hospital disch\N{REPLACEMENT CHARACTER}rges"'),
    "distribution-undescribed": ("dcat:distribution ", "dcat:distribution <https://nsip.example.eu/other>, "),
    "service-undescribed": ("<https://nsip.example.eu/service> a", "<https://nsip.example.eu/other> a"),
    "class": ("a vcard:Kind", "a dcat:Catalog"),
    "dataset-unnamed": unnamed,
}


def findings(fault: Fault) -> list[Finding]:
    spoilt = record(*fault) if isinstance(fault, tuple) else fault()
    profile = load_profile("erpd")
    return [*mend(spoilt, profile), *check(spoilt, profile)]


@pytest.mark.parametrize("rule", FAULTS)
def test_each_fault_is_found_by_its_rule_and_explained(rule: str) -> None:
    found = findings(FAULTS[rule])
    assert rule in {finding.rule for finding in found}
    for finding in found:
        text = explain(finding)
        assert finding.rule in RULES
        assert finding.path in text
        assert finding.section
        assert finding.section in text
        assert not re.search(r"[{}]|“”|\(\)|  ", text)


# What reading, a source's rules and the register find: no change to a good record makes mending find it.
ELSEWHERE = {
    *("broken-syntax", "broken-xml", "unsafe-xml", "cut", "too-deep", "too-large", "unsafe-record"),
    *("no-data-set", "no-description", "several-data-sets", "unknown-format", "no-identifier", "no-metadata"),
    *("filtered", "other-kind", "mapped-value", "default-value"),
    *("minted-iri", "placeholder-id", "too-long", "unstorable", "iri-taken", "same-identifier"),
}


def test_the_rules_are_those_that_are_used() -> None:
    assert FAULTS.keys() == RULES.keys() - ELSEWHERE
    code = code_but("src/erpd/metadata/rules.py")
    assert {rule for rule in RULES if f'"{rule}"' not in code} == set()


def test_each_rule_that_is_found_elsewhere_is_tested_there() -> None:
    tests = code_but("tests/metadata/test_rules.py")
    assert {rule for rule in ELSEWHERE if f'"{rule}"' not in tests} == set()


def code_but(one: str) -> str:
    """All code of the top folder of that file, without the file."""
    but = ROOT / one
    folder = ROOT / one.partition("/")[0]
    return "".join(path.read_text("utf-8") for path in folder.rglob("*.py") if path != but)


@pytest.mark.parametrize("rule", sorted(ELSEWHERE))
def test_what_is_found_elsewhere_is_explained_with_its_facts(rule: str) -> None:
    facts = {"path": "record[1]", "value": "{half} a name", "repaired": "http://a.example/1"}
    text = explain(Finding(rule, Severity.ERROR, **facts))
    told = RULES[rule].message + RULES[rule].advice
    assert RULES[rule].section in text
    assert [fact for name, fact in facts.items() if (fact in text) != (f"{{{name}}}" in told)] == []
    assert facts["path"] in text or facts["value"] in text
    assert not re.search(r"“”|\(\)|  ", text)


def test_texts_are_looked_up_before_they_are_filled_in() -> None:
    rule = RULES["too-many"]
    french = {rule.message: "{path} figure {value} fois ({section}).", rule.advice: "Gardez-en une."}
    finding = Finding("too-many", Severity.ERROR, "dct:publisher", "2", "G4.1")
    assert explain(finding, french.__getitem__) == "dct:publisher figure 2 fois (G4.1). Gardez-en une."


def test_a_kept_finding_of_a_rule_that_is_gone_is_still_told() -> None:
    assert (
        explain(Finding("old-rule", Severity.ERROR, "dct:title", "{x}", "G9")) == "old-rule dct:title {x} G9"
    )
