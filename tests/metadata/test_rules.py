"""Every rule has a fault that finds it, and words that make sense."""

import pickle
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from erpd.metadata.checks import check
from erpd.metadata.conditions import set_conditions
from erpd.metadata.findings import Finding, Severity, explain, finding_from
from erpd.metadata.graph import Graph, Term
from erpd.metadata.mending import mend
from erpd.metadata.profile import load_profile
from erpd.metadata.record import Record
from erpd.metadata.rules import RULES, Correction, Flaw, Intake, Repair, Rule, Unread
from erpd.metadata.terms import DCATAP, DCT, RDFS
from tests.metadata.conditions.records import EXAMPLE

from .records import AUTHORITY, DATASET, lenient, record

ROOT = Path(__file__).parents[2]

HIGH_VALUE = (
    "dcatap:hvdCategory <http://data.europa.eu/bna/x> ; dcatap:applicableLegislation <https://a.eu> ;"
)
Fault = tuple[str, str] | Callable[[], Record]


def with_title(node: dict[str, str]) -> Record:
    spoilt = record()
    spoilt.graph.set(spoilt.dataset, DCT.title, [lenient(node)])
    return spoilt


def with_conditions() -> Record:
    spoilt = record()
    (distribution,) = spoilt.distributions
    spoilt.graph.set(distribution, DCT.rights, [])
    set_conditions(spoilt.graph, spoilt.dataset, EXAMPLE)
    return spoilt


def saying(**changed: tuple[Term, ...]) -> Callable[[], Record]:
    """A record whose conditions say something else."""

    def made() -> Record:
        spoilt = record()
        set_conditions(spoilt.graph, spoilt.dataset, replace(EXAMPLE, **changed))
        return spoilt

    return made


def under(act: str, name: str = "") -> Callable[[], Record]:
    def made() -> Record:
        spoilt, law = record(), NamedNode(f"http://data.europa.eu/eli/{act}/oj")
        spoilt.graph.add(spoilt.dataset, DCATAP.applicableLegislation, law)
        if name:
            spoilt.graph.add(law, RDFS.label, Literal(name))
        return spoilt

    return made


def with_predicate(name: str) -> Record:
    spoilt = record()
    term = lenient({"@id": name})
    assert isinstance(term, NamedNode)
    spoilt.graph.set(spoilt.dataset, term, [Literal("x")])
    return spoilt


def with_statement() -> Record:
    spoilt = record()
    statement = Triple(spoilt.dataset, NamedNode("http://a.example/p"), Literal("x"))
    spoilt.graph.set(spoilt.dataset, NamedNode("http://a.example/q"), [statement])
    return spoilt


def unnamed() -> Record:
    spoilt = record(f"<{DATASET}>", "_:d")
    return Record("1", Graph(spoilt.graph.triples()), spoilt.dataset)


# rule -> what is changed in the good record so that mending or checking it finds the rule.
FAULTS: dict[str, Fault] = {
    "iri": ("nsip.example.eu/access>", "nsip.example.eu/acc\\u0020ess>"),
    "iri-text": ("<https://nsip.example.eu/access>", "<access>"),
    "statement-text": with_statement,
    "node-unnamed": (f"<{DATASET}>", "<dataset/1>"),
    "predicate": lambda: with_predicate('http://a.example/"p'),
    "predicate-unusable": lambda: with_predicate("relative"),
    "language": lambda: with_title({"@value": "x", "@language": "en_US"}),
    "language-dropped": lambda: with_title({"@value": "x", "@language": "see description"}),
    "direction-dropped": lambda: with_title({"@value": "x", "@language": "ar", "@direction": "rtl"}),
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
    "authority-refused": (f"<{AUTHORITY}/access-right/RESTRICTED>", '"confidential"'),
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
    "rights-told": with_conditions,
    "conditions-as-text": under("reg/2022/868"),
    "ground-unsaid": saying(grounds=()),
    "tariff-unlinked": saying(tariff=()),
    "condition-unsaid": saying(asking_condition=()),
    "condition-concept": saying(grounds=(NamedNode("https://a.example/secret"),)),
    "condition-both": saying(may_not_ask=EXAMPLE.may_ask),
    "act-unknown": under("reg/2022/869"),
    "act-other": under("reg/2024/1689", "European Health Data Space (EHDS)"),
    "size-negative": ('"18006"', '"-1"'),
    "date-not-iso": ('"2021-03-04"^^xsd:date', '"06/05/2009"'),
    "period-reversed": ("2020-12-31", "2018-12-31"),
    "markup-left": ("region.", "region <script>x</script>"),
    "text-empty": ('"Discharges by diagnosis, age < 18 & region."', '" "'),
    "text-placeholder": ('"Discharges by diagnosis, age < 18 & region."', '"TODO..."'),
    "character-lost": ('"Hospital discharges"', '"Hospital disch\N{REPLACEMENT CHARACTER}rges"'),
    "distribution-undescribed": ("dcat:distribution ", "dcat:distribution <https://nsip.example.eu/other>, "),
    "service-undescribed": ("<https://nsip.example.eu/service> a", "<https://nsip.example.eu/other> a"),
    "class": ("a vcard:Kind", "a dcat:Catalog"),
    "dataset-unnamed": unnamed,
    "mandatory-here": (
        "dcat:mediaType <https://www.iana.org/assignments/media-types/text/csv>",
        "dcat:downloadURL <a:b>",
    ),
    "act-unnamed": ("dcat:keyword", f"{HIGH_VALUE} dcat:keyword"),
}
# Rules about what is mandatory in some cases only, which the guidelines do not have.
IN_SOME_CASES = {"mandatory-here", "act-unnamed"}


