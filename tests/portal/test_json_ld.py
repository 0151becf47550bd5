"""What the page of a data set tells search engines."""

import json

import pytest
from django.test import Client

from erpd.register.models import DataSet
from tests.portal import shelf
from tests.portal.test_data_set import PROTECTED, shown


@pytest.fixture
def nl(db: None) -> object:
    return shelf.catalogue("nl", country="NL")


def facts(client: Client, data_set: DataSet) -> dict[str, object]:
    return json.loads(shown(client, data_set).xpath("//script[@type='application/ld+json']")[0].text)  # type: ignore[no-any-return]


def test_search_engines_are_told_when_where_and_how(client: Client, nl: object) -> None:
    box = "POLYGON((3.3 50.7, 7.2 50.7, 7.2 53.6, 3.3 53.6, 3.3 50.7))"
    told = facts(
        client,
        shelf.put_turtle(
            nl,
            f"""{PROTECTED} ; dct:title "Trees"@en ; dct:description "{"Where they stand. " * 5}"@en ;
            dct:temporal [ dcat:startDate "2011-01-01" ; dcat:endDate "2023" ], [ dcat:startDate "2020" ],
                [ dcat:startDate "soon" ], "2019" ;
            dct:spatial <http://publications.europa.eu/resource/authority/country/NLD>,
                [ rdfs:label "The land" ; dcat:bbox "{box}" ], [ dcat:bbox "POLYGON((155000 463000))" ] ;
            dcat:distribution [ a dcat:Distribution ; dct:license "Ask us" ;
                dcat:accessURL <https://a.example/> ; dct:title "File"@en ] .""",
        ),
    )
    assert sorted(told["temporalCoverage"]) == ["2011-01-01/2023", "2019", "2020/.."]  # type: ignore[call-overload]
    assert told["spatialCoverage"] == [
        {"@type": "Place", "name": "Netherlands"},
        {
            "@type": "Place",
            "name": "The land",
            "geo": {"@type": "GeoShape", "box": "50.7 3.3 53.6 7.2"},
        },
    ]
    licence = {"@type": "CreativeWork", "name": "Ask us"}
    assert told["license"] == licence
    assert told["distribution"] == {
        "@type": "DataDownload",
        "name": "File",
        "url": "https://a.example/",
        "license": licence,
    }


@pytest.mark.parametrize(("length", "told"), [(49, 0), (50, 50), (5_000, 5_000), (6_000, 5_000)])
def test_search_engines_are_told_nothing_that_they_refuse(
    client: Client, nl: object, length: int, told: int
) -> None:
    data_set = shelf.put_turtle(
        nl, f':x a dcat:Dataset ; dct:title "Trees" ; dct:description "{"x" * length}" .'
    )
    scripts = shown(client, data_set).xpath("//script[@type='application/ld+json']")
    assert [len(json.loads(one.text)["description"]) for one in scripts] == [told] * bool(told)
