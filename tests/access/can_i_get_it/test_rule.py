"""The rule: a table of cases, and what always holds. A record is never made better than what it says."""

from dataclasses import replace
from random import Random
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from erpd.access.can_i_get_it.facts import Facts, facts_of
from erpd.access.can_i_get_it.rule import ANSWERS, QUESTIONS, Asked, Outcome, Question, answer
from erpd.metadata.conditions import FIELDS, OPPOSED, Conditions
from erpd.metadata.graph import Graph
from erpd.metadata.record import Record
from tests.metadata.conditions.records import CONDITIONS, EXAMPLE, OTHERS, record, with_conditions

LIKELY, UNDER, NOT_SAID, NO = Outcome
LISTS = {field.name: field.vocabulary for field in FIELDS if field.list}
RESEARCH = {"may_ask": "research", "purposes": "ScientificResearch"}
EUROPEAN = ("research", "ScientificResearch", "eu")


def conditions(**said: str) -> Conditions:
    """``may_ask="research sme"``: codes of the list of the field, or a text."""
    return Conditions(
        **{
            name: tuple(NamedNode(LISTS[name].iri(code)) for code in value.split())
            if name in LISTS
            else (Literal(value, language="en"),)
            for name, value in said.items()
        }
    )


# What the record says -> what the visitor answers -> the answer, and the rules that were worst.
CASES: list[tuple[dict[str, str], tuple[str, str, str], Outcome, str]] = [
    ({}, EUROPEAN, NOT_SAID, "who-not-said purpose-not-said"),
    (RESEARCH, EUROPEAN, LIKELY, "who-may-ask purpose-permitted in-the-union"),
    (RESEARCH, ("company", "ScientificResearch", "eu"), NOT_SAID, "who-not-listed"),
    (RESEARCH, ("other", "ScientificResearch", "eu"), NOT_SAID, "who-not-listed"),
    (RESEARCH, ("research", "Marketing", "eu"), NOT_SAID, "purpose-not-listed"),
    (RESEARCH, ("research", "other", "eu"), NOT_SAID, "purpose-not-listed"),
    # Who.
    ({**RESEARCH, "may_not_ask": "research"}, EUROPEAN, NO, "who-excluded"),
    ({**RESEARCH, "may_not_ask": "company"}, EUROPEAN, LIKELY, ""),
    ({**RESEARCH, "may_not_ask": "company"}, ("sme", "ScientificResearch", "eu"), NO, "who-excluded"),
    ({**RESEARCH, "may_ask": "company"}, ("start-up", "ScientificResearch", "eu"), LIKELY, ""),
    ({**RESEARCH, "may_ask": "sme"}, ("company", "ScientificResearch", "eu"), UNDER, "who-partly"),
    (
        {**RESEARCH, "may_ask": "company", "may_not_ask": "sme"},
        ("company", "ScientificResearch", "eu"),
        UNDER,
        "who-partly-excluded",
    ),
    ({**RESEARCH, "may_ask_under_condition": "research"}, EUROPEAN, UNDER, "who-under-condition"),
    ({**RESEARCH, "asking_condition": "Publish the results."}, EUROPEAN, UNDER, "asking-condition"),
    ({**RESEARCH, "accreditation": "institution"}, EUROPEAN, UNDER, "accreditation"),
    # What for.
    ({**RESEARCH, "excluded_purposes": "ScientificResearch"}, EUROPEAN, NO, "purpose-excluded"),
    ({**RESEARCH, "excluded_purposes": "ResearchAndDevelopment"}, EUROPEAN, NO, "purpose-excluded"),
    ({**RESEARCH, "excluded_purposes": "Marketing"}, EUROPEAN, LIKELY, ""),
    ({**RESEARCH, "purposes": "ResearchAndDevelopment"}, EUROPEAN, LIKELY, ""),
    (RESEARCH, ("research", "ResearchAndDevelopment", "eu"), UNDER, "purpose-partly"),
    (
        {**RESEARCH, "purposes": "CommercialPurpose", "excluded_purposes": "Marketing"},
        ("research", "CommercialPurpose", "eu"),
        UNDER,
        "purpose-partly-excluded",
    ),
    (
        {**RESEARCH, "purposes": "CommercialPurpose"},
        ("research", "Marketing", "eu"),
        UNDER,
        "purpose-partly",
    ),
    (
        {**RESEARCH, "purposes": "Marketing"},
        ("research", "CommercialPurpose", "eu"),
        UNDER,
        "purpose-partly",
    ),
    (
        {**RESEARCH, "purposes": "Marketing", "excluded_purposes": "CommercialPurpose"},
        ("research", "Marketing", "eu"),
        UNDER,
        "purpose-partly-excluded",
    ),
    (
        {**RESEARCH, "purposes": "CommercialPurpose"},
        ("research", "CommercialResearch", "eu"),
        LIKELY,
        "who-may-ask purpose-permitted in-the-union",
    ),
    ({**RESEARCH, "purpose_note": "Not for insurance."}, EUROPEAN, UNDER, "purpose-note"),
    # Where.
    (RESEARCH, ("research", "ScientificResearch", "adequate"), NOT_SAID, "transfer-not-said"),
    (
        {**RESEARCH, "transfer": "allowed"},
        ("research", "ScientificResearch", "adequate"),
        LIKELY,
        "who-may-ask purpose-permitted transfer-allowed",
    ),
    (
        {**RESEARCH, "transfer": "allowed"},
        ("research", "ScientificResearch", "other"),
        UNDER,
        "undertaking",
    ),
    (
        {**RESEARCH, "transfer": "allowed under-condition"},
        ("research", "ScientificResearch", "adequate"),
        UNDER,
        "transfer-under-condition",
    ),
    (
        {**RESEARCH, "transfer": "allowed not-allowed"},
        ("research", "ScientificResearch", "adequate"),
        NO,
        "transfer-not-allowed",
    ),
    (
        {**RESEARCH, "transfer": "allowed", "transfer_condition": "With a contract."},
        ("research", "ScientificResearch", "adequate"),
        UNDER,
        "transfer-condition",
    ),
    ({**RESEARCH, "transfer": "not-allowed"}, EUROPEAN, LIKELY, ""),
    (
        {**RESEARCH, "transfer": "allowed", "may_not_ask": "outside-union"},
        ("research", "ScientificResearch", "adequate"),
        NO,
        "who-excluded",
    ),
    (
        {**RESEARCH, "transfer": "allowed", "may_ask_under_condition": "outside-union"},
        ("research", "ScientificResearch", "adequate"),
        UNDER,
        "who-under-condition",
    ),
    ({**RESEARCH, "forms": "on-premises"}, EUROPEAN, UNDER, "on-premises"),
    ({**RESEARCH, "forms": "on-premises remote"}, EUROPEAN, LIKELY, ""),
    # The worst counts.
    ({"may_not_ask": "research"}, EUROPEAN, NO, "who-excluded"),
    ({"may_ask_under_condition": "research"}, EUROPEAN, NOT_SAID, "purpose-not-said"),
]


