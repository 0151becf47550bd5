"""CKAN's write actions: envelope and errors as CKAN's clients expect them, and what the register then has."""

import json
import re
from collections import OrderedDict

import pytest
from django.test import Client

from erpd.accounts.models import Deed, Key, Membership
from erpd.accounts.rates import OF_KEYS
from erpd.metadata.limits import MOST_DELIVERED
from erpd.register import changes
from erpd.register.content import record_of
from erpd.register.identity import key_of
from erpd.register.models import DataSet
from erpd.submit.actions import deliver
from erpd.submit.models import Delivery
from tests.submit.owners import office, record

from .conftest import PACKAGE, RESOURCE, Ckan, ckan_of


def without(fields: dict, *names: str) -> dict:
    return {name: value for name, value in fields.items() if name not in names}


def public(client: Client, wanted: str) -> dict:
    response = client.get("/api/3/action/package_show", {"id": wanted})
    return json.loads(response.content)


def test_what_is_created_is_published_and_comes_back_as_it_was_sent(ckan, client):
    made = ckan.do("package_create", **PACKAGE)
    key = str(key_of("cbs", "discharges"))
    assert (made["id"], made["name"], made["state"], made["private"]) == (key, "discharges", "active", False)
    assert made["extras"] == PACKAGE["extras"]
    assert made["owner_org"] == "cbs"
    (resource,) = made["resources"]
    assert {name: resource[name] for name in RESOURCE} == RESOURCE
    assert (resource["package_id"], resource["position"]) == (key, 0)
    assert ckan.do("package_show", id="discharges") == made == ckan.do("package_show", id=key)
    assert ckan.do("resource_show", id=resource["id"]) == resource
    seen = public(client, key)["result"]
    assert (seen["title"], seen["resources"][0]["id"]) == (PACKAGE["title"], resource["id"])
    assert seen["organization"]["title"] == "Office cbs"
    assert "archive_room" in {each["key"] for each in seen["extras"]}
    assert ckan.response.headers["RateLimit-Remaining"]


def test_errors_are_those_of_ckan_at_the_place_of_the_input(ckan):
    bad = {
        **without(PACKAGE, "notes"),
        "resources": [RESOURCE, without(RESOURCE, "size", "rights"), RESOURCE],
    }
    error = ckan.error("package_create", 409, **bad)
    assert error.keys() == {"__type", "notes", "resources"}
    assert error["__type"] == "Validation Error"
    assert [sorted(each) for each in error["resources"]] == [[], ["rights", "size"], []]
    assert error["resources"][1]["size"][0].startswith("size is mandatory but missing (G4.2)")
    assert error["notes"] == ["notes is mandatory but missing (G4.1). Please add it."]
    assert (Delivery.objects.count(), changes.last()) == (0, 0)


def test_errors_name_the_fields_of_ckan_not_properties_and_nodes(ckan):
    agent = {"publisher": {"uri": "http://a.example/us"}, "temporal_start": "yesterday"}
    resource = {**RESOURCE, "format": "NOSUCH", "size": "much", "access_services": [{"title": "API"}]}
    error = ckan.error("package_create", 409, **{**PACKAGE, **agent, "resources": [resource]})
    text = json.dumps(error)
    assert not re.search(r"[0-9a-f]{8}-|dcat:[a-z]+\[|dct:[a-z]+\[|_:", text), text
    assert error["temporal_start"][0].startswith("temporal_start: “yesterday” is not")
    assert error["resources"][0]["format"][0].startswith("format: “NOSUCH” is not")
    assert {"format", "size"} <= error["resources"][0].keys()


@pytest.mark.parametrize("query", ["?dryrun=1", "?dry-run=true", "?Dry_Run=1", "?draft=1"])
def test_a_slip_in_a_parameter_does_nothing(ckan, query):
    said = ckan.post("package_create", PACKAGE, query)
    assert (ckan.response.status_code, "is not a parameter" in said) == (400, True)
    name = query[1:].partition("=")[0]
    if name != "draft":
        assert "Did you mean dry_run?" in said
        assert "dry_run" in ckan.error("package_create", 409, **PACKAGE, **{name: True})[name][0]
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (None, "Missing value"),
        ("a", "at least 2 characters"),
        ("Über alles", "purely lowercase"),
        ("x" * 101, "maximum of 100"),
        ("edit", "cannot be used"),
        (["list"], "must be strings"),
    ],
)
def test_a_name_follows_the_rules_of_ckan(ckan, name, said):
    assert said in ckan.error("package_create", 409, **{**PACKAGE, "name": name})["name"][0]


