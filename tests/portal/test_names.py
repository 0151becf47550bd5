"""However a record says what its publisher is called, all who ask get the same answer."""

import json

import pytest
from django.test import Client
from lxml import etree

from erpd.harvest.filtering import left_out
from erpd.harvest.rules import read_rules
from erpd.metadata.profile import load_profile
from erpd.register.content import records
from erpd.register.scope import scope
from erpd.register.search import rebuild, search
from tests.portal import shelf
from tests.portal.test_pages import page, words

NAME = "Agency for Hospitals"
PUBLISHERS = "http://publications.europa.eu/resource/authority/corporate-body"
DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}publisher"


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        (f'"{NAME}"', NAME),
        (f'"{NAME}"@en', NAME),
        (f'[ dct:title "{NAME}" ]', NAME),
        (f'[ foaf:name "{NAME}"@en ]', NAME),
        (f'[ vcard:fn "{NAME}" ]', NAME),
        (f'[ <http://www.w3.org/2004/02/skos/core#prefLabel> "{NAME}" ]', NAME),
        (f'[ rdfs:label "{NAME}" ]', NAME),
        (f'[ vcard:organization-name "{NAME}" ]', NAME),
        (f'[ <http://schema.org/name> "{NAME}" ]', NAME),
        (f'[ <http://www.w3.org/1999/02/22-rdf-syntax-ns#value> "{NAME}" ]', NAME),
        (f'[ foaf:name "  ", [] ; vcard:fn "{NAME}" ]', NAME),
        (f'[ vcard:fn "VWS" ; dct:title "{NAME}" ]', NAME),
        (f'[], [ vcard:fn "{NAME}" ]', NAME),
        (f'<https://agency.example/> . <https://agency.example/> vcard:fn "{NAME}"@en', NAME),
        (f"<{PUBLISHERS}/PUBL>", "Publications Office of the European Union"),
    ],
)
def test_one_name_for_all(client: Client, db: None, spelling: str, name: str) -> None:
    data_set = shelf.put_turtle(
        shelf.catalogue("nl"),
        f':x a dcat:Dataset ; dct:title "X" ; dct:description "{"x" * 50}" ; dct:publisher {spelling} .',
    )
    rebuild()
    assert search(scope()).facets["publisher"] == [(name, 1)]
    hit = page(client, "/").xpath("//ul[@class='erpd-hits']/li")[0]
    assert name in words(hit)
    shown = page(client, f"/datasets/{data_set.key}")
    assert name in [words(party) for party in shown.xpath("//*[@class='erpd-party__name']")]
    described = json.loads(shown.xpath("//script[@type='application/ld+json']")[0].text)
    assert described["publisher"]["name"] == name
    answer = client.get("/oai", {"verb": "ListRecords", "metadataPrefix": "oai_dc"})
    assert [element.text for element in etree.fromstring(answer.content).iter(DUBLIN_CORE)] == [name]
    [(_, record)] = records([data_set])
    declared = read_rules(f'without = ["{name}"]', load_profile("erpd"))
    assert left_out(record, declared)


def test_a_publisher_without_a_name_has_none_anywhere(client: Client, db: None) -> None:
    shelf.put_turtle(shelf.catalogue("nl"), ":x a dcat:Dataset ; dct:publisher <https://agency.example/> .")
    rebuild()
    assert search(scope()).facets["publisher"] == []
    assert "agency" not in words(page(client, "/").xpath("//ul[@class='erpd-hits']/li")[0])
