"""The form, the APIs, a spreadsheet and a harvest find the same in the same faulty data set: for all rules.

What a way cannot say, or says otherwise, is in DIFFERENCES, with the reason: no more and no less than that.
"""

from collections.abc import Callable
from typing import NamedTuple

import pytest

from erpd.metadata.profile import cases
from erpd.metadata.rules import RULES, Correction, Intake, Unread
from erpd.register.catalogues import profile_of
from erpd.register.content import facts_of
from erpd.register.preparing import prepare
from erpd.submit.delivery_api import bodies
from tests.submit.faults import EVERY, IN_CKAN, TYPED, Fault
from tests.submit.owners import agree, office
from tests.submit.ways import Found, Here, Refused, Ways, found_in, last

WAYS = ("harvest", "rdf", "json", "ckan", "sheet", "form")
"""``rdf`` and ``json`` are the delivery API."""


class Difference(NamedTuple):
    """How ways differ in faulty data sets from what is found in their records."""

    ways: str
    result: str
    """``nothing``: all but this rule finds the same; ``refused``: told at the field, before there is a
    record; ``refused whole``: told, without a field; otherwise the rule that tells it there instead."""
    faults: str
    why: str


DIFFERENCES = (
    Difference(
        "harvest",
        "reference",
        "iri-text node-unnamed",
        "A relative link is completed while RDF is read, which another rule reports.",
    ),
    Difference(
        "rdf",
        "refused whole",
        "iri iri-text statement-text node-unnamed predicate predicate-unusable language language-dropped",
        "A program that sends what is not RDF is told so, and can send it right: nothing is repaired.",
    ),
    Difference(
        "rdf json sheet form",
        "refused whole",
        "placeholder-id too-long",
        "Identifiers are permanent, so unfit ones are not even stored in a draft.",
    ),
    Difference("ckan", "refused", "placeholder-id too-long", "The same; CKAN's names are narrower still."),
    Difference(
        "rdf json ckan sheet form",
        "nothing",
        "dataset-unnamed",
        "A data set that is delivered without an IRI has the address of its page, which is permanent.",
    ),
    Difference(
        "json ckan sheet form",
        "nothing",
        "statement-text predicate predicate-unusable datatype-iri class act-other",
        "They have fields: properties, classes, datatypes and descriptions of links are not theirs to say.",
    ),
    Difference(
        "json ckan sheet form",
        "mandatory-missing",
        "property-name",
        "The same: what is said with a wrong property is not said.",
    ),
    Difference(
        "json sheet form", "nothing", "value", "No field for checksums. The rule is tested with a list, too."
    ),
    Difference(
        "json sheet form",
        "mandatory-missing",
        "authority-added ambiguous",
        "A field with a code takes the code alone, not a description instead.",
    ),
    Difference(
        "json",
        "refused",
        "iri iri-text node-unnamed language language-dropped direction-dropped character mail-address"
        " media-type media-type-added authority authority-refused date number link-expected node-expected"
        " access-right datatype size-negative date-not-iso",
        "The national API takes values in their proper form alone, and names the field otherwise.",
    ),
    Difference(
        "json",
        "nothing",
        "telephone link statement text-expected",
        "Its fields are links, texts or numbers to call by themselves.",
    ),
    Difference(
        "sheet form",
        "nothing",
        "iri mail-address telephone media-type media-type-added link statement authority date number"
        " text-expected",
        "What people type is understood before it is a record, so nothing is left to repair.",
    ),
    Difference(
        "sheet form",
        "refused",
        "authority-refused iri-text link-expected node-expected access-right datatype size-negative"
        " date-not-iso",
        "What is not understood is told at its cell or field, in the words of the form.",
    ),
    Difference("sheet", "refused", "node-unnamed character character-lost", "The same, for what is typed."),
    Difference("sheet", "nothing", "language", "Headings say languages as people write them."),
    Difference(
        "sheet",
        "mandatory-missing",
        "language-dropped direction-dropped",
        "A heading that names no language is no column of ours, which the file is told.",
    ),
    Difference("form", "refused", "language language-dropped direction-dropped", "Languages are chosen."),
    Difference("form", "nothing", "character", "Browsers send no control characters; we drop them."),
    Difference("form", "nothing", "node-unnamed", "Nobody is asked for the IRI of a data set."),
    Difference(
        "form",
        "nothing",
        "distribution-undescribed service-undescribed",
        "A distribution or service is described there, not only named.",
    ),
    Difference("form", "refused", "period-reversed", "A contradiction on one page is told at once."),
    Difference("form", "refused", "mandatory-missing/dct:title", "A draft in a list needs a title."),
    Difference(
        "ckan sheet form", "mandatory-missing", "text-empty", "A blank field says nothing, so it is missing."
    ),
    Difference(
        "ckan",
        "nothing",
        "iri-text node-unnamed language direction-dropped mail-address link statement text-expected",
        "CKAN's fields are text, and the reader makes of them what is meant.",
    ),
    Difference(
        "ckan",
        "mandatory-missing",
        "language-dropped",
        "A text under a key that is no language is kept as a field of the portal.",
    ),
    Difference("ckan", "authority", "authority-added", "A field has no comments beside its value."),
    Difference(
        "ckan",
        "authority",
        "mandatory-missing/distribution/dct:format",
        "The reader takes the format from the media type.",
    ),
    Difference(
        "ckan", "nothing", "mandatory-missing/dct:publisher", "The organization of the key publishes it."
    ),
    Difference("ckan", "nothing", "distribution-undescribed", "All resources are in their package."),
    Difference("ckan", "period-reversed", "period-reversed", "In a package, periods have no IRI."),
)
# About bytes, about several data sets, or what the rules of a source did: not about one data set.
ELSEWHERE = {
    *Correction,
    *Unread,
    *(Intake.MINTED_IRI, Intake.UNSTORABLE, Intake.IRI_TAKEN, Intake.SAME_IDENTIFIER),
    *(Intake.FILTERED, Intake.MAPPED_VALUE, Intake.DEFAULT_VALUE),
}