def test_a_package_that_says_too_much_is_refused(ckan):
    extras = [{"key": f"k{number}", "value": "v"} for number in range(MOST_DELIVERED)]
    assert f"{MOST_DELIVERED:,}" in str(ckan.error("package_create", 409, **PACKAGE | {"extras": extras}))


def test_a_name_is_used_once(ckan):
    ckan.do("package_create", **PACKAGE)
    error = ckan.error("package_create", 409, **{**PACKAGE, "title": "Other"})
    assert error["name"][0].startswith("That URL is already in use.")
    ckan.do("package_delete", id="discharges")
    assert ckan.do("package_show", id="discharges")["state"] == "deleted"
    assert ckan.do("package_create", **PACKAGE)["state"] == "active"  # the same again
    assert "permanent" in ckan.error("package_patch", 409, id="discharges", name="other")["name"][0]


def test_an_update_without_resources_changes_nothing(ckan, client):
    made = ckan.do("package_create", **PACKAGE)
    for sent in (without(made, "resources"), {**made, "resources": []}):
        assert "resources" in ckan.error("package_update", 409, **sent)
    assert ckan.do("package_show", id="discharges") == made
    assert len(public(client, made["id"])["result"]["resources"]) == 1


def test_a_round_of_show_edit_update_changes_what_was_edited(ckan, client):
    shown = ckan.do("package_create", **PACKAGE)
    again = ckan.do("package_update", **shown)
    assert without(again, "metadata_modified") == without(shown, "metadata_modified")
    assert (changes.last(), Deed.objects.filter(thing="data set").count()) == (1, 1)  # nothing was changed
    edited = ckan.do("package_update", **{**shown, "title": "Discharges", "tags": [{"name": "care"}]})
    assert edited["resources"][0]["id"] == shown["resources"][0]["id"]
    seen = public(client, shown["id"])["result"]
    assert (seen["title"], [tag["name"] for tag in seen["tags"]]) == ("Discharges", ["care"])
    patched = ckan.do("package_patch", id="discharges", notes="Better.")
    assert (patched["notes"], patched["title"], len(patched["resources"])) == ("Better.", "Discharges", 1)


def test_resources_are_added_changed_removed_in_their_order(ckan):
    ckan.do("package_create", **PACKAGE)
    second = ckan.do("resource_create", package_id="discharges", **{**RESOURCE, "name": "Second"})
    third = ckan.do("resource_create", package_id="discharges", **{**RESOURCE, "name": "Third"})
    patched = ckan.do("resource_patch", id=second["id"], name="Middle")
    assert patched == {**second, "name": "Middle", "metadata_modified": patched["metadata_modified"]}
    error = ckan.error("resource_update", 409, **without({**second, "name": "Broken"}, "size"))
    assert [sorted(each) for each in error["resources"]] == [[], ["size"], []]
    updated = ckan.do("resource_update", **{**third, "url": "https://data.example/elsewhere"})
    assert (updated["id"], updated["position"]) == (third["id"], 2)
    names = [each["name"] for each in ckan.do("package_show", id="discharges")["resources"]]
    assert names == ["Microdata", "Middle", "Third"]
    assert ckan.do("resource_delete", id=second["id"]) is None
    assert ckan.error("resource_patch", 404, id=second["id"], name="x")["__type"] == "Not Found Error"
    names = [each["name"] for each in ckan.do("package_show", id="discharges")["resources"]]
    assert names == ["Microdata", "Third"]


def test_drafts_are_seen_by_their_key_alone(ckan, client):
    draft = ckan.do("package_create", name="draft", title="Unfinished", private=True)
    assert (draft["state"], draft["private"]) == ("draft", True)
    assert public(client, "draft")["error"]["__type"] == "Not Found Error"
    assert "notes" in ckan.error("package_patch", 409, id="draft", private=False)
    ckan.do("package_patch", id="draft", **without(PACKAGE, "name"))
    assert not DataSet.objects.exists()
    published = ckan.do("package_patch", id="draft", private=False)
    assert (published["state"], DataSet.objects.count()) == ("active", 1)
    assert "private" in ckan.error("package_patch", 409, id="draft", private=True)
    assert "state" in ckan.error("package_patch", 409, id="draft", state="deleted")
    ckan.do("package_create", name="other", private=True)
    ckan.do("package_delete", id="other")
    assert ckan.error("package_show", 404, id="other")