@pytest.mark.parametrize(("said", "answers", "outcome", "rules"), CASES)
def test_the_table(said: dict[str, str], answers: tuple[str, str, str], outcome: Outcome, rules: str) -> None:
    facts = Facts(conditions=conditions(**said), acts=frozenset({"reg/2022/868"}))
    found = answer(facts, Asked(*answers))
    assert found.outcome == outcome
    if rules:
        assert [each.rule for each in found.reasons if each.outcome == outcome] == rules.split()


def test_what_no_rule_can_judge_is_under_conditions_at_best() -> None:
    facts, asked = Facts(conditions=conditions(**RESEARCH)), Asked(*EUROPEAN)
    assert answer(facts, asked).outcome == LIKELY
    text, unknown = (Literal("For members."),), (NamedNode("https://a.example/audience/9"),)
    for changed in (
        replace(facts, is_more=True),
        replace(facts, in_words=text),
        replace(facts, needs_health_permit=True),
        replace(facts, conditions=replace(facts.conditions, may_not_ask=unknown)),
        replace(facts, conditions=replace(facts.conditions, excluded_purposes=unknown)),
    ):
        assert answer(changed, asked).outcome == UNDER


def test_open_data_is_for_anybody_unless_its_record_excludes_somebody() -> None:
    for who in ANSWERS["who"]:
        found = answer(Facts(is_open=True), Asked(who, "other", "other"))
        assert (found.outcome, [each.rule for each in found.reasons]) == (LIKELY, ["open"])
    excluding = Facts(is_open=True, conditions=conditions(may_not_ask="research"))
    assert answer(excluding, Asked(*EUROPEAN)).outcome == NO
    accredited = Facts(is_open=True, conditions=conditions(accreditation="institution"))
    assert answer(accredited, Asked(*EUROPEAN)).outcome == UNDER


