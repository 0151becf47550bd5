"""PUT and PATCH: what JSON says is replaced, what only RDF can say stays."""

import json
import re
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from pyoxigraph import NamedNode, RdfFormat, parse

from erpd.formats.delivery import data_set_of, read
from erpd.formats.delivery.merging import merged, patched
from erpd.metadata.canonical import canonical
from erpd.metadata.conditions import conditions_of
from erpd.metadata.graph import Graph
from erpd.metadata.mending import mend
from erpd.metadata.profile import load_profile
from erpd.metadata.record import Record
from erpd.metadata.terms import DCAT, DCT, FOAF, PREFIXES, RDF, SPDX
from tests.formats.delivery.bodies import BODIES, Json, sorted_json
from tests.metadata.conditions.records import EXAMPLE, OTHERS, with_conditions
from tests.proofs import length

SET = "https://a.example/set"
NAMES = "".join(f"@prefix {name}: <{namespace}> .\n" for name, namespace in PREFIXES.items())
BEYOND = """
<https://a.example/set> a dcat:Dataset ; dct:identifier "https://a.example/set" ; dct:title "Discharges" ;
  dct:issued "2024"^^xsd:gYear ; dct:subject <https://a.example/subject> ;
  dct:accessRights <http://publications.europa.eu/resource/authority/access-right/CONFIDENTIAL> ;
  dct:publisher [ a foaf:Organization ; foaf:name "Board"@en ; foaf:phone <tel:+31201234567> ] ;
  dcat:distribution <https://a.example/csv> , [ a dcat:Distribution ; dcat:accessURL <https://a.example/xml> ;
    spdx:checksum [ spdx:checksumValue "00" ] ] .
<https://a.example/csv> a dcat:Distribution ; dcat:accessURL <https://a.example/data> ;
  dct:rights <https://a.example/rights> ; spdx:checksum [ spdx:checksumValue "ff" ] .
<https://a.example/rights> rdfs:label "Ask first"@en .
<https://a.example/service> dcat:servesDataset <https://a.example/set> .
"""


def stored() -> Record:
    graph = Graph(parse((NAMES + BEYOND).encode(), format=RdfFormat.TURTLE))
    return Record(SET, graph, NamedNode(SET))


def put(before: Record, body: Json) -> Record:
    return merged(before, read(json.dumps(body).encode()))


def lines(record: Record) -> set[bytes]:
    return set(canonical(record.graph)[0].splitlines())


def test_what_get_answers_put_leaves_as_it_is():
    before = stored()
    assert lines(put(before, data_set_of(before))) == lines(before)


@pytest.mark.proof
@settings(max_examples=length(30, 10_000), deadline=None)
@given(BODIES, BODIES)
def test_put_says_what_its_body_says(before: Json, after: Json):
    first = read(json.dumps(before).encode())
    again = put(first, after)
    assert sorted_json(data_set_of(again)) == sorted_json(data_set_of(read(json.dumps(after).encode())))
    assert canonical(put(again, data_set_of(again)).graph)[1] == canonical(again.graph)[1]


def test_another_title_leaves_everything_else():
    before = stored()
    after = put(before, {**data_set_of(before), "dctTitle": ["Admissions"]})
    assert [title.value for title in after.values(DCT.title)] == ["Admissions"]
    assert len(lines(before) ^ lines(after)) == 2


def test_a_field_that_is_said_anew_replaces_all_values_of_its_property():
    right = "http://publications.europa.eu/resource/authority/access-right/RESTRICTED"
    after = put(stored(), {**data_set_of(stored()), "dctAccessRights": right})
    assert after.values(DCT.accessRights) == [NamedNode(right)]  # not beside CONFIDENTIAL, which JSON has not


def test_resources_are_recognised():
    before = stored()
    body = data_set_of(before)
    body["dcatDistribution"] = [
        {"dcatAccessUrl": "https://a.example/new"},
        *({**one, "dcatByteSize": 7} for one in body["dcatDistribution"]),  # by its IRI, by its address
    ]
    after = put(before, body)
    assert len(after.distributions) == 3
    kept = [node for node in after.distributions if after.graph.objects(node, SPDX.checksum)]
    assert len(kept) == 2
    assert all(after.graph.objects(node, DCAT.byteSize) for node in kept)
    (publisher,) = after.values(DCT.publisher)
    assert after.graph.objects(publisher, RDF.type) == [FOAF.Organization]


def test_of_a_distribution_some_fields_alone_are_replaced():
    before = stored()
    iri = "https://a.example/csv"
    body = {"dctIdentifier": SET, "dcatDistribution": [*data_set_of(before)["dcatDistribution"]]}
    others = [one for one in body["dcatDistribution"] if one.get("uri") != iri]
    said = read(
        json.dumps({**body, "dcatDistribution": [{"uri": iri, "dctTitle": "Rows"}, *others]}).encode()
    )
    after = merged(before, said, {"dcatDistribution"}, {iri: {"dctTitle", "dcatAccessUrl"}})
    changed = lines(before) ^ lines(after)
    assert len(changed) == 2  # a title, and no address
    assert all(iri.encode() in line for line in changed)


def test_what_is_left_out_goes_with_what_described_it_alone():
    before = stored()
    body = data_set_of(before)
    del body["dcatDistribution"], body["dctPublisher"]
    after = put(before, body)
    text = b"\n".join(lines(after))
    assert b"checksum" not in text
    assert b"Ask first" not in text
    assert b"Board" not in text
    assert b"servesDataset" in text
    assert after.values(DCT.subject)


@pytest.mark.parametrize(
    ("patch", "left"),
    [
        ({"a": 2}, {"a": 2, "b": {"c": 1, "d": 1}}),
        ({"a": None}, {"b": {"c": 1, "d": 1}}),
        ({"b": {"c": 2, "d": None}}, {"a": [1], "b": {"c": 2}}),
        ({"b": [3]}, {"a": [1], "b": [3]}),
    ],
)
def test_a_patch_is_a_json_merge_patch(patch: Json, left: Json):
    assert patched({"a": [1], "b": {"c": 1, "d": 1}}, patch) == left


def test_other_conditions_change_the_offer_alone():
    before = with_conditions(EXAMPLE, OTHERS)
    mend(before, load_profile("erpd"))
    body = data_set_of(before)
    assert "dctRights" not in body["dcatDistribution"][0]  # in words: what the conditions say
    assert lines(put(before, body)) == lines(before)
    after = put(before, {**body, "conditions": {**body["conditions"], "usualDays": 7}})
    assert [value.value for value in conditions_of(after).days] == ["7"]
    assert replace(conditions_of(after), days=EXAMPLE.days) == EXAMPLE
    was, now = (
        Counter(re.sub(rb"_:c14n\d+", b"_:", line) for line in lines(told)) for told in (before, after)
    )
    assert ((was - now).total(), (now - was).total()) == (1, 1)  # what others say stays
    without = put(before, {name: value for name, value in body.items() if name != "conditions"})
    assert not conditions_of(without)
    mend(without, load_profile("erpd"))
    assert sum(b"2030-01-01" in line for line in lines(without)) == 1
    assert not any(b"40" in line for line in lines(without))
