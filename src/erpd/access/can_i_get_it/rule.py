"""The rule of "Can I get it?": what a record says, and three answers -> how likely access is, and why.

It is never better than the record: an exclusion beats a permission, what is not said is not a yes, and what
cannot be judged by rule (texts, policies of others) makes it "under conditions" at best. Each reason adds one
outcome, and the worst counts; so more exclusions never make the answer better, in whatever order they stand.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias

from erpd.access.can_i_get_it.facts import Facts
from erpd.metadata.conditions import FIELDS, Conditions
from erpd.metadata.conditions.fields import Values
from erpd.metadata.vocabularies import vocabulary


class Outcome(StrEnum):
    """The answer, best first."""

    LIKELY = "likely"
    UNDER_CONDITIONS = "under-conditions"
    NOT_SAID = "not-said"
    NO = "no"


Question: TypeAlias = Literal["who", "purpose", "where"]
QUESTIONS: tuple[Question, ...] = ("who", "purpose", "where")
OTHER = "other"
UNION, ADEQUATE, ELSEWHERE = "eu", "adequate", OTHER

ANSWERS: Mapping[Question, tuple[str, ...]] = {
    "who": (
        *("research", "education", "public-sector", "eu-institution", "company", "sme", "start-up"),
        *("civil-society", "individual", OTHER),
    ),
    "purpose": (
        *("ScientificResearch", "NonCommercialResearch", "CommercialResearch", "ResearchAndDevelopment"),
        *("ProvideOfficialStatistics", "PublicPolicyMaking", "ImprovePublicServices", "ImproveHealthcare"),
        *("ImproveTransportMobility", "CombatClimateChange", "PublicBenefit", "NonCommercialPurpose"),
        *("CommercialPurpose", "Marketing", OTHER),
    ),
    "where": (UNION, ADEQUATE, ELSEWHERE),
}
"""The answers to each question, as addresses and programs give them, in the order of the form."""

# What else somebody or something is who is this: audiences by their meaning, purposes as the Data Privacy
# Vocabulary 2.3 orders them (skos:broader).
_INCLUDED: Mapping[str, tuple[str, ...]] = {
    "sme": ("company",),
    "start-up": ("company",),
    "ScientificResearch": ("ResearchAndDevelopment",),
    "NonCommercialResearch": ("ResearchAndDevelopment", "NonCommercialPurpose"),
    "CommercialResearch": ("ResearchAndDevelopment", "CommercialPurpose"),
    "ProvideOfficialStatistics": ("PublicBenefit",),
    "PublicPolicyMaking": ("PublicBenefit",),
    "ImprovePublicServices": ("PublicBenefit",),
    "ImproveHealthcare": ("PublicBenefit",),
    "ImproveTransportMobility": ("PublicBenefit",),
    "CombatClimateChange": ("PublicBenefit",),
}
# DPV 2.3 has marketing beside commercial purposes ("a separate Purpose category by itself"). They overlap, so
# neither is a yes or a no to the other.
_OVERLAPPING = ({"Marketing", "CommercialPurpose"},)
_OUTSIDE = "outside-union"
_DATA_GOVERNANCE = "reg/2022/868"
_FIELDS = {field.name: field for field in FIELDS}


@dataclass(frozen=True, slots=True)
class Asked:
    """The three answers of a visitor, each one of ``ANSWERS``."""

    who: str
    purpose: str
    where: str


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that decided, with the fact and the record's own words."""

    rule: str
    """A code that does not change, ``who-excluded``; ``words.RULES`` has what it means."""
    outcome: Outcome
    question: Question | None = None
    """The question that it belongs to; None if it holds whatever the answers."""
    field: str = ""
    """The field of the conditions (``Field.name``)."""
    values: Values = ()
    """The values of the record that decided."""
    said: Values = ()
    """What else the record says about it: texts, or links."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer, with all that decided it."""

    outcome: Outcome
    reasons: tuple[Reason, ...]

    def of(self, question: Question | None) -> tuple[Reason, ...]:
        return tuple(reason for reason in self.reasons if reason.question == question)


