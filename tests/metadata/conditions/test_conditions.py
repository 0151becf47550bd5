"""Conditions <-> ODRL: what is written reads back; what others say stays, and means no more than it says."""

from time import process_time as cpu_seconds

import pytest
from hypothesis import given, settings
from pyoxigraph import Literal, NamedNode

from erpd.metadata.canonical import canonical, entangled
from erpd.metadata.conditions import FIELDS, LISTS, Conditions, conditions_of, policy_of, set_conditions
from erpd.metadata.record import Record
from erpd.metadata.terms import ODRL, RDF
from erpd.metadata.text import EU_LANGUAGES
from erpd.metadata.vocabularies import labelled, vocabulary
from tests.metadata.conditions.records import CONDITIONS, EXAMPLE, OTHERS, SET, record, with_conditions
from tests.proofs import length


def lines(told: Record) -> set[bytes]:
    return set(canonical(told.graph)[0].splitlines())


@pytest.mark.proof
@settings(max_examples=length(25, 10_000), deadline=None)
@given(CONDITIONS, CONDITIONS)
def test_what_is_written_reads_back_and_changes_leave_nothing_behind(before: Conditions, after: Conditions):
    told = with_conditions(before)
    assert conditions_of(told) == before
    assert not entangled(told.graph)
    policy = policy_of(told.graph, SET)
    assert policy is None or (policy.whole and policy.is_ours)
    set_conditions(told.graph, SET, after)
    assert canonical(told.graph)[1] == canonical(with_conditions(after).graph)[1]
    set_conditions(told.graph, SET, Conditions())
    assert lines(told) == lines(record())


@pytest.mark.proof
@settings(max_examples=length(12, 5_000), deadline=None)
@given(CONDITIONS)
def test_what_others_say_stays(conditions: Conditions):
    told = record(OTHERS)
    set_conditions(told.graph, SET, conditions)
    assert conditions_of(told) == conditions
    words = (b"distribute", b"assigner", b"2030-01-01", b"attribute", b"isNoneOf", b"Agreement")
    assert all(any(word in line for line in lines(told)) for word in words)


def test_of_a_policy_only_what_is_understood_is_read():
    policy = policy_of(record(OTHERS).graph, SET)
    assert policy
    assert policy.conditions == Conditions(purposes=(NamedNode("https://w3id.org/dpv#ScientificResearch"),))
    assert not policy.whole


@pytest.mark.parametrize(
    "offer",
    [
        "[ a odrl:Offer ; odrl:permission [ odrl:action odrl:use ] ]",
        '[ a odrl:Offer ; odrl:permission "use" , <https://a.example/nowhere> ; odrl:prohibition 7 ]',
        '"on request"',
        "<https://a.example/set>",
        "[ a odrl:Agreement ; access:ground <https://w3id.org/erpd/conditions/ground/personal-data> ]",
        "[ a odrl:Request ; access:usualDays 7 ]",
        '[ a odrl:Offer ; access:usualDays "about a month" ; access:ground "secret" , [] ; foaf:page "x" ]',
        # two permissions, each for another purpose and other people: together they would grant too much
        """[ a odrl:Offer ; odrl:permission
          [ odrl:action odrl:use ; odrl:constraint [ odrl:leftOperand odrl:purpose ; odrl:operator odrl:eq ;
            odrl:rightOperand dpv:Marketing ] ] ,
          [ odrl:action odrl:use ; odrl:constraint [ odrl:leftOperand odrl:purpose ; odrl:operator odrl:eq ;
            odrl:rightOperand dpv:CommercialPurpose ] , [ odrl:leftOperand odrl:recipient ;
            odrl:operator odrl:isA ; odrl:rightOperand <https://a.example/us> ] ] ]""",
        # bound to a duty that we do not know
        """[ a odrl:Offer ; odrl:permission [ odrl:action odrl:use ; odrl:duty [ odrl:action odrl:inform ] ;
          odrl:constraint [ odrl:leftOperand odrl:purpose ; odrl:operator odrl:eq ;
            odrl:rightOperand dpv:Marketing ] ] ]""",
        # a policy that leads back to itself
        """_:p . _:p a odrl:Offer ; odrl:permission _:p ; odrl:prohibition _:p ; odrl:action _:p ;
          odrl:constraint _:p ; odrl:duty _:p ; odrl:refinement _:p ; rdf:value _:p ; odrl:leftOperand _:p ;
          odrl:operator _:p ; odrl:rightOperand _:p""",
        # two offers: alternatives
        """[ a odrl:Offer ; access:usualDays 7 ] , [ a odrl:Offer ; access:usualDays 8 ]""",
    ],
)
def test_what_says_nothing_is_read_as_nothing(offer: str):
    told = record(f"<{SET.value}> odrl:hasPolicy {offer} .")
    before = lines(told)
    assert conditions_of(told) == Conditions()
    set_conditions(told.graph, SET, Conditions())
    assert lines(told) == before
    set_conditions(told.graph, SET, EXAMPLE)
    assert conditions_of(told) == EXAMPLE
    set_conditions(told.graph, SET, Conditions())
    assert lines(told) == before


