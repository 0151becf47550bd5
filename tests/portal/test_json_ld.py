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
    data_set = shelf.put_turtle(
        nl,
        f"""{PROTECTED} ; dct:title "Trees"@en ; dct:description "{"Where they stand. " * 5}"@en ;
            dct:temporal [ dcat:startDate "2011-01-01" ; dcat:endDate "2023" ], [ dcat:startDate "2020" ],
                [ dcat:startDate "soon" ], "2019" ;
            dct:spatial <http://publications.europa.eu/resource/authority/country/NLD>,
                [ rdfs:label "The land" ; dcat:bbox "{box}" ], [ dcat:bbox "POLYGON((155000 463000))" ],
                [ dcat:centroid "POINT(4.5 52.25)" ] ;
            dcat:distribution [ a dcat:Distribution ; dct:license "Ask us" ;
                dcat:accessURL <https://a.example/> ; dct:title "File"@en ] .""",
    )
    told = facts(client, data_set)
    assert sorted(told["temporalCoverage"]) == ["2011-01-01/2023", "2019", "2020/.."]  # type: ignore[call-overload]
    drawn = shown(client, data_set).xpath("//section[@aria-labelledby='where']")[0]
    assert len(drawn.xpath(".//*[@class='erpd-map__box']")) == 2
    assert "From west 3.3 to east 7.2" in drawn.text_content()
    assert told["spatialCoverage"] == [
        {"@type": "Place", "name": "Netherlands"},
        {
            "@type": "Place",
            "name": "The land",
            "geo": {"@type": "GeoShape", "box": "50.7 3.3 53.6 7.2"},
        },
        {"@type": "Place", "geo": {"@type": "GeoCoordinates", "latitude": 52.25, "longitude": 4.5}},
    ]
    assert told["license"] == {"@type": "CreativeWork", "name": "Ask us"}
    assert "distribution" not in told  # nothing can be downloaded
    assert told["acquireLicensePage"] == "https://a.example/"
    assert "isAccessibleForFree" not in told


@pytest.mark.parametrize(("length", "told"), [(49, 0), (50, 50), (5_000, 5_000), (6_000, 5_000)])
def test_search_engines_are_told_nothing_that_they_refuse(
    client: Client, nl: object, length: int, told: int
) -> None:
    data_set = shelf.put_turtle(
        nl, f':x a dcat:Dataset ; dct:title "Trees" ; dct:description "{"x" * length}" .'
    )
    scripts = shown(client, data_set).xpath("//script[@type='application/ld+json']")
    assert [len(json.loads(one.text)["description"]) for one in scripts] == [told] * bool(told)


def test_search_engines_are_told_who_what_and_under_which_licence(client: Client, db: None) -> None:
    """As Google's table of properties wants each; nothing empty, at any depth."""
    authority = "http://publications.europa.eu/resource/authority"
    data_set = shelf.put_turtle(
        shelf.catalogue("be-open", "open", country="BE", title={"en": "Belgium open data"}),
        f"""
        :x a dcat:Dataset ; dct:title "Trees"@en ; dct:description "{"Where they stand. " * 5}"@en ;
            dct:identifier "https://doi.org/10.1000/trees" ; dct:language <{authority}/language/NLD> ;
            dcat:theme theme:ENVI, <https://a.example/themes/1> ;
            dct:license <{authority}/licence/CC_BY_4_0>, <https://a.example/licence> ;
            dct:publisher <https://nobody.example/7>, <https://city.example/id> ;
            dcat:distribution [ dcat:accessURL <https://a.example/page> ; dct:format filetype:CSV ],
                [ dcat:downloadURL <https://a.example/file> ; dcat:accessURL <https://a.example/page> ],
                [ dct:title "Nowhere" ] .
        <https://city.example/id> foaf:name "City" ; foaf:homepage <https://city.example/> .""",
    )
    told = facts(client, data_set)
    city = {
        "@type": "Organization",
        "name": "City",
        "sameAs": "https://city.example/id",
        "url": "https://city.example/",
    }
    assert told["publisher"] == told["creator"] == city
    assert told["sameAs"] == "https://data.example/x"
    assert told["identifier"] == ["https://data.example/x", "https://doi.org/10.1000/trees"]
    assert told["inLanguage"] == "nl"
    theme = f"{authority}/data-theme/ENVI"
    assert told["about"] == {"@type": "Thing", "name": "Environment", "sameAs": theme}
    assert sorted(told["license"]) == [  # type: ignore[call-overload]
        "https://a.example/licence",
        "https://creativecommons.org/licenses/by/4.0/",
    ]
    assert told["isAccessibleForFree"] is True
    assert told["includedInDataCatalog"] == {
        "@type": "DataCatalog",
        "name": "Belgium open data",
        "url": "http://testserver/catalogues/be-open",
    }
    assert sorted(told["distribution"], key=len) == [  # type: ignore[call-overload]
        {"@type": "DataDownload", "encodingFormat": "CSV", "contentUrl": "https://a.example/page"},
        {
            "@type": "DataDownload",
            "contentUrl": "https://a.example/file",
            "url": "https://a.example/page",
        },
    ]
    assert "acquireLicensePage" not in told
