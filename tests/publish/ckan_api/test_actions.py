"""The actions of CKAN's API: their forms, their results and their errors."""

import json
from typing import Any

import pytest
from django.test import Client

from erpd.metadata.canonical import canonical
from erpd.publish.ckan_api.actions import ACTIONS
from erpd.register import search
from erpd.register.models import Catalogue, DataSet
from erpd.register.scope import scope
from erpd.register.search.schema import CONDITIONS
from erpd.register.search.values import values
from tests.metadata.conditions.records import EXAMPLE, with_conditions
from tests.portal import shelf
from tests.publish.ckan_api.conftest import Api

EVERYTHING = ["Water quality", "Roads and bridges", "Sick leave"]


@pytest.mark.parametrize("prefix", ["", "/protected", "/catalogues/nl"])
@pytest.mark.parametrize("version", ["/3", ""])
@pytest.mark.parametrize("slash", ["", "/"])
def test_each_form_is_answered_directly(
    client: Client, data_sets: dict[str, DataSet], prefix: str, version: str, slash: str
) -> None:
    """ckanapi refuses redirects; forms and JSON may be posted, also JSON that says it is a form (curl -d)."""
    address = f"{prefix}/api{version}/action/package_show{slash}"
    wanted = {"id": str(data_sets["water"].key)}
    said = json.dumps(wanted)
    form = "application/x-www-form-urlencoded"
    answers = [
        client.get(address, wanted),
        client.post(address, wanted),
        client.post(address, f"id={wanted['id']}", content_type=form),
        client.post(address, said, content_type="application/json"),
        client.post(address, said, content_type=form),
        client.post(f"{address}?id={wanted['id']}"),
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert {json.loads(answer.content)["result"]["title"] for answer in answers} == {"Water quality"}
    assert all(answer["Access-Control-Allow-Origin"] == "*" for answer in answers)


def test_what_is_no_request_gets_a_bare_text(client: Client, data_sets: dict[str, DataSet]) -> None:
    for response in (
        client.get("/api/3/action/package_create"),
        client.post("/api/action/nothing/", {}),
        client.post("/api/3/action/package_search", "{", content_type="application/json"),
        client.post("/api/3/action/package_search", "[1]", content_type="application/json"),
        client.post("/api/3/action/package_search", "[" * 100_000, content_type="application/json"),
        client.post("/api/3/action/package_search", b"\xff\xfe", content_type="application/json"),
    ):
        assert response.status_code == 400, response.content
        assert json.loads(response.content).startswith("Bad request - ")
    assert json.loads(client.get("/api/3/action/nothing").content) == (
        "Bad request - Action name not known: nothing"
    )
    assert client.get("/api/3").json() == client.get("/api/3/").json() == {"version": 3}


def test_data_sets_come_in_the_order_of_their_registration(api: Api) -> None:
    found = api.result("package_search")
    assert [package["title"] for package in found["results"]] == EVERYTHING
    assert (found["count"], found["sort"], found["facets"], found["search_facets"]) == (
        3,
        "metadata_created asc, id asc",
        {},
        {},
    )
    assert api.titles(start=1, rows=1) == ["Roads and bridges"]
    assert api.titles(start=2) == ["Sick leave"]
    for start in (3, 10**6, 10**40):
        beyond = api.result("package_search", start=start, rows=100)
        assert (beyond["count"], beyond["results"]) == (3, [])
    for rows in (1_000, 10**30, -1):
        assert len(api.result("package_search", rows=rows)["results"]) == 3
    assert api.result("package_search", rows=0)["results"] == []
    assert [each["title"] for each in api.result("current_package_list_with_resources")] == EVERYTHING
    assert [
        each["title"] for each in api.result("current_package_list_with_resources", limit=1, offset=2)
    ] == ["Sick leave"]
    assert [each["title"] for each in api.result("current_package_list_with_resources", limit=2, page=2)] == [
        "Sick leave"
    ]


@pytest.mark.parametrize(
    ("sort", "titles"),
    {
        "metadata_created asc": [0, 1, 2],
        "metadata_created desc": [2, 1, 0],
        "title asc": [1, 2, 0],
        "title_string desc": [0, 2, 1],
        "score desc, metadata_created desc": [2, 1, 0],
        "views_recent desc, title asc": [1, 2, 0],
    }.items(),
)
def test_sort(api: Api, sort: str, titles: list[int]) -> None:
    assert api.titles(sort=sort) == [EVERYTHING[place] for place in titles]


def test_by_id(api: Api, data_sets: dict[str, DataSet]) -> None:
    keys = sorted(str(data_sets[name].key) for name in ("water", "roads", "brief"))
    for field in ("id", "name"):
        found = api.result("package_search", sort=f"{field} asc")["results"]
        assert [package["id"] for package in found] == [package["name"] for package in found] == keys
        turned = api.result("package_search", sort=f"{field} desc", rows=2, start=1)["results"]
        assert [package["id"] for package in turned] == keys[1::-1]
    assert api.result("package_list") == keys
    assert api.result("package_list", limit=1, offset=1) == keys[1:2]


@pytest.mark.django_db
def test_an_iri_that_is_a_uuid_is_no_id(client: Client) -> None:
    iri = "urn:uuid:0b9f1c3e-5d0a-4c57-9a55-0123456789ab"
    named = shelf.put_turtle(shelf.catalogue("nl"), f'<{iri}> a dcat:Dataset ; dct:title "U"@en .')
    assert Api(client).result("package_show", id=iri)["id"] == str(named.key)


def test_one_data_set(api: Api, client: Client, data_sets: dict[str, DataSet]) -> None:
    water = data_sets["water"]
    package = api.result("package_show", id=str(water.key))
    assert (
        package
        == api.result("package_show", id=water.iri)
        == api.result("package_search", rows=1)["results"][0]
    )
    (resource,) = package["resources"]
    assert api.result("resource_show", id=resource["id"]) == resource
    assert (resource["format"], resource["size"], resource["url"]) == (
        "CSV",
        18006,
        "https://data.example/ask",
    )
    for action, wanted in (
        ("package_show", "none"),
        ("package_show", str(data_sets["trial"].key)),
        ("package_show", "\0"),
        ("resource_show", str(water.key)),
        ("resource_show", f"{water.key}-000000000000"),
        ("resource_show", "x"),
        ("organization_show", "x"),
        ("group_show", "x"),
        ("tag_show", "x"),
        ("help_show", "x"),
    ):
        name = "name" if action == "help_show" else "id"
        assert api.refused(action, **{name: wanted}) == (404, "Not Found Error")
        assert api.refused(action) == (409, "Validation Error")
    assert Api(client, "/open").refused("package_show", id=str(water.key)) == (404, "Not Found Error")


def test_publishers_are_organizations_and_themes_are_groups(api: Api, client: Client) -> None:
    (agency, ministry) = api.result("organization_list", all_fields="true", sort="title asc", offset=0)[::-1]
    assert [agency["title"], ministry["title"]] == ["Road Agency", "Ministry of Health & Care"]
    assert api.result("organization_list") == [ministry["name"], agency["name"]]
    assert ministry["package_count"] == 1
    package = api.result("package_search", fq=f"organization:{ministry['name']}")["results"][0]
    assert package["owner_org"] == package["organization"]["id"] == ministry["id"]
    shown = api.result("organization_show", id=ministry["name"], include_datasets=True)
    assert [each["id"] for each in shown.pop("packages")] == [package["id"]]
    assert shown == ministry
    assert api.result("organization_list", organizations=agency["name"]) == [agency["name"]]
    assert Api(client, "/protected").result("organization_list") == [ministry["name"]]

    assert api.result("group_list", sort="name asc") == ["envi", "heal", "tran"]
    (first, *_) = api.result("group_list", all_fields=True, limit=1)
    assert (first["name"], first["title"], first["package_count"]) == ("envi", "Environment", 1)
    assert {group["title"] for group in package["groups"]} == {"Environment", "Health"}
    assert api.result("group_show", id="tran")["package_count"] == 1

    assert api.result("tag_list") == ["air - water", "river"]
    assert api.result("tag_list", query="AIR", all_fields=1)[0]["name"] == "air - water"
    assert len(api.result("tag_show", id="river", include_datasets=True)["packages"]) == 2
    assert {tag["name"] for tag in package["tags"]} == {"air - water", "river"}


def test_facets(api: Api) -> None:
    fields = ["organization", "groups", "tags", "res_format", "license_id", "kind", "none"]
    found = api.result("package_search", **{"facet.field": json.dumps(fields), "rows": 0})
    assert list(found["facets"]) == list(found["search_facets"]) == fields
    assert found["facets"]["tags"] == {"river": 2, "air - water": 1}
    assert found["facets"]["kind"] == {"protected": 2, "open": 1}
    assert found["facets"]["none"] == {}
    assert found["search_facets"]["groups"]["items"][0] == {
        "name": "envi",
        "display_name": "Environment",
        "count": 1,
    }
    few = api.result("package_search", **{"facet.field": '["tags"]', "facet.limit": 1, "facet.mincount": 2})
    assert few["facets"] == {"tags": {"river": 2}}
    narrowed = api.result(
        "package_search", q="roads", **{"facet.field": '["tags", "kind"]', "facet.limit": -1}
    )
    assert narrowed["facets"] == {"tags": {"river": 1}, "kind": {"open": 1}}
    assert api.result("package_search", **{"facet.field": '["tags"]', "facet": "false"})["facets"] == {}


def test_conditions_of_access_are_facets_with_the_numbers_of_the_page(api: Api) -> None:
    nl = Catalogue.objects.get(slug="nl")
    shelf.put_turtle(nl, canonical(with_conditions(EXAMPLE).graph)[0].decode())
    search.rebuild()
    names = [*CONDITIONS]
    found = api.result("package_search", **{"facet.field": json.dumps(names), "rows": 0, "facet.limit": -1})
    for name in names:
        assert found["facets"][name] == dict(values(scope("all"), name)) != {}
    item = next(one for one in found["search_facets"]["ground"]["items"] if one["name"] == "personal-data")
    assert (item["display_name"], item["count"]) == ("protection of personal data", 1)
    for value in (
        "personal-data",
        '"protection of personal data"',
        '"https://w3id.org/erpd/conditions/ground/personal-data"',
    ):
        assert api.titles(fq=f"ground:{value}") == ["Discharges"]
    assert api.titles(fq="may_ask:research AND ground:personal*") == ["Discharges"]
    assert api.titles(fq="-ground:personal-data") == EVERYTHING


def test_only_some_fields(api: Api, data_sets: dict[str, DataSet]) -> None:
    found = api.result("package_search", fl="id,title,extras_publisher_name", rows=1)["results"]
    assert found == [
        {
            "id": str(data_sets["water"].key),
            "title": "Water quality",
            "extras_publisher_name": "Ministry of Health & Care",
        }
    ]


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        ({"limit": 5}, (400, "Search Query Error")),
        ({"rows": "many"}, (400, "Search Query Error")),
        ({"start": -1}, (400, "Search Query Error")),
        ({"facet.field": "[1"}, (400, "Search Query Error")),
        ({"facet.field": "[[1]]"}, (400, "Search Query Error")),
        ({"facet.field": "tags", "facet.mincount": "x"}, (400, "Search Query Error")),
        ({"facet.field": ",".join(map(str, range(30)))}, (400, "Search Query Error")),
        ({"sort": "nothing asc"}, (409, "Search Error")),
        ({"sort": "title asc; drop"}, (409, "Search Error")),
        ({"fq": "{!join from=a to=b}x"}, (409, "Search Error")),
    ],
)
def test_what_a_search_does_not_take(api: Api, arguments: dict[str, Any], refusal: tuple[int, str]) -> None:
    assert api.refused("package_search", **arguments) == refusal