def test_an_offer_of_another_tool_is_read_as_ours():
    told = record(f"""<{SET.value}> odrl:hasPolicy [ a odrl:Set ; odrl:uid <https://a.example/1> ;
      odrl:permission [ a odrl:Permission ; odrl:target <{SET.value}> ; odrl:action odrl:use ;
        odrl:constraint [ odrl:leftOperand odrl:purpose ; odrl:operator odrl:isA ;
          odrl:rightOperand dpv:ScientificResearch ] ;
        odrl:duty [ odrl:action odrl:compensate ; odrl:constraint [ odrl:leftOperand odrl:payAmount ;
          odrl:operator odrl:eq ; odrl:rightOperand 0.00 ] ] ] ] .""")
    assert conditions_of(told) == Conditions(
        purposes=(NamedNode("https://w3id.org/dpv#ScientificResearch"),),
        fees=(NamedNode("https://w3id.org/erpd/conditions/fees/none"),),
    )


@pytest.mark.parametrize(
    ("amount", "is_free"),
    [
        *((amount, True) for amount in ("0", "0.00", "'0.'", "'+0'", "'.0'", "0e0")),
        *((amount, False) for amount in ("''", "'.'", "'0.0.0'", "'+'", "5", "0.01", "'0 EUR'", "'٠'")),
    ],
)
def test_only_an_amount_of_zero_is_free_of_charge(amount: str, is_free: bool):
    told = record(f"""<{SET.value}> odrl:hasPolicy [ a odrl:Set ;
      odrl:permission [ odrl:action odrl:use ;
        odrl:duty [ odrl:action odrl:compensate ; odrl:constraint [ odrl:leftOperand odrl:payAmount ;
          odrl:operator odrl:eq ; odrl:rightOperand {amount} ] ] ] ] .""")
    free = NamedNode("https://w3id.org/erpd/conditions/fees/none")
    assert conditions_of(told) == (Conditions(fees=(free,)) if is_free else Conditions())


def test_the_offer_is_standard_odrl():
    told = with_conditions(EXAMPLE)
    (offer,) = told.values(ODRL.hasPolicy)
    assert told.graph.objects(offer, RDF.type) == [ODRL.Offer]
    assert len(told.graph.objects(offer, ODRL.permission)) == 2
    assert len(told.graph.objects(offer, ODRL.prohibition)) == 3
    known = {"leftOperand", "operator", "rightOperand", "action", "duty", "constraint"}
    terms = {term.value.removeprefix(str(ODRL)) for said in told.graph.nodes.values() for term in said}
    assert known <= terms


def test_concepts_outside_of_their_list_are_refused_where_odrl_has_no_place_for_them():
    for field in ("transfer", "accreditation"):
        with pytest.raises(ValueError, match="concepts of its list only"):
            set_conditions(record().graph, SET, Conditions(**{field: (NamedNode("https://a.example/x"),)}))


@pytest.mark.parametrize("name", [*LISTS, "conditions-field"])
def test_lists_are_labelled_in_all_official_languages(name: str):
    table = vocabulary(name)
    for code, labels in table.concepts.items():
        assert sorted(labels) == sorted(EU_LANGUAGES)
        assert labelled(table.iri(code), "fi") == (labels["fi"], "fi")
    if name == "conditions-field":
        assert [*table.concepts] == sorted(each.json for each in FIELDS)


def test_huge_policies_take_no_time():
    """Cousins: many policies, many rules, many constraints that all rules share, many values."""
    many = " , ".join(f"<https://a.example/{number}>" for number in range(3_000))
    huge = f"""<{SET.value}> odrl:hasPolicy {many} .
<https://a.example/1> a odrl:Offer ; odrl:permission {many} ; access:ground {many} .
<https://a.example/2> a odrl:Offer ; odrl:permission <https://a.example/3> , <https://a.example/4> .
<https://a.example/3> odrl:action odrl:use ; odrl:constraint {many} ; odrl:duty {many} .
<https://a.example/4> odrl:action odrl:use ; odrl:constraint <https://a.example/5> .
<https://a.example/5> odrl:leftOperand odrl:purpose ; odrl:operator odrl:isAnyOf ; odrl:rightOperand {many} .
"""
    told = record(huge)
    begun = cpu_seconds()
    assert conditions_of(told) == Conditions()
    set_conditions(told.graph, SET, EXAMPLE)
    assert cpu_seconds() - begun < 0.5
    assert conditions_of(told) == EXAMPLE


def test_days_are_a_number():
    told = with_conditions(Conditions(days=(Literal("40"),)))
    assert conditions_of(told).days == (Literal("40"),)