def test_a_test_catalogue_shows_nothing_to_others(cbs, client):
    ckan = ckan_of(cbs, client, "test")
    made = ckan.do("package_create", **PACKAGE)
    assert (made["test"], made["state"]) == (True, "active")
    assert public(client, made["id"])["error"]["__type"] == "Not Found Error"
    assert not DataSet.objects.exists()
    assert "notes" in ckan.error("package_create", 409, **{**without(PACKAGE, "notes"), "name": "bad"})


def test_a_dry_run_does_nothing(ckan):
    for query, more in (("?dry_run=1", {}), ("", {"dry_run": True})):
        assert ckan.post("package_create", {**PACKAGE, **more}, query)["result"]["state"] == "active"
        assert "notes" in ckan.post("package_create", {**without(PACKAGE, "notes"), **more}, query)["error"]
    assert (Delivery.objects.count(), DataSet.objects.count(), changes.last()) == (0, 0, 0)
    assert "dry_run" not in ckan.do("package_create", **{**PACKAGE, "dry_run": False})


def test_without_a_key_of_its_own_nothing_is_written_or_seen(cbs, ckan, client):
    made = ckan.do("package_create", **PACKAGE)
    draft = ckan.do("package_create", name="draft", private=True)
    strangers = (
        (Ckan(client), 403),
        (Ckan(client, "guess"), 403),
        (ckan_of(office("rivm"), client), 404),
        (ckan_of(cbs, client, "open"), 404),
    )
    for who, status in strangers:
        for action in ("package_update", "package_patch", "package_delete"):
            for wanted in (made, draft):
                error = who.error(action, status, **{**wanted, "title": "Mine"})
                assert error["__type"] == ("Authorization Error" if status == 403 else "Not Found Error")
        for action in ("resource_update", "resource_patch", "resource_delete"):
            who.error(action, status, id=made["resources"][0]["id"], name="Mine")
        who.error("resource_create", status, package_id="discharges", **RESOURCE)
        who.error("package_show", 404, id="draft")
    Membership.objects.filter(person=cbs.people["editor"]).update(role="reader")
    assert ckan.error("package_patch", 403, id="draft", title="Mine")["__type"] == "Authorization Error"
    Key.objects.update(revoked="2026-01-01T00:00Z")
    ckan.error("package_patch", 403, id="draft", title="Mine")
    ckan.error("key_show", 403)
    assert Ckan(client).do("organization_list_for_user") == []


def test_nothing_is_assigned_that_is_not_theirs_to_say(cbs, ckan, client):
    assert ckan.error("package_create", 409, **{**PACKAGE, "owner_org": "rivm"})["owner_org"] == [
        "Organization does not exist"
    ]
    other = office("rivm")
    made = ckan.do(
        "package_create",
        **{
            **PACKAGE,
            "owner_org": "cbs",
            "id": str(key_of("rivm", "x")),
            "organization": {"name": "rivm", "title": "RIVM", "id": "rivm"},
            "creator_user_id": "admin",
            "metadata_created": "1999-01-01T00:00:00",
            "num_resources": 99,
            "catalogue": "rivm",
            "edition": 99,
            "test": True,
        },
    )
    delivery = Delivery.objects.get()
    assert (delivery.owner, delivery.catalogue.slug, delivery.edition) == (cbs.owner, "cbs", 1)
    assert (made["id"], made["num_resources"]) == (str(delivery.pk), 1)
    assert made["metadata_created"] > "2026"
    assert "test" not in made
    assert public(client, made["id"])["result"]["organization"]["title"] == "Office cbs"
    theirs = deliver(who=other.actor(), catalogue=other.catalogues["open"], record=record("x"))
    thief = {
        **PACKAGE,
        "name": "thief",
        "extras": [{"key": "uri", "value": f"http://testserver/datasets/{theirs.pk}"}],
    }
    assert "uri" in ckan.error("package_create", 409, **thief)


