"""Conditions of any kind, and records that have them."""

from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from erpd.metadata.conditions import FIELDS, Conditions, Field, set_conditions
from erpd.metadata.graph import Graph, Term
from erpd.metadata.record import Record
from erpd.metadata.terms import PREFIXES, XSD

SET = NamedNode("https://a.example/set")
NAMES = "".join(f"@prefix {name}: <{namespace}> .\n" for name, namespace in PREFIXES.items())
LIST = "https://w3id.org/erpd/conditions/"
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), min_size=1, max_size=8)
TEXTS = st.builds(lambda text, tag: Literal(text, language=tag), WORDS, st.sampled_from(["nl", "en", "de"]))
LINKS = st.integers(1, 4).map(lambda number: NamedNode(f"https://a.example/{number}"))
DAYS = st.integers(0, 99_999).map(lambda number: Literal(str(number), datatype=XSD.decimal))


def _values(field: Field) -> st.SearchStrategy[list[Term]]:
    concepts = st.sampled_from([*field.vocabulary.iris] if field.list else [""]).map(NamedNode)
    one = {"concept": concepts, "text": TEXTS | WORDS.map(Literal), "link": LINKS, "number": DAYS}[field.kind]
    return st.lists(one, max_size=3)


CONDITIONS = st.fixed_dictionaries({each.term: _values(each) for each in FIELDS}).map(Conditions.of)


def record(turtle: str = "") -> Record:
    """A data set with two distributions, of which one says its rights, and what else is said about it."""
    text = f"""{NAMES}
<{SET.value}> a dcat:Dataset ; dct:title "Discharges"@en , "Ontslagen"@nl ;
  dcat:distribution <https://a.example/csv> , <https://a.example/xml> .
<https://a.example/csv> a dcat:Distribution .
<https://a.example/xml> a dcat:Distribution ; dct:rights [ a dct:RightsStatement ; rdfs:label "Ask me"@en ] .
{turtle}"""
    graph = Graph(parse(text.encode(), format=RdfFormat.TURTLE))
    return Record(SET.value, graph, SET)


def with_conditions(conditions: Conditions, turtle: str = "") -> Record:
    made = record(turtle)
    set_conditions(made.graph, SET, conditions)
    return made


EXAMPLE = Conditions(
    grounds=(
        NamedNode(f"{LIST}ground/personal-data"),
        NamedNode(f"{LIST}ground/statistical-confidentiality"),
    ),
    may_ask=(NamedNode(f"{LIST}audience/research"),),
    may_ask_under_condition=(NamedNode(f"{LIST}audience/company"),),
    may_not_ask=(NamedNode(f"{LIST}audience/individual"),),
    asking_condition=(Literal("The result is published.", language="en"),),
    purposes=(NamedNode("https://w3id.org/dpv#ScientificResearch"),),
    excluded_purposes=(NamedNode("https://w3id.org/dpv#Marketing"),),
    forms=(NamedNode(f"{LIST}form/remote"),),
    accreditation=(NamedNode(f"{LIST}accreditation/institution"),),
    fees=(NamedNode(f"{LIST}fees/tariff"),),
    tariff=(NamedNode("https://a.example/tariff"),),
    discounts=(NamedNode(f"{LIST}audience/sme"),),
    days=(Literal("40", datatype=XSD.decimal),),
    transfer=(NamedNode(f"{LIST}transfer/not-allowed"),),
    procedure=(NamedNode("https://a.example/ask"),),
    page=(NamedNode("https://a.example/conditions"),),
    documents=(Literal("A research plan", language="en"),),
)
# An offer that says more than we read: an assigner, a limit in time, a purpose that we do read.
OTHERS = """
<https://a.example/set> odrl:hasPolicy <https://a.example/policy> , [ a odrl:Agreement ; odrl:permission
  [ odrl:action odrl:use ; odrl:constraint [ odrl:leftOperand odrl:purpose ; odrl:operator odrl:isA ;
    odrl:rightOperand dpv:Marketing ] ] ] .
<https://a.example/policy> a odrl:Offer ; odrl:assigner <https://a.example/body> ;
  odrl:permission [ odrl:action odrl:use ; odrl:constraint [ odrl:leftOperand odrl:purpose ;
      odrl:operator odrl:isA ; odrl:rightOperand dpv:ScientificResearch ] ] ,
    [ odrl:action odrl:distribute ; odrl:duty [ odrl:action odrl:attribute ] ] ,
    [ odrl:action odrl:use ; odrl:constraint [ odrl:leftOperand odrl:dateTime ; odrl:operator odrl:lt ;
      odrl:rightOperand "2030-01-01"^^xsd:date ] ] ;
  odrl:prohibition [ odrl:action odrl:use ; odrl:constraint [ odrl:leftOperand odrl:purpose ;
    odrl:operator odrl:isNoneOf ; odrl:rightOperand dpv:Marketing ] ] .
"""