@pytest.mark.parametrize("name", ["ext_x", "use_default_schema", "include_private", "qf", "callback", "_"])
def test_parameters_of_ckan_that_change_nothing(api: Api, name: str) -> None:
    assert api.titles(**{name: "1"}) == EVERYTHING


def test_the_site(api: Api) -> None:
    assert api.result("site_read") is True
    status = api.result("status_show")
    assert (status["site_url"], status["ckan_version"]) == ("http://testserver", "2.11")
    licences = {each["id"]: each for each in api.result("license_list")}
    assert licences["CC_BY_4_0"]["od_conformance"] == "approved"
    for action in ACTIONS:
        assert api.result("help_show", name=action).startswith("Return") or action == "package_search"


def test_while_the_index_is_being_built_it_says_so(
    client: Client, data_sets: dict[str, DataSet], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise search.IndexNotReady("The search index is being built.")

    monkeypatch.setattr("erpd.register.search.listing.opened", broken)
    response = client.get("/api/3/action/package_search")
    assert (response.status_code, response["Retry-After"]) == (503, "60")
    assert response.json()["error"]["__type"] == "Search Error"


def test_a_large_answer_is_sent_in_pieces(api: Api, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = api.result("package_search")
    monkeypatch.setattr("erpd.publish.ckan_api.envelope.AT_ONCE", 100)
    response = client.get("/api/3/action/package_search")
    assert response.streaming
    assert json.loads(response.getvalue())["result"] == whole
