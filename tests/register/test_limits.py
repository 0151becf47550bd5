"""Preparing a record takes time in proportion to its size, however it is made."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from erpd.formats import oai_dc, record_of
from erpd.formats.reading import Reading
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.parts import shapes_of
from erpd.metadata.profile import load_profile
from erpd.metadata.rules import Flaw, Intake, Repair
from erpd.metadata.terms import DCAT, DCT, FOAF, RDF, VCARD
from erpd.metadata.view import View
from erpd.register.arrival import Arrival
from erpd.register.preparing import counted, prepare
from erpd.register.search.document import document
from erpd.register.search.highlight import highlight, snippet
from erpd.register.search.pending import Change
from tests.hostile import UNITS, Family, assert_linear
from tests.proofs import length

_HEAD = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix x: <http://x.example/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
x:d a dcat:Dataset ; dct:title "T" ; dct:description "D" ; dct:accessRights x:r .
x:one a dcat:Distribution . x:d dcat:distribution x:one . x:n0 x:next x:d .
"""
_NODES = {
    DCAT.Dataset: "urn:d",
    DCAT.Distribution: "urn:one",
    VCARD.Kind: "urn:contact",
    FOAF.Agent: "urn:publisher",
    DCT.PeriodOfTime: "urn:temporal",
    DCT.Location: "urn:spatial",
}
# What is repeated; N is a number that grows, M the number before it.
_SHAPES = {
    "distributions": 'x:d dcat:distribution x:dN . x:dN dct:title "t" ; dct:format "csv" .',
    "nameless distributions": 'x:d dcat:distribution [ dct:title "N" ; dct:format [ rdfs:label "csv" ] ] .',
    "undescribed distributions": "x:d dcat:distribution x:dN .",
    "themes": 'x:d dcat:theme x:tN . x:tN rdfs:label "Health" .',
    "formats": 'x:one dct:format [ rdfs:label "CSV" ; rdfs:comment "N" ] .',
    "licences": 'x:one dct:license [ rdfs:label "CC BY 4.0" ; rdfs:comment "N" ] .',
    "access rights": 'x:d dct:accessRights [ rdfs:label "Restricted" ; rdfs:comment "N" ] .',
    "labels": 'x:r rdfs:label "label N"@en .',
    "agents": 'x:d dct:publisher [ a foaf:Agent ; foaf:name "N" ] .',
    "contacts": 'x:d dcat:contactPoint [ vcard:hasEmail "aN@b.eu" ; vcard:hasTelephone "+49 40 12345N" ] .',
    "periods": 'x:d dct:temporal [ a dct:PeriodOfTime ; dcat:startDate "2020" ; dcat:endDate "2019" ] .',
    "titles": 'x:d dct:title "<b>tN</b>"@en .',
    "properties": 'x:d x:pN "text" .',
    "broken properties": 'x:d <http://x.example/p N> "text" .',
    "broken links": "x:d x:p <http://x.example/p N> .",
    "relative links": "x:d dct:relation <relN> .",
    "languages": 'x:d x:p "x"@en-0000000N .',
    "nested nodes": "x:d dct:publisher x:a1 . x:aM a foaf:Agent ; dct:publisher x:aN .",
    "a chain of blank nodes": "_:nM x:next _:nN .",
    "blank nodes that look alike": 'x:d x:p [ x:v "a" ] .',
    "blank nodes of one": '_:a x:p _:bN . _:bN x:v "a" .',
    "services": "x:sN a dcat:DataService ; dcat:servesDataset x:d .",
}


def _prepared(content: str) -> Arrival:
    record = record_of(Reading("1", content.encode(), "text/turtle"), "http://base.example/")
    return prepare(record, load_profile("erpd"), source="s", node="http://n.example")