def test_the_facts_of_records() -> None:
    """Reading leaves nothing out that would make the answer worse."""
    facts = facts_of(with_conditions(EXAMPLE), protected=True)
    assert facts.conditions == EXAMPLE
    assert not facts.is_more
    assert [text.value for text in facts.in_words] == ["Ask me"]
    assert facts_of(record(OTHERS), protected=True).is_more
    assert facts_of(with_conditions(EXAMPLE, OTHERS), protected=True).is_more
    assert facts_of(record(), protected=False).is_open
    assert not facts_of(record(), protected=True).is_open
    rights = "dct:accessRights <http://publications.europa.eu/resource/authority/access-right/"
    assert facts_of(record(f"<https://a.example/set> {rights}PUBLIC> ."), protected=True).is_open
    assert not facts_of(record(f"<https://a.example/set> {rights}RESTRICTED> ."), protected=False).is_open
    for contradiction in (f"{rights}PUBLIC> ; {rights}RESTRICTED>", f"{rights}RESTRICTED> ; {rights}PUBLIC>"):
        assert not facts_of(record(f"<https://a.example/set> {contradiction} ."), protected=False).is_open
    for unknown in ('"Members"', "<https://a.example/members>", '[ rdfs:label "Members" ]'):
        facts = facts_of(record(f"<https://a.example/set> dct:accessRights {unknown} ."), protected=False)
        assert not facts.is_open
        assert any("embers" in term.value for term in facts.in_words)
    health = """<https://a.example/set> <http://healthdataportal.eu/ns/health#hdab> <https://hdab.example/> ;
      dcatap:applicableLegislation <http://data.europa.eu/eli/reg/2025/327/oj> ."""
    facts = facts_of(record(health), protected=True)
    assert facts.health_bodies == (NamedNode("https://hdab.example/"),)
    assert facts.acts == {"reg/2025/327"}


ASKED = st.builds(Asked, *(st.sampled_from(ANSWERS[question]) for question in QUESTIONS))
FACTS = st.builds(Facts, is_open=st.booleans(), conditions=CONDITIONS, is_more=st.booleans())


@given(FACTS, CONDITIONS, ASKED)
def test_more_exclusions_never_make_the_answer_better(facts: Facts, others: Conditions, asked: Asked) -> None:
    excluding = {name for _, name in OPPOSED}
    more = {name: getattr(facts.conditions, name) + getattr(others, name) for name in excluding}
    changed = replace(facts, conditions=replace(facts.conditions, **more))
    before, after = answer(facts, asked).outcome, answer(changed, asked).outcome
    assert [*Outcome].index(after) >= [*Outcome].index(before)


@given(FACTS, ASKED)
def test_an_answer_is_never_better_than_what_each_question_finds(facts: Facts, asked: Asked) -> None:
    found = answer(facts, asked)
    assert found.outcome == max((each.outcome for each in found.reasons), key=[*Outcome].index)
    if not facts.is_open and found.outcome == LIKELY:
        assert all(found.of(question) for question in get_args(Question))
        assert facts.conditions.may_ask
        assert facts.conditions.purposes


@given(CONDITIONS, ASKED, st.randoms(use_true_random=False))
def test_the_order_of_statements_does_not_matter(said: Conditions, asked: Asked, random: Random) -> None:
    made = with_conditions(said, OTHERS)
    triples = [*made.graph.triples()]
    random.shuffle(triples)
    shuffled = Record(made.identifier, Graph(triples), made.dataset)
    first, second = (answer(facts_of(each, protected=True), asked) for each in (made, shuffled))
    assert first == second