def test_there_is_a_faulty_data_set_for_every_rule_and_case():
    assert {fault.rule for fault in EVERY} == {*RULES} - ELSEWHERE
    assert {fault.name.partition("/")[2] for fault in EVERY} >= cases().keys()
    assert {fault.name for fault in EVERY} >= TYPED.keys() | IN_CKAN.keys()


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch, db: None) -> Ways:
    monkeypatch.setattr(bodies, "Child", Here)
    owner = office()
    agree(owner)
    owner.catalogues["open"].profiles = "dcat-ap-nl-3.0"
    owner.catalogues["open"].save()
    return Ways(owner, {kind: owner.key(kind) for kind in ("protected", "open")})


@pytest.mark.parametrize("way", WAYS)
def test_the_same_is_found(ways: Ways, way: str):
    if way == "sheet":
        ways.write(EVERY)
    found = {}
    for fault in EVERY:
        profile = profile_of(ways.catalogue(fault))
        made = prepare(fault.record(), profile, source="office", node="https://node.example")
        expected = found_in(facts_of(made.findings))
        assert any(rule == fault.rule for rule, _, _ in expected), fault.name
        if result := compared(fault, expected, getattr(ways, way)):
            found[fault.name] = result
    assert found == differences(way)


def differences(way: str) -> dict[str, str]:
    rows = [row for row in DIFFERENCES if way in row.ways.split()]
    pairs = [(name, row.result) for row in rows for name in row.faults.split()]
    assert len(dict(pairs)) == len(pairs), "one row for each"
    return dict(pairs)


def compared(fault: Fault, expected: Found, find: Callable[[Fault], Found]) -> str:
    """The result as in DIFFERENCES, "" if there is none."""
    try:
        found = find(fault)
    except Refused as refused:
        properties = {last(path) for _, _, path in expected}
        return "refused" if refused.at & properties else f"refused {', '.join(sorted(refused.at)) or 'whole'}"
    less, more = expected - found, found - expected
    if less == more:
        return ""
    rules = " ".join(sorted({rule for rule, _, _ in more})) or "nothing"
    own = {one for one in expected if one[0] == fault.rule}
    is_there = {last(path) for _, _, path in more} <= {last(path) for _, _, path in less}
    return rules if less in (own, expected) and is_there else f"{rules} elsewhere"
