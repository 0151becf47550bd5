"""A register with data sets of both kinds, and a client of CKAN's API that checks the envelope."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from erpd.register.models import DataSet
from erpd.register.search import rebuild
from tests.portal import shelf

WATER = """
:water a dcat:Dataset ; dct:title "Water quality"@en , "Waterkwaliteit"@nl ;
  dct:description "Rivers and lakes."@en ; dct:publisher :ministry ;
  dct:accessRights access:RESTRICTED ; dcat:theme theme:ENVI , theme:HEAL ;
  dcat:keyword "river"@en , "air & water" ; dct:issued "2020-01-01"^^xsd:date ;
  dcat:contactPoint [ a vcard:Organization ; vcard:fn "Desk" ; vcard:hasEmail <mailto:desk@a.example> ] ;
  dcat:distribution [ a dcat:Distribution ; dct:title "Files"@en ; dct:format filetype:CSV ;
    dcat:byteSize 18006.0 ; dcat:accessURL :ask ;
    dct:rights [ a dct:RightsStatement ; rdfs:label "Ask us." ] ] .
:ministry a foaf:Agent ; foaf:name "Ministry of Health & Care" .
"""
ROADS = """
:roads a dcat:Dataset ; dct:title "Roads and bridges"@en ; dct:description "All roads."@en ;
  dct:publisher :agency ; dct:accessRights access:PUBLIC ; dcat:theme theme:TRAN ; dcat:keyword "river" ;
  dcat:distribution :roads-1 . :agency a foaf:Agent ; foaf:name "Road Agency" .
:roads-1 a dcat:Distribution ; dct:format filetype:XLSX ; dcat:accessURL :roads ;
  dct:license <http://publications.europa.eu/resource/authority/licence/CC_BY_4_0> .
"""
BRIEF = ':brief a dcat:Dataset ; dct:title "Sick leave"@en .'


class Api:
    """Asks one scope; the answer has the envelope of CKAN."""

    def __init__(self, client: Client, prefix: str = "") -> None:
        self.client, self.prefix = client, prefix

    def ask(self, action: str, **arguments: Any) -> tuple[int, Any]:
        response = self.client.get(f"{self.prefix}/api/3/action/{action}", arguments)
        assert response["Content-Type"] == "application/json;charset=utf-8"
        answer = json.loads(response.getvalue())
        assert answer["help"].endswith(f"/api/3/action/help_show?name={action}")
        assert answer["success"] is (response.status_code == 200)
        return response.status_code, answer["result" if response.status_code == 200 else "error"]

    def result(self, action: str, **arguments: Any) -> Any:
        status, result = self.ask(action, **arguments)
        assert status == 200, result
        return result

    def refused(self, action: str, **arguments: Any) -> tuple[int, str]:
        status, error = self.ask(action, **arguments)
        return status, error["__type"]

    def titles(self, **arguments: Any) -> list[str]:
        found = self.result("package_search", **{"rows": 100, **arguments})
        return [package["title"] for package in found["results"]]


@pytest.fixture
def data_sets(db: None) -> dict[str, DataSet]:
    protected, open_data = (
        shelf.catalogue("nl", country="NL"),
        shelf.catalogue("nl-open", "open", country="NL"),
    )
    found = {
        "water": shelf.put_turtle(protected, WATER, mended=True),
        "roads": shelf.put_turtle(open_data, ROADS, mended=True),
        "brief": shelf.put_turtle(protected, BRIEF, mended=True),
        "trial": shelf.put_turtle(shelf.catalogue("trial", "test"), BRIEF.replace(":brief", ":trial")),
    }
    for number, data_set in enumerate(found.values()):
        at = data_set.created - timedelta(days=10 - number)
        DataSet.objects.filter(pk=data_set.pk).update(created=at, modified=at)
    rebuild()
    return found


@pytest.fixture
def api(client: Client, data_sets: dict[str, DataSet]) -> Api:
    return Api(client)
