"""The delivery API with data sets: as the national API's contract says, and what ours add."""

import json
from base64 import urlsafe_b64encode
from uuid import UUID

import pytest
from django.test import Client

from erpd.accounts import rates
from erpd.accounts.models import Agreement
from erpd.metadata.limits import MOST_DELIVERED
from erpd.register.models import DataSet
from erpd.register.scope import scopes
from erpd.sources.children.child import Child
from erpd.submit.delivery_api import account, datasets
from erpd.submit.models import Delivery
from tests.harvest.killing import cannot_start
from tests.submit.delivery_api.conftest import Api, api_of, body, distribution
from tests.submit.owners import Office, agree, office


def code(answer) -> tuple[int, str]:
    assert answer["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert told["type"] == f"urn:datastore:problem:{told['code'].lower().replace('_', '-')}"
    assert told["status"] == answer.status_code
    assert told["instance"].startswith("/api/v1/")
    return answer.status_code, told["code"]


def errors(answer) -> dict[str, str]:
    return {error["path"]: error["code"] for error in answer.json()["errors"]}


def agree_again(made: Office) -> None:
    newest = Agreement.objects.latest("version")
    made.owner.acceptances.create(agreement=newest, person=made.people["admin"], language="en")


def visible() -> set[str]:
    return {data_set.identifier for within in scopes() for data_set in within.data_sets()}


def test_a_draft_may_be_incomplete_and_is_published_when_it_is_not(api, stranger):
    made = api("POST", "datasets?validate=publish", {"dctIdentifier": "https://data.example/1"})
    assert made.status_code == 201
    assert made["API-Version"] == "0.9.0"
    key = made.json()["id"]
    assert made["Location"].endswith(f"/api/v1/datasets/{key}")
    assert {"dctTitle", "dctCreator", "distributions"} <= errors(made).keys()
    assert code(stranger("GET", f"datasets/{key}")) == (404, "DCAT_DATASET_NOT_FOUND")
    status = f"datasets/{key}/publication-status"
    refused = api("PUT", status, {"publicationStatus": "PUBLISHED"})
    assert code(refused) == (400, "DCAT_DATASET_VALIDATION_FAILED")
    assert errors(refused)["dctTitle"] == "REQUIRED_FIELD"
    full = body(dctIdentifier="https://data.example/1")
    assert api("PUT", f"datasets/{key}", full).status_code == 200
    done = api("PUT", status, {"publicationStatus": "PUBLISHED"}).json()
    assert done["publicationStatus"] == "PUBLISHED"
    assert done["allowedPublicationStatuses"] == ["WITHDRAWN"]
    shown = stranger("GET", f"datasets/{key}").json()
    assert shown["meta"]["allowedPublicationStatuses"] == []  # they may not change it
    assert shown["meta"]["publishedAt"] == done["publishedAt"]
    assert visible() == {"https://data.example/1"}


def test_protected_data_without_size_are_not_published(api):
    """G4.2: what the national API has no field for."""
    lacking = distribution()
    del lacking["dcatByteSize"], lacking["dctRights"]
    refused = api(
        "POST", "datasets?publicationStatus=PUBLISHED", body(dcatDistribution=[distribution(), lacking])
    )
    assert code(refused) == (400, "DCAT_DATASET_VALIDATION_FAILED")
    assert errors(refused) == {
        "distributions[1].dcatByteSize": "REQUIRED_FIELD",
        "distributions[1].dctRights": "REQUIRED_FIELD",
    }
    error = refused.json()["errors"][0]
    assert error["pointer"] == "/dcatDistribution/1/dcatByteSize"
    assert error["section"] == "G4.2"
    assert "G4.2" in error["message"]
    assert not Delivery.objects.exists()


def test_states_go_as_the_national_api_says(api):
    key = api.create()
    status = f"datasets/{key}/publication-status"

    def put(wanted: str):
        return api("PUT", status, {"publicationStatus": wanted})

    assert put("DRAFT").status_code == 200  # the same changes nothing
    assert code(put("WITHDRAWN")) == (409, "DCAT_DATASET_INVALID_PUBLICATION_TRANSITION")
    assert put("PUBLISHED").json()["publicationStatus"] == "PUBLISHED"
    assert code(put("DRAFT")) == (409, "DCAT_DATASET_INVALID_PUBLICATION_TRANSITION")
    first = put("WITHDRAWN").json()["publishedAt"]
    assert visible() == set()
    assert put("PUBLISHED").json()["publishedAt"] == first
    assert code(put("GONE")) == (400, "INVALID_REQUEST")
    assert code(api("POST", "datasets?publicationStatus=WITHDRAWN", body("2"))) == (
        409,
        "DCAT_DATASET_INVALID_PUBLICATION_TRANSITION",
    )


def test_an_identifier_is_of_one_data_set_for_ever(api):
    key = api.create("PUBLISHED")
    assert code(api("POST", "datasets", body())) == (409, "DCAT_DATASET_ALREADY_EXISTS")
    renamed = api("PATCH", f"datasets/{key}", {"dctIdentifier": "https://data.example/other"})
    assert errors(renamed) == {"dctIdentifier": "FIELD_NOT_MODIFIABLE"}
    assert api("DELETE", f"datasets/{key}").status_code == 204
    assert code(api("GET", f"datasets/{key}")) == (404, "DCAT_DATASET_NOT_FOUND")
    assert code(api("DELETE", f"datasets/{key}")) == (404, "DCAT_DATASET_NOT_FOUND")
    assert api("GET", "me/catalog-records").json()["content"] == []
    assert DataSet.objects.get().deleted
    assert api.create("PUBLISHED") == key  # the same data set comes back


def test_a_patch_changes_what_it_says(api):
    key = api.create("PUBLISHED")
    before = api("GET", f"datasets/{key}").json()["dcatDataset"]
    assert api(
        "PATCH", f"datasets/{key}", {"dctTitle": ["Admissions"], "dcatContactPoint": {"vcardFn": "Team"}}
    )
    after = api("GET", f"datasets/{key}").json()["dcatDataset"]
    contact = {"vcardFn": "Team", "vcardHasEmail": "mailto:desk@data.example"}
    assert after == {**before, "dctTitle": ["Admissions"], "dcatContactPoint": contact}
    refused = api("PATCH", f"datasets/{key}", {"dctDescription": None})
    assert errors(refused) == {"dctDescription": "REQUIRED_FIELD"}
    assert code(api("PATCH", f"datasets/{key}", {"owner": 1})) == (400, "DCAT_DATASET_DESERIALIZATION_FAILED")
    assert api("GET", f"datasets/{key}").json()["dcatDataset"] == after


def test_editions_are_not_overwritten_unseen(api):
    key = api.create()
    tag = api("GET", f"datasets/{key}")["ETag"]
    assert api("GET", f"datasets/{key}", If_None_Match=tag).status_code == 304
    changed = api("PATCH", f"datasets/{key}", {"dctTitle": ["Two"]}, If_Match=tag)
    assert changed.status_code == 200
    assert changed["ETag"] != tag
    for method, part in [("PUT", ""), ("PATCH", ""), ("DELETE", ""), ("PUT", "/publication-status")]:
        said = {"publicationStatus": "PUBLISHED"} if part else body()
        late = api(method, f"datasets/{key}{part}", said, If_Match=tag)
        assert code(late) == (412, "EDITION_CHANGED"), method
    assert api("DELETE", f"datasets/{key}", If_Match="*").status_code == 204


def test_a_request_sent_again_is_done_once(api):
    first, again = (api("POST", "datasets", body(), Idempotency_Key='"one"') for _ in range(2))
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert again["Idempotency-Replayed"] == "true"
    assert again["Location"] == first["Location"]
    assert code(api("POST", "datasets", body("2"), Idempotency_Key="one")) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert code(api("POST", "datasets", body("2"), Idempotency_Key="x" * 256)) == (400, "INVALID_REQUEST")
    assert Delivery.objects.count() == 1


def test_a_dry_run_says_everything_and_does_nothing(api):
    tried = api("POST", "datasets?publicationStatus=PUBLISHED&dry_run=true", body())
    assert tried.status_code == 201
    assert (
        code(api("POST", "datasets?publicationStatus=PUBLISHED&dry_run=true", body(dctTitle=None)))[0] == 400
    )
    assert not Delivery.objects.exists()
    assert not DataSet.objects.exists()
    key = api.create()
    for method in ("PUT", "PATCH", "DELETE"):
        assert api(method, f"datasets/{key}?dry_run=true", body(dctTitle="Other")).status_code in (200, 204)
    assert api("GET", f"datasets/{key}").json()["dcatDataset"]["dctTitle"] == ["Discharges"]


TURTLE = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
<https://data.example/rdf> a dcat:Dataset ; dct:title "Discharges"@en ;
    dct:subject <https://data.example/beds> ;
    dcat:distribution [ a dcat:Distribution ; dcat:accessURL <https://data.example/apply> ] .
"""


def test_rdf_says_everything_and_json_leaves_it(api):
    made = api("POST", "datasets", TURTLE, Content_Type="text/turtle")
    assert made.status_code == 201, made.content
    key = made.json()["id"]
    answer = api("GET", f"datasets/{key}").json()["dcatDataset"]
    assert answer["dctTitle"] == [{"value": "Discharges", "lang": "en"}]
    assert api("PUT", f"datasets/{key}", {**answer, "dctTitle": "Beds"}).status_code == 200
    shown = api("GET", f"datasets/{key}", Accept="text/turtle")
    assert shown["Content-Type"] == "text/turtle"
    assert "<https://data.example/beds>" in shown.text
    assert '"Beds"' in shown.text
    plain = api("GET", f"datasets/{key}?lang=en").json()["dcatDataset"]
    assert plain["dctTitle"] == ["Beds"]
    broken = api("PUT", f"datasets/{key}", TURTLE + "<", Content_Type="text/turtle")
    assert code(broken) == (400, "DCAT_DATASET_DESERIALIZATION_FAILED")
    other = api("PUT", f"datasets/{key}", TURTLE.replace("/rdf", "/x"), Content_Type="text/turtle")
    assert errors(other) == {"uri": "FIELD_NOT_MODIFIABLE"}
    assert code(api("PATCH", f"datasets/{key}", TURTLE, Content_Type="text/turtle"))[0] == 415
    assert code(api("GET", f"datasets/{key}", Accept="text/html"))[0] == 406


def test_where_no_process_can_start_the_client_is_told_to_come_again(api, monkeypatch):
    monkeypatch.setattr(Child, "_attempt", cannot_start)
    answer = api("POST", "datasets", TURTLE, Content_Type="text/turtle")
    assert code(answer) == (503, "SERVICE_UNAVAILABLE")
    assert answer["Retry-After"] == "30"
    assert not Delivery.objects.exists()


def test_distributions_one_by_one(api):
    key = api.create("PUBLISHED", dcatDistribution=[distribution(dctTitle=[name]) for name in ("a", "b")])
    path = f"datasets/{key}/distributions"
    found = api("GET", path).json()
    assert [one["dcatDistribution"]["dctTitle"] for one in found["content"]] == [["a"], ["b"]]
    made = api("POST", path, distribution(dctTitle=["c"]))
    assert made.status_code == 201
    name = made.json()["id"]
    assert made["Location"].endswith(f"/{name}")
    assert api("GET", path).json()["page"]["totalElements"] == 3
    changed = api("PUT", f"{path}/{name}", distribution(dctTitle=["d"]))
    assert (changed.status_code, changed.json()["id"]) == (200, name)
    assert changed.json()["dcatDistribution"]["dctTitle"] == ["d"]
    refused = api("PUT", f"{path}/{name}", {"dcatAccessUrl": "none"})
    assert errors(refused) == {"dcatAccessUrl": "INVALID_URI"}
    assert code(api("PUT", f"{path}/{name}", {})) == (
        400,
        "DCAT_DATASET_VALIDATION_FAILED",
    )  # it is published
    for nothing in ({}, {"dctTitle": []}):
        assert code(api("POST", path, nothing)) == (400, "DCAT_DATASET_VALIDATION_FAILED")
    assert api("DELETE", f"{path}/{name}").status_code == 204
    assert code(api("GET", f"{path}/{name}")) == (404, "DCAT_DISTRIBUTION_NOT_FOUND")
    assert api("GET", f"{path}?size=1&page=1").json()["content"][0]["dcatDistribution"]["dctTitle"] == ["b"]


def test_pages_and_cursors_give_the_same_list(api, stranger):
    names = [str(number) for number in range(5)]
    keys = [api.create("PUBLISHED", name=name, dctIssued=f"2026-01-0{int(name) + 1}") for name in names]

    def ids(answer) -> list[str]:
        return [one["id"] for one in answer.json()["content"]]

    assert ids(stranger("GET", "datasets")) == keys[::-1]
    for sort in ("createdAt,DESC", "dctIssued", "dctIdentifier,desc", "publishedAt", "dctModified"):
        pages = [ids(stranger("GET", f"datasets?sort={sort}&size=2&page={page}")) for page in range(3)]
        cursor, walked = "", []
        while True:
            answer = stranger("GET", f"datasets?sort={sort}&size=2&cursor={cursor}")
            walked += ids(answer)
            cursor = answer.json()["page"].get("nextCursor")
            if not cursor:
                break
            assert cursor in answer["Link"]
        assert walked == [key for page in pages for key in page], sort
        assert sorted(walked) == sorted(keys)
    assert stranger("GET", "datasets?size=1000").json()["page"]["size"] == 100
    for wrong in ("sort=secret", "size=0", "page=-1", "page=1e9", "cursor=abc", "cursor=WyJhIl0"):
        assert code(stranger("GET", f"datasets?{wrong}")) == (400, "INVALID_REQUEST"), wrong
    assert ids(stranger("GET", f"datasets?page={10**18}")) == []


@pytest.mark.parametrize(
    "value", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-01-01", "\0", 2**63, 10**400, 0]
)
def test_a_forged_cursor_is_a_problem_or_a_page(api, value):
    api.create()
    for path, sorts in (("datasets", datasets.SORTS), ("me/catalog-records", account.SORTS)):
        for sort in sorts:
            forged = urlsafe_b64encode(json.dumps([str(UUID(int=0)), value]).encode()).decode()
            answer = api("GET", f"{path}?sort={sort}&cursor={forged}")
            assert answer.status_code in (200, 400), (path, sort)


def test_tokens_are_made_with_keys_and_die_with_them(api, stranger):
    said = {"clientId": "cbs", "apiKey": api.text}
    answer = stranger("POST", "auth/token", said).json()
    assert (answer["tokenType"], answer["expiresIn"]) == ("Bearer", 3600)
    with_token = Api(api.key, answer["accessToken"])
    assert with_token.create()
    assert with_token("GET", "auth/user").json()["organisationId"] == "cbs"
    for wrong in ({**said, "clientId": "x"}, {**said, "apiKey": "x"}, {**said, "apiKey": api.text[:-1]}):
        assert stranger("POST", "auth/token", wrong).status_code == 401
    assert code(stranger("POST", "auth/token", {"clientId": "cbs"})) == (400, "INVALID_REQUEST")
    api.key.owner.state = "closed"
    api.key.owner.save()
    assert with_token("GET", "auth/user").status_code == 401
    assert Api(None, answer["accessToken"][:-2] + "xx")("GET", "auth/user").status_code == 401


def test_without_a_key_nothing_is_changed(api, stranger):
    key = api.create("PUBLISHED")
    one = api("GET", f"datasets/{key}/distributions").json()["content"][0]["id"]
    for method, path in [
        ("POST", "datasets"),
        ("PUT", f"datasets/{key}"),
        ("PATCH", f"datasets/{key}"),
        ("DELETE", f"datasets/{key}"),
        ("PUT", f"datasets/{key}/publication-status"),
        ("POST", f"datasets/{key}/distributions"),
        ("PUT", f"datasets/{key}/distributions/{one}"),
        ("DELETE", f"datasets/{key}/distributions/{one}"),
        ("GET", "me/catalog-records"),
    ]:
        for who in (stranger, Api(None, "erpd_aaaaaaaa_" + "a" * 43)):
            answer = who(method, path, body())
            assert (answer.status_code, answer.content) == (401, b""), (method, path)
            assert answer["WWW-Authenticate"] == "Bearer"


def test_what_is_foreign_does_not_exist_or_is_not_owned(api, cbs):
    draft, published = api.create(), api.create("PUBLISHED", name="2")
    other = office("rivm")
    mine = api_of(cbs, "open")
    agree(other)
    agree_again(cbs)
    for who in (api_of(other), mine):
        for method in ("PUT", "PATCH", "DELETE"):
            assert code(who(method, f"datasets/{draft}", body())) == (404, "DCAT_DATASET_NOT_FOUND")
            assert code(who(method, f"datasets/{published}", body())) == (403, "DCAT_DATASET_NOT_OWNED")
        assert code(who("POST", f"datasets/{draft}/distributions", distribution()))[0] == 404
        assert code(who("POST", f"datasets/{published}/distributions", distribution()))[0] == 403
        taken = who("POST", "datasets?publicationStatus=PUBLISHED", body("2"))
        assert taken.status_code in (400, 409)
    for name in ("x", "0" * 400, "%00"):
        assert code(api("GET", f"datasets/{name}")) == (404, "DCAT_DATASET_NOT_FOUND")


def test_a_test_catalogue_is_seen_by_its_owner_alone(cbs: Office, api, stranger):
    test = api_of(cbs, "test")
    key = test.create("PUBLISHED")
    assert test("GET", f"datasets/{key}").json()["meta"]["test"]
    assert [one["id"] for one in test("GET", "datasets").json()["content"]] == [key]
    for who in (api, stranger):
        assert code(who("GET", f"datasets/{key}")) == (404, "DCAT_DATASET_NOT_FOUND")
        assert who("GET", "datasets").json()["content"] == []
    assert visible() == set()
    assert test("DELETE", f"datasets/{key}").status_code == 204


def test_drafts_and_withdrawn_data_sets_are_on_no_door(api, stranger):
    draft, withdrawn = api.create(), api.create("PUBLISHED", name="2")
    api("PUT", f"datasets/{withdrawn}/publication-status", {"publicationStatus": "WITHDRAWN"})
    assert stranger("GET", "datasets").json()["page"]["totalElements"] == 0
    for key in (draft, withdrawn):
        for part in ("", "/publication-status", "/distributions"):
            assert stranger("GET", f"datasets/{key}{part}").status_code == 404
    assert visible() == set()
    listed = api("GET", "me/catalog-records?sort=publicationStatus").json()["content"]
    assert [one["meta"]["publicationStatus"] for one in listed] == ["DRAFT", "WITHDRAWN"]
    assert listed[0]["dcatCatalogRecord"]["dctTitle"] == ["Discharges"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b" ", (400, "DCAT_DATASET_DESERIALIZATION_FAILED")),
        (b'{"dctIdentifier": ' + b"[" * 500_000, (400, "DCAT_DATASET_DESERIALIZATION_FAILED")),
        (
            b'{"dcatSpatialResolutionInMeters": ' + b"9" * 100_000 + b"}",
            (400, "DCAT_DATASET_DESERIALIZATION_FAILED"),
        ),
        (b'{"dctIdentifier": "https://a.example/\\u0000"}', (400, "DCAT_DATASET_VALIDATION_FAILED")),
        (b'{"dctIdentifier": "https://a.example/\\ud800"}', (400, "DCAT_DATASET_DESERIALIZATION_FAILED")),
        (
            b'{"dctIdentifier": "https://a.example/1", "owner": 2}',
            (400, "DCAT_DATASET_DESERIALIZATION_FAILED"),
        ),
        (b'{"dctIdentifier": "https://a.example/' + b"x" * 700 + b'"}', (400, "INVALID_REQUEST")),
        (b'{"dctIdentifier": "http://testserver/datasets/1"}', (409, "DCAT_DATASET_ALREADY_EXISTS")),
        (
            b'{"dctIdentifier": "https://a.example/1", "dcatLandingPage": ["javascript:alert(1)"]}',
            (400, "DCAT_DATASET_VALIDATION_FAILED"),
        ),
        (b" " * 3_000_000, (413, "BODY_TOO_LARGE")),
    ],
)
def test_hostile_bodies_are_problems(api, content, expected):
    for method in ("POST", "PUT"):
        key = "" if method == "POST" else f"/{api.create(name=str(len(content)))}"
        answer = api(method, f"datasets{key}", content)
        found = code(answer)
        assert found == expected or (method == "PUT" and found[0] in (400, 413))


_SAID = "<https://a.example/1> a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/relation> "
_MANY = MOST_DELIVERED + 1


@pytest.mark.parametrize(
    ("media_type", "text"),
    [
        ("text/turtle", _SAID + "(" * _MANY + ")" * _MANY + " ."),
        ("text/turtle", _SAID + "[]," * _MANY + "[] ."),
        ("text/turtle", _SAID + "(" + "1 " * _MANY + ") ."),
        (
            "text/turtle",
            f"@prefix l: <https://a.example/{'l' * 1000}> . {_SAID}" + "l:a,[l:a l:b]," * 6000 + "[] .",
        ),
        (
            "application/n-triples",
            "_:a <https://a.example/b> _:b .\n" + "_:a <https://a.example/b> _:c .\n" * _MANY,
        ),
        ("application/ld+json", json.dumps({"@id": "x:y", "x:z": [{"x:z": 1}] * _MANY})),
        (
            "application/json",
            json.dumps(body(dcatLandingPage=[f"https://a.example/{one}" for one in range(_MANY)])),
        ),
    ],
    ids=["nested", "blank", "list", "long", "lines", "objects", "pages"],
)
def test_what_says_too_much_is_refused_before_it_is_prepared(api, monkeypatch, media_type, text):
    monkeypatch.setattr("erpd.submit.incoming.prepare", None)
    answer = api("POST", "datasets", text.encode(), **{"Content-Type": media_type})
    assert code(answer) == (413, "BODY_TOO_LARGE")
    assert f"{MOST_DELIVERED:,}" in answer.json()["detail"]


def test_iris_that_are_not_whole_are_a_problem(api):
    turtle = b"<x> a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/title> 'x' ."
    broken = b"<https://a.example/\\u0000> a <http://www.w3.org/ns/dcat#Dataset> ."
    for content in (turtle, broken):
        answer = api("POST", "datasets", content, **{"Content-Type": "text/turtle"})
        assert code(answer)[0] == 400


def test_whatever_is_not_here_says_so(api, stranger):
    assert code(stranger("GET", "secrets")) == (404, "RESOURCE_NOT_FOUND")
    refused = stranger("DELETE", "datasets")
    assert code(refused) == (405, "METHOD_NOT_ALLOWED")
    assert refused["Allow"] == "GET, POST, HEAD"
    wrong = api("POST", "datasets", b"a=b", Content_Type="application/x-www-form-urlencoded")
    assert code(wrong) == (415, "MEDIA_TYPE_NOT_SUPPORTED")
    assert "text/turtle" in wrong["Accept-Post"]
    assert code(api("POST", "datasets", body(), Content_Encoding="gzip"))[0] == 415
    codes = {one["code"] for one in stranger("GET", "error-codes").json()}
    assert {"DCAT_DATASET_NOT_OWNED", "REQUIRED_FIELD", "EDITION_CHANGED"} <= codes
    assert stranger("POST", "auth/logout").status_code == 204
    assert stranger("GET", "auth/login").status_code == 302
    document = stranger("GET", "openapi.json")
    assert document["Access-Control-Allow-Origin"] == "*"
    assert "sessionid" not in document.cookies


def test_an_owner_that_is_not_ready_may_still_draft(db):
    made = office("nza")
    agree(made)
    api = api_of(made)
    key = api.create()
    made.owner.acceptances.all().delete()
    refused = api("PUT", f"datasets/{key}/publication-status", {"publicationStatus": "PUBLISHED"})
    assert code(refused) == (409, "OWNER_NOT_READY")
    assert Client().get(f"/datasets/{key}").status_code == 404
    assert json.loads(refused.content)["detail"]


def test_of_two_writers_at_once_neither_undoes_the_other(api, monkeypatch):
    key = api.create("PUBLISHED")
    read, others = datasets.delivered, [{"dctTitle": ["Theirs"]}]

    def meanwhile(delivery: Delivery):
        record = read(delivery)
        if others:  # somebody else writes between our reading and our writing
            assert api("PATCH", f"datasets/{key}", others.pop()).status_code == 200
        return record

    monkeypatch.setattr(datasets, "delivered", meanwhile)
    assert api("PATCH", f"datasets/{key}", {"dctDescription": ["Ours"]}).status_code == 200
    after = api("GET", f"datasets/{key}")
    assert after.json()["dcatDataset"]["dctTitle"] == ["Theirs"]
    assert after.json()["dcatDataset"]["dctDescription"] == ["Ours"]
    others.append({"dctTitle": ["Later"]})
    late = api("PATCH", f"datasets/{key}", {"dctDescription": ["Lost"]}, If_Match=after["ETag"])
    assert code(late) == (412, "EDITION_CHANGED")


def test_a_key_has_a_rate(api, monkeypatch):
    monkeypatch.setattr(rates.OF_KEYS, "size", 2)
    answers = [api("GET", "auth/user") for _ in range(3)]
    assert code(answers[2]) == (429, "TOO_MANY_REQUESTS")
    assert answers[0]["RateLimit-Remaining"] == "1"
    assert int(answers[2]["Retry-After"]) >= 1