def test_requests_that_are_none(ckan, client):
    for action in ("package_create", "resource_delete"):
        response = client.get(f"/api/3/action/{action}", headers=ckan.headers)
        assert response.status_code == 400
        assert json.loads(response.content).startswith("Bad request - JSON Error")
    for body in ("{", "[]", '"x"', "[" * 5_000):
        response = client.post(
            "/api/3/action/package_create", body, content_type="application/json", headers=ckan.headers
        )
        assert response.status_code == 400
        assert isinstance(json.loads(response.content), str)
    ckan.error("package_create", 413, **{**PACKAGE, "notes": "x" * 1_000_001})
    for resources in ("x", {"url": "x"}, ["x"], [[]], [None], [{"upload": "x"}], [{}] * 1_001):
        ckan.error("package_create", 409, **{**PACKAGE, "resources": resources})
    for extras in ("x", [1], [{"key": 1}], [{"key": "uri", "value": {"a": [1]}}], {"a": "b"}):
        ckan.post("package_create", {**PACKAGE, "name": "odd", "extras": extras, "tags": extras})
        assert ckan.response.status_code in (200, 409)
        ckan.post("package_create", {**PACKAGE, "name": "even"})
        ckan.post("package_update", {**PACKAGE, "name": "even", "extras": extras, "groups": extras})
        assert ckan.response.status_code in (200, 409)
        ckan.post("package_patch", {"id": "even", "resources": [{**RESOURCE, "id": extras, "uri": extras}]})
        assert ckan.response.status_code in (200, 409)
    assert client.put("/api/3/action/package_create").status_code == 405
    assert client.post("/api/3/action/package_destroy").status_code == 400


def test_a_key_tells_what_it_may_and_what_is_left_of_its_rate(ckan, monkeypatch):
    said = ckan.do("key_show")
    assert (said["account"], said["owner"], said["catalogue"]) == ("editor@cbs.example", "cbs", "cbs")
    assert said["rate"]["limit"] == OF_KEYS.size
    (organization,) = ckan.do("organization_list_for_user")
    assert (organization["name"], organization["capacity"]) == ("cbs", "editor")
    helped = ckan.client.get("/api/3/action/help_show?name=package_create").json()
    assert helped["result"].startswith("Create a data set")
    monkeypatch.setattr(OF_KEYS, "size", 0)
    monkeypatch.setattr(OF_KEYS, "_filled", OrderedDict())
    error = ckan.error("package_create", 429, **PACKAGE)
    assert error["__type"] == "Rate Limit Error"
    assert int(ckan.response.headers["Retry-After"]) >= 1


def test_what_was_delivered_in_another_way_is_edited_here_without_loss(cbs, ckan, client):
    delivery = deliver(who=cbs.actor(), catalogue=cbs.catalogues["protected"], record=record(), publish=True)
    before = record_of(DataSet.objects.get())
    shown = ckan.do("package_show", id="discharges")
    ckan.do("package_update", **shown)
    assert record_of(DataSet.objects.get()).graph.nodes == before.graph.nodes
    edited = ckan.do("package_update", **{**shown, "title": "Edited", "license_id": "CC_BY_4_0"})
    assert (edited["title"], edited["resources"][0]["uri"]) == (
        "Edited",
        "http://data.example/discharges/file",
    )
    seen = public(client, str(delivery.pk))["result"]
    assert seen["title"] == "Edited"
    assert "/CC_BY_4_0" in str([*record_of(DataSet.objects.get()).graph.triples()])


def test_reading_asks_for_no_key(ckan, client, django_assert_num_queries):
    made = ckan.do("package_create", **PACKAGE)
    public(client, made["id"])
    with django_assert_num_queries(4) as captured:
        public(client, made["id"])
    assert not [each for each in captured.captured_queries if "accounts_" in each["sql"]]


@pytest.mark.parametrize("said", ["maybe", [True], "2"])
def test_a_trial_that_is_not_understood_is_refused(ckan: Ckan, said: object) -> None:
    made = ckan.do("package_create", **PACKAGE)
    answer = ckan.post("package_delete", {"id": made["id"], "dry_run": said})
    assert (ckan.response.status_code, answer["success"]) == (400, False)
    assert ckan.do("package_show", id=made["id"])["state"] == "active"