def answer(facts: Facts, asked: Asked) -> Answer:
    """Return what the facts say to somebody who answers so."""
    reasons = tuple(_reasons(facts, asked))
    return Answer(worst(reason.outcome for reason in reasons), reasons)


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the worst of some outcomes."""
    return max(outcomes, key=[*Outcome].index, default=Outcome.NOT_SAID)


def _reasons(facts: Facts, asked: Asked) -> Iterator[Reason]:
    conditions = facts.conditions
    who, purpose, where = _who(conditions, asked), _purpose(conditions, asked), _where(facts, asked)
    if facts.is_open:
        yield Reason("open", Outcome.LIKELY)
        found = (reason for each in (who, purpose, where, _whatever(facts)) for reason in each)
        yield from (reason for reason in found if reason.rule in EXCLUDING)
    else:
        yield from (*who, *purpose, *where)
        yield from _whatever(facts)
    if facts.is_more:
        yield Reason("policy-says-more", Outcome.UNDER_CONDITIONS)


EXCLUDING = frozenset(
    {
        *("who-excluded", "who-partly-excluded", "who-excluded-unknown"),
        *("purpose-excluded", "purpose-partly-excluded", "purpose-excluded-unknown"),
        "transfer-not-allowed",
        "accreditation",
    }
)
"""Rules that count for open data, too: its record contradicts itself, or excludes some."""


def _who(conditions: Conditions, asked: Asked) -> Iterator[Reason]:
    me = _included(asked.who)
    outside = {_OUTSIDE} if asked.where != UNION else set()
    yield from _excluded("who", "may_not_ask", conditions.may_not_ask, me | outside, asked.who)
    listed = (*conditions.may_ask, *conditions.may_ask_under_condition)
    conditional = _meant(conditions.may_ask_under_condition, "may_ask_under_condition", me | outside)
    text = conditions.asking_condition
    may = _meant(conditions.may_ask, "may_ask", me)
    if conditional:
        yield Reason(
            "who-under-condition",
            *(Outcome.UNDER_CONDITIONS, "who", "may_ask_under_condition", conditional, text),
        )
    if may:
        yield Reason("who-may-ask", Outcome.LIKELY, "who", "may_ask", may)
        if text and not conditional:
            yield Reason("asking-condition", Outcome.UNDER_CONDITIONS, "who", "asking_condition", text)
    elif not _meant(conditional, "may_ask_under_condition", me):
        partly = _narrower(listed, "may_ask", asked.who)
        if partly:
            yield Reason("who-partly", Outcome.UNDER_CONDITIONS, "who", "may_ask", partly, text)
        elif listed:
            yield Reason("who-not-listed", Outcome.NOT_SAID, "who", "may_ask", listed)
        else:
            yield Reason("who-not-said", Outcome.NOT_SAID, "who", said=text)


def _purpose(conditions: Conditions, asked: Asked) -> Iterator[Reason]:
    meant = _included(asked.purpose)
    excluded, permitted = conditions.excluded_purposes, conditions.purposes
    yield from _excluded("purpose", "excluded_purposes", excluded, meant, asked.purpose)
    if found := _meant(permitted, "purposes", meant):
        yield Reason("purpose-permitted", Outcome.LIKELY, "purpose", "purposes", found)
    elif found := _narrower(permitted, "purposes", asked.purpose):
        yield Reason("purpose-partly", Outcome.UNDER_CONDITIONS, "purpose", "purposes", found)
    elif permitted and not _meant(excluded, "excluded_purposes", meant):
        yield Reason("purpose-not-listed", Outcome.NOT_SAID, "purpose", "purposes", permitted)
    elif not permitted:
        yield Reason("purpose-not-said", Outcome.NOT_SAID, "purpose")
    if note := conditions.purpose_note:
        yield Reason("purpose-note", Outcome.UNDER_CONDITIONS, "purpose", "purpose_note", note)


def _excluded(question: Question, field: str, excluded: Values, me: set[str], asked: str) -> Iterator[Reason]:
    """Exclusions: of what was answered, of a part of it, or in words of another list, of we know not what."""
    if found := _meant(excluded, field, me):
        yield Reason(f"{question}-excluded", Outcome.NO, question, field, found)
    if found := _narrower(excluded, field, asked):
        yield Reason(f"{question}-partly-excluded", Outcome.UNDER_CONDITIONS, question, field, found)
    if found := tuple(value for value in excluded if not _code(field, value.value)):
        yield Reason(f"{question}-excluded-unknown", Outcome.UNDER_CONDITIONS, question, field, found)


def _where(facts: Facts, asked: Asked) -> Iterator[Reason]:
    conditions = facts.conditions
    forms = {_code("forms", value.value) for value in conditions.forms}
    if forms == {"on-premises"}:
        yield Reason("on-premises", Outcome.UNDER_CONDITIONS, "where", "forms", conditions.forms)
    if asked.where == UNION:
        yield Reason("in-the-union", Outcome.LIKELY, "where")
        return
    text, values = conditions.transfer_condition, conditions.transfer
    codes = {_code("transfer", value.value): value for value in values}
    for code, rule, outcome in (
        ("not-allowed", "transfer-not-allowed", Outcome.NO),
        ("under-condition", "transfer-under-condition", Outcome.UNDER_CONDITIONS),
        ("allowed", "transfer-allowed", Outcome.LIKELY),
    ):
        if code in codes:
            yield Reason(rule, outcome, "where", "transfer", (codes[code],), text)
    if "allowed" in codes and text and "under-condition" not in codes:
        yield Reason("transfer-condition", Outcome.UNDER_CONDITIONS, "where", "transfer_condition", text)
    if "allowed" in codes and asked.where == ELSEWHERE and _DATA_GOVERNANCE in facts.acts:
        yield Reason("undertaking", Outcome.UNDER_CONDITIONS, "where")
    if not codes or "" in codes:
        yield Reason("transfer-not-said", Outcome.NOT_SAID, "where", "transfer", values, text)


def _whatever(facts: Facts) -> Iterator[Reason]:
    """What protected data asks of everybody."""
    if needed := facts.conditions.accreditation:
        yield Reason("accreditation", Outcome.UNDER_CONDITIONS, None, "accreditation", needed)
    if facts.needs_health_permit:
        yield Reason("health-permit", Outcome.UNDER_CONDITIONS, said=facts.health_bodies)
    if facts.in_words:
        yield Reason("in-words", Outcome.UNDER_CONDITIONS, said=facts.in_words)


def _included(answered: str) -> set[str]:
    return {answered, *_INCLUDED.get(answered, ())} - {OTHER}


def _code(field: str, iri: str) -> str:
    return vocabulary(_FIELDS[field].list).code_of(iri)


def _meant(values: Values, field: str, codes: set[str]) -> Values:
    return tuple(value for value in values if _code(field, value.value) in codes)


def _narrower(values: Values, field: str, answered: str) -> Values:
    """Those values that are a part of what was answered, or have a part in common with it."""

    def fits(code: str) -> bool:
        return answered in _INCLUDED.get(code, ()) or {answered, code} in _OVERLAPPING

    return tuple(value for value in values if fits(_code(field, value.value)))
