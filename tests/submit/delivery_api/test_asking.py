"""What a client of the delivery API does wrong is told so that it can be put right; nothing is guessed."""

import pytest

from erpd.accounts import credentials, rates
from erpd.accounts.keys import make
from erpd.submit.models import Delivery
from tests.submit.ckan.conftest import PACKAGE, Ckan
from tests.submit.delivery_api.conftest import Api, api_of, body, distribution
from tests.submit.delivery_api.test_datasets import code, errors


@pytest.mark.parametrize("slip", ["dryrun", "dry-run", "DRY_RUN", "dry_runn"])
def test_a_slip_in_a_parameter_does_nothing(api, slip):
    refused = api("POST", f"datasets?{slip}=true", body())
    assert code(refused) == (400, "INVALID_REQUEST")
    assert "Did you mean dry_run?" in refused.json()["detail"]
    assert not Delivery.objects.exists()


def test_parameters_that_are_not_known_are_refused_where_something_is_written(api):
    key = api.create()
    for method, path in (
        ("PUT", f"datasets/{key}?force=1"),
        ("PATCH", f"datasets/{key}?publicationStatus=PUBLISHED"),  # known elsewhere
        ("DELETE", f"datasets/{key}?cascade=true"),
        ("PUT", f"datasets/{key}/publication-status?status=PUBLISHED"),
        ("POST", f"datasets/{key}/distributions?publicationStatus=DRAFT"),
    ):
        assert code(api(method, path, body())) == (400, "INVALID_REQUEST"), path
    assert Delivery.objects.get().edition == 1
    refused = api("GET", "datasets?sizes=5")
    assert (code(refused)[0], "size?" in refused.json()["detail"]) == (400, True)
    assert api("GET", "datasets?utm_source=mail").status_code == 200


def test_what_cannot_be_read_was_not_kept(api):
    for media_type, sent in (
        ("application/json", "{"),
        ("text/turtle", "<a> <b"),
        ("application/rdf+xml", "<"),
    ):
        refused = api("POST", "datasets", sent, Content_Type=media_type)
        assert code(refused) == (400, "DCAT_DATASET_DESERIALIZATION_FAILED")
        detail = refused.json()["detail"]
        assert "carried on" not in detail, detail
        assert "Nothing was changed." in detail, detail
    assert "RFC 8259" in api("POST", "datasets", "{").json()["detail"]


def test_advice_on_a_link_fits_the_field(api):
    wrong = {
        "dcatContactPoint": {"vcardFn": "Desk", "vcardHasEmail": "desk", "vcardHasTelephone": "070 1"},
        "dcatTheme": ["health"],
        "dctLanguage": ["nl"],
        "dcatLandingPage": ["www.example.org"],
        "dcatDistribution": [distribution(dctFormat="CSV", dcatMediaType="text/csv")],
    }
    refused = api("POST", "datasets", body(**wrong))
    told = {error["path"]: error["message"].rpartition(": ")[2] for error in refused.json()["errors"]}
    authority = "http://publications.europa.eu/resource/authority"
    assert told == {
        "dcatContactPoint.vcardHasEmail": "mailto:data@example.org.",
        "dcatContactPoint.vcardHasTelephone": "tel:+31-70-123-4567.",
        "dcatTheme[0]": f"{authority}/data-theme/ENVI.",
        "dctLanguage[0]": f"{authority}/language/NLD.",
        "dcatLandingPage[0]": "https://….",
        "distributions[0].dctFormat": f"{authority}/file-type/CSV.",
        "distributions[0].dcatMediaType": "https://www.iana.org/assignments/media-types/text/csv.",
    }
    assert set(errors(refused).values()) == {"INVALID_URI"}


def test_what_came_by_ckan_shows_its_codes(cbs, api):
    made = Ckan(api.client, api.text).do("package_create", **PACKAGE)
    shown = api("GET", f"datasets/{made['id']}").json()["dcatDataset"]
    assert shown["dctAccessRights"].endswith("/access-right/RESTRICTED")
    (one,) = api("GET", f"datasets/{made['id']}/distributions").json()["content"]
    assert one["dcatDistribution"]["dctFormat"].endswith("/file-type/CSV")
    assert one["dcatDistribution"] == shown["dcatDistribution"][0]
    # What was shown can be sent back, with what the national API asks for beside it.
    more = {name: body()[name] for name in ("dctCreator", "dcatTheme")}
    assert api("PUT", f"datasets/{made['id']}", {**shown, **more}).status_code == 200
    assert api("GET", f"datasets/{made['id']}").json()["dcatDataset"].items() >= shown.items()


def test_lists_are_not_read_without_end_by_nobody(api, stranger, monkeypatch):
    monkeypatch.setattr(rates.OF_VISITORS, "size", 2)
    monkeypatch.setattr(rates.OF_VISITORS, "clock", lambda: 1.0)
    answers = [stranger("GET", "datasets") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert code(answers[-1]) == (429, "TOO_MANY_REQUESTS")
    assert answers[-1]["Retry-After"]
    assert api("GET", "datasets").status_code == 200


@pytest.mark.parametrize("door", ["token", "header", "ckan"])
def test_texts_of_a_key_are_not_tried_without_end(cbs, api, door, monkeypatch):
    """Even the right one has to wait then, unless it was right lately: its holder goes on."""
    monkeypatch.setattr(credentials, "_LATELY", {})
    monkeypatch.setattr(rates.OF_TRIES, "clock", lambda: 1.0)
    _, used = make(who=cbs.actor(), catalogue=cbs.catalogues["protected"])

    def tried(text: str) -> int:
        if door == "ckan":
            return int(api.client.get("/api/3/action/key_show", headers={"Authorization": text}).status_code)
        if door == "header":
            return int(Api(None, text)("GET", "auth/user").status_code)
        return int(Api()("POST", "auth/token", {"clientId": "cbs", "apiKey": text}).status_code)

    assert tried(used) == 200
    for text in (api.text, used):
        for place in range(25):
            tried(f"{text[:-2]}{place:02}" if f"{text[:-2]}{place:02}" != text else text[:-2] + "zz")
    assert tried(api.text) == 429
    assert tried(used) == 200
    monkeypatch.setattr(rates.OF_TRIES, "clock", lambda: 12.0)
    assert tried(api.text) == 200


def test_an_exchange_takes_a_token_of_the_rate_of_its_key(cbs, monkeypatch):
    monkeypatch.setattr(rates.OF_KEYS, "size", 2)
    monkeypatch.setattr(rates.OF_KEYS, "clock", lambda: 1.0)
    said = {"clientId": "cbs", "apiKey": api_of(cbs).text}
    answers = [Api()("POST", "auth/token", said) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[0]["RateLimit-Remaining"] == "1"
