"""The national API's own OpenAPI document against our server: a client made from it passes unchanged."""

import json
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from erpd.submit.delivery_api.openapi import document
from tests.formats.delivery.bodies import example, national
from tests.proofs import AT_LENGTH, length
from tests.submit.delivery_api.conftest import Api, body

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.mark.proof
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_what_their_document_generates_is_answered_as_it_says(
    mode: GenerationMode, api: Api, monkeypatch: pytest.MonkeyPatch
):
    """Random requests, half of them for a data set that is here."""
    here = [api.create(), api.create(name="2")]
    one = api("GET", f"datasets/{here[1]}/distributions").json()["content"][0]["id"]
    # Each of their problems is of both kinds, so it never is of exactly one.
    text = json.dumps(national()).replace('"oneOf"', '"anyOf"')
    schema = schemathesis.openapi.from_dict(json.loads(text))
    schema.app = get_wsgi_application()
    for signal in (request_started, request_finished):  # a server would close the connection of the test
        monkeypatch.setattr(signal, "receivers", [])
    seen = 0
    for result in schema.get_all_operations():
        operation = result.ok()
        if operation.path.startswith("/api/v1/auth/token"):
            continue  # the rate of strangers, below

        @settings(
            max_examples=length(1 if operation.body else 2, 300),
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def answered(case: Any) -> None:
            nonlocal seen
            seen += 1
            if seen % 2 and "datasetId" in case.path_parameters:
                case.path_parameters["datasetId"] = here[seen // 2 % 2]
            if seen % 4 == 1 and "distributionId" in case.path_parameters:
                case.path_parameters["distributionId"] = one
            headers = {"Authorization": f"Bearer {api.text}", "Accept-Encoding": "identity"}
            response = case.call(base_url="http://testserver", headers=headers)
            case.validate_response(response, checks=CHECKS)

        sampled = operation.path == "/api/v1/datasets" or mode is GenerationMode.POSITIVE
        if (sampled or AT_LENGTH) and (mode is GenerationMode.POSITIVE or operation.body or operation.query):
            answered()
    assert seen


def test_a_client_of_theirs_goes_through_a_day(cbs, api: Api, stranger: Api):
    """Each step as their document describes it, with their own example and fields of theirs alone."""
    token = stranger("POST", "auth/token", {"clientId": "cbs", "apiKey": api.text}).json()["accessToken"]
    client = Api(api.key, token)
    theirs = {**example(), "dctAccessRights": body()["dctAccessRights"]}
    key = client("POST", "datasets", theirs).json()["id"]
    stored = client("GET", f"datasets/{key}").json()
    for distribution in [*stored["dcatDataset"]["dcatDistribution"], *stored["dcatDataset"]["admsSample"]]:
        distribution.pop("uri", None)  # ours
    assert stored["dcatDataset"] == theirs
    assert stored["meta"]["allowedPublicationStatuses"] == ["PUBLISHED"]
    refused = client("PUT", f"datasets/{key}/publication-status", {"publicationStatus": "PUBLISHED"})
    assert {error["path"] for error in refused.json()["errors"]} == {
        "distributions[0].dcatByteSize",  # G4.2, for which theirs has no fields
        "distributions[0].dctRights",
    }
    listed = client("GET", "me/catalog-records").json()["content"][0]
    assert (listed["meta"]["primaryTopicId"], listed["meta"]["primaryTopicType"]) == (key, "DATASET")


def test_our_document_has_their_operations_and_what_we_answer():
    ours = document()
    assert json.loads(json.dumps(ours)) == ours
    for path, operations in national()["paths"].items():
        for method, operation in operations.items():
            mine = ours["paths"][path][method]
            assert mine["operationId"] == operation.get("operationId", "getOpenapi")
            assert operation["responses"].keys() <= mine["responses"].keys(), path
            assert {one["name"] for one in operation.get("parameters", ())} <= {
                one["name"] for one in mine["parameters"]
            }
    schemathesis.openapi.from_dict(ours)
    for name in ("DcatDataset", "DcatDistribution", "FoafAgent"):
        theirs = national()["components"]["schemas"][name]["properties"].keys()
        assert theirs <= ours["components"]["schemas"][name]["properties"].keys()