def findings(rule: str) -> list[Finding]:
    fault = FAULTS[rule]
    spoilt = record(*fault) if isinstance(fault, tuple) else fault()
    profile = load_profile("dcat-ap-nl-3.0" if rule in IN_SOME_CASES else "erpd")
    return [*mend(spoilt, profile), *check(spoilt, profile)]


@pytest.mark.parametrize("rule", FAULTS)
def test_each_fault_is_found_by_its_rule_and_explained(rule: str) -> None:
    found = findings(rule)
    assert rule in {finding.rule for finding in found}
    for finding in found:
        text = explain(finding)
        assert finding.path in text
        assert finding.section
        assert finding.section in text
        assert not re.search(r"[{}]|“”|\(\)|  ", text)


# What reading, a source's rules and the register find: no change to a good record makes mending find it.
ELSEWHERE = [*Correction, *Unread, *Intake]


def test_each_rule_has_a_name_of_its_own_and_its_texts() -> None:
    assert len(RULES) == len([*Repair, *Flaw, *ELSEWHERE])
    for rule in RULES.values():
        assert rule == rule.name.lower().replace("_", "-")
        assert rule.message
        assert rule.advice
        assert rule.section
        assert not re.search("at the source|carried on", rule.delivered), "they delivered it themselves"
        assert re.findall(r"{\w+}", rule.delivered) == re.findall(r"{\w+}", rule.advice)


def test_the_rules_are_those_that_are_used() -> None:
    assert FAULTS.keys() == {*Repair, *Flaw}
    code = "".join(path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py"))
    used = set(re.findall(r"\b(?:Repair|Flaw|Correction|Unread|Intake)\.[A-Z_]+\b", code))
    assert {member(rule) for rule in RULES.values()} == used


def test_each_rule_that_is_found_elsewhere_is_tested_there() -> None:
    here = Path(__file__)
    tests = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("*.py") if path != here)
    assert [rule for rule in ELSEWHERE if f'"{rule}"' not in tests and member(rule) not in tests] == []


def member(rule: Rule) -> str:
    return f"{type(rule).__name__}.{rule.name}"


@pytest.mark.parametrize("rule", ELSEWHERE)
def test_what_is_found_elsewhere_is_explained_with_its_facts(rule: Rule) -> None:
    facts = {"path": "record[1]", "value": "{half} a name", "repaired": "http://a.example/1"}
    text = explain(Finding(rule, Severity.ERROR, **facts))
    told = rule.message + rule.advice
    assert rule.section in text
    assert [fact for name, fact in facts.items() if (fact in text) != (f"{{{name}}}" in told)] == []
    assert facts["path"] in text or facts["value"] in text
    assert not re.search(r"“”|\(\)|  ", text)


def test_texts_are_looked_up_before_they_are_filled_in() -> None:
    rule = Flaw.TOO_MANY
    french = {rule.message: "{path} figure {value} fois ({section}).", rule.advice: "Gardez-en une."}
    finding = Finding(rule, Severity.ERROR, "dct:publisher", "2", "G4.1")
    assert explain(finding, french.__getitem__) == "dct:publisher figure 2 fois (G4.1). Gardez-en une."


def test_a_kept_finding_of_a_rule_that_is_gone_is_still_told() -> None:
    facts = {"rule": "old-rule", "severity": "error", "path": "dct:title", "value": "{x}", "section": "G9"}
    kept = pickle.loads(pickle.dumps(finding_from(facts)))
    assert kept.as_dict() == facts
    assert explain(kept) == "old-rule dct:title {x} G9"


def test_a_finding_is_kept_as_plain_text() -> None:
    finding = Finding(Flaw.TOO_MANY, Severity.ERROR, "dct:publisher", "2")
    facts = finding.as_dict()
    assert facts == {"rule": "too-many", "severity": "error", "path": "dct:publisher", "value": "2"}
    assert {type(fact) for fact in facts.values()} == {str}
    assert finding_from(facts) == pickle.loads(pickle.dumps(finding)) == finding
    assert finding_from(facts).rule is Flaw.TOO_MANY