@pytest.mark.proof
@pytest.mark.parametrize("name", _SHAPES)
def test_a_record_takes_time_in_proportion_to_what_it_says(name: str) -> None:
    def work(numbers: str) -> None:
        amount = len(numbers)
        said = (_SHAPES[name].replace("N", str(n)).replace("M", str(n - 1)) for n in range(1, amount + 1))
        _prepared(_HEAD + "\n".join(said))

    assert_linear(work, Family("", "1", ""), length(1600, 16_000), 0.05)


def test_a_list_takes_time_in_proportion_to_its_length() -> None:
    def work(numbers: str) -> None:
        entries = " ".join(f'"{place}"' for place in range(len(numbers)))
        _prepared(f"{_HEAD} x:d x:l ( {entries} ) .")

    assert_linear(work, Family("", "1", ""), 8000, 0.05)


@pytest.mark.proof
@pytest.mark.parametrize("form", ['"{}"', "<{}>"], ids=["texts", "links"])
def test_a_hostile_text_takes_time_in_proportion_to_its_length(form: str) -> None:
    """In every property of the profile: mended, checked, viewed, indexed, searched and written."""
    for unit in UNITS[:: length(5, 1)]:
        assert_linear(lambda text: _used(form, text), Family("", unit, ""), length(2_000, 16_000), 0.05)


def _used(form: str, text: str) -> None:
    said = form.format("".join(sign if sign.isalnum() else f"\\u{ord(sign):04X}" for sign in text))
    lines = [f"<urn:d> <{DCT}{name}> <urn:{name}> ." for name in ("publisher", "temporal", "spatial")]
    lines.append(f"<urn:d> {DCAT.distribution} <urn:one> .\n<urn:d> {DCAT.contactPoint} <urn:contact> .")
    for kind, shape in shapes_of(load_profile("erpd")).items():
        if kind in _NODES:
            lines.append(f"<{_NODES[kind]}> {RDF.type} {kind} .")
            lines += [f"<{_NODES[kind]}> {predicate} {said} ." for predicate in shape.properties]
    record = record_of(Reading("1", "\n".join(lines).encode(), "application/n-triples"))
    prepare(record, load_profile("erpd"), source="s", node="http://n.example")
    now = datetime.now(UTC)
    document(Change(1, uuid4(), "", "", False, now, now, "", 1, "protected", "NL", b""), record)
    highlight(text, text[:1000], ["nl", "en"])
    snippet(text, text[:1000], ["nl", "en"])
    view = View(record)
    for agent in (*view.publishers, *view.contacts):
        assert isinstance(agent.called("en"), str)
        assert isinstance([*agent.emails, *agent.telephones, *agent.pages], list)
    assert isinstance([view.formats, view.licences, view.periods, view.places], list)
    oai_dc.write(record)


def test_findings_alike_are_counted_but_no_repair_is() -> None:
    missing = [
        Finding(Flaw.MANDATORY_MISSING, Severity.ERROR, f"dcat:distribution[_:{n}]/dcat:byteSize")
        for n in range(250)
    ]
    repaired = [Finding(Repair.DATE, Severity.REPAIR, "dct:issued", f"{n}", "", "2020") for n in range(250)]
    found = counted([*missing, *repaired])
    assert [finding for finding in found if finding.severity is Severity.REPAIR] == repaired
    assert [finding for finding in found if finding.severity is Severity.ERROR] == missing[:100]
    (more,) = (finding for finding in found if finding.rule is Intake.MORE)
    assert more == Finding(
        Intake.MORE, Severity.WARNING, "dcat:byteSize", Flaw.MANDATORY_MISSING, Intake.MORE.section, "150"
    )


def test_no_path_is_longer_than_a_person_reads() -> None:
    nested = "\n".join(
        f"x:a{n} a foaf:Agent ; dct:publisher x:a{n + 1} ; vcard:hasEmail 'a@b.eu' ." for n in range(1, 500)
    )
    found = _prepared(f"{_HEAD} x:d dct:publisher x:a1 . {nested}").findings
    assert len(found) > 499
    assert all(len(finding.path) < 1400 for finding in found)
