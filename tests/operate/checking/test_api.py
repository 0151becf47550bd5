"""`/check/api`: asked as a validator of the Interoperability Test Bed, it answers with a SHACL report."""

import json
from base64 import b64encode
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from django.test import Client
from jsonschema_rs import ValidationError
from rdflib import RDF, SH, Graph, Literal, URIRef

from erpd.accounts.rates import Buckets
from erpd.operate.checking import running
from erpd.operate.checking.openapi import document
from tests.operate.checking.test_checking import TURTLE

pytestmark = pytest.mark.django_db
TRUNCATED = TURTLE[:-10]


def asked(status: int = 200, /, **given: object) -> Any:
    answer = Client().post("/check/api/validate", json.dumps(given), content_type="application/json")
    assert answer.status_code == status, answer.content.decode()
    if status == 200:
        return Graph().parse(data=answer.content, format=answer["Content-Type"].partition(";")[0])
    assert answer["Content-Type"] == "application/problem+json"
    return answer.json()


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # within rdflib
@pytest.mark.parametrize("syntax", ["text/turtle", "application/rdf+xml", "application/ld+json"])
def test_the_report_is_one_of_shacl(syntax: str) -> None:
    report = asked(contentToValidate=TURTLE, contentSyntax="text/turtle", reportSyntax=syntax)
    (validated,) = report.subjects(RDF.type, SH.ValidationReport)
    assert list(report.objects(validated, SH.conforms)) == [Literal(False)]
    results = set(report.objects(validated, SH.result))
    assert len(results) > 3
    for result in results:  # what the standard demands of each
        for one in (SH.focusNode, SH.resultSeverity, SH.sourceConstraintComponent):
            assert len(list(report.objects(result, one))) == 1
    (dated,) = (
        result
        for result in results
        if (result, SH.resultPath, URIRef("http://purl.org/dc/terms/issued")) in report
    )
    assert report.value(dated, SH.focusNode) == URIRef("https://data.example/1")
    assert report.value(dated, SH.resultSeverity) == SH.Violation
    assert "is not an ISO 8601 date" in str(report.value(dated, SH.resultMessage))


def test_ways_to_give_the_document_and_the_profile() -> None:
    as_text = asked(contentToValidate=TURTLE, validationType="dcat-ap-2.1.1")
    in_base64 = b64encode(TURTLE.encode()).decode()
    assert as_text.isomorphic(
        asked(contentToValidate=in_base64, embeddingMethod="BASE64", validationType="dcat-ap-2.1.1")
    )
    types = [one["type"] for one in Client().get("/check/api/info").json()["validationTypes"]]
    assert types[0] == "erpd"
    both = asked(contentToValidate=TURTLE, validationType="+".join(types[:2]))
    again = asked(contentToValidate=TURTLE, validationType="+".join([*types[:2][::-1]] * 10_000))
    assert again.isomorphic(both)  # which took a minute, before anybody had counted
    (broken,) = asked(contentToValidate=TRUNCATED).subjects(RDF.type, SH.ValidationReport)
    assert broken


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "contentToValidate: It is missing."),
        ({"contentToValidate": " "}, "contentToValidate: It is missing."),
        ({"contentToValidate": ["a"]}, "contentToValidate: It must be a text."),
        ({"contentToValidate": "a", "validationType": "x"}, "validationType: See /check/api/info"),
        ({"contentToValidate": "a", "validationType": "../x"}, "validationType: See /check/api/info"),
        ({"contentToValidate": "a", "reportSyntax": "text/html"}, "reportSyntax: Possible are text/turtle"),
        ({"contentToValidate": "a", "embeddingMethod": "FTP"}, "embeddingMethod: Possible are STRING"),
        ({"contentToValidate": "é?", "embeddingMethod": "BASE64"}, "contentToValidate: It is not in Base64."),
        ({"contentToValidate": "/etc/passwd", "embeddingMethod": "URL"}, "It is no address of the web."),
        ({"contentToValidate": "a", "externalRules": [{}]}, "externalRules: That is not possible here."),
    ],
)
def test_what_is_wrong_is_told(given: dict[str, object], told: str) -> None:
    assert told in asked(400, **given)["detail"]


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/", "http://169.254.169.254/", "http://localhost/"])
def test_only_public_addresses_are_read(address: str) -> None:
    report = asked(contentToValidate=address, embeddingMethod="URL")
    (result,) = report.subjects(RDF.type, SH.ValidationResult)
    assert "127.0.0.1" not in str(report.value(result, SH.resultMessage)).replace(address, "")


@pytest.mark.parametrize("body", [b"[]", b"\xff", b"[" * 100_000, b'{"contentToValidate": NaN}', b"1"])
def test_whatever_comes_is_answered(body: bytes) -> None:
    answer = Client().post("/check/api/validate", body, content_type="application/json")
    assert answer.status_code == 400
    assert Client().post("/check/api/validate", body, content_type="text/turtle").status_code == 415
    assert Client().get("/check/api/validate").status_code == 405


def test_the_openapi_document_is_valid_and_says_what_is_answered() -> None:
    told = Client().get("/check/api/openapi.json").json()
    assert told == document()
    schemathesis.openapi.from_dict(told).validate()  # against the schema of OpenAPI 3.1
    broken = {**told, "paths": {"/a": {"get": {"responses": {"200": {}}}}}}
    with pytest.raises(ValidationError):
        schemathesis.openapi.from_dict(broken).validate()
    question = told["paths"]["/check/api/validate"]["post"]["requestBody"]["content"]["application/json"]
    jsonschema_rs.validate(question["schema"], {"contentToValidate": TURTLE, "embeddingMethod": "STRING"})
    assert set(question["schema"]["properties"]) == {
        "contentToValidate",
        "embeddingMethod",
        "validationType",
        "reportSyntax",
    }
    info = told["paths"]["/check/api/info"]["get"]["responses"]["200"]["content"]["application/json"]
    jsonschema_rs.validate(info["schema"], Client().get("/check/api/info").json())
    answers = told["paths"]["/check/api/validate"]["post"]["responses"]
    problem = answers["400"]["content"]["application/problem+json"]["schema"]
    jsonschema_rs.validate(problem, asked(400))


def test_who_asks_too_much_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    with running.examiner("erpd", "a"):
        assert asked(503, contentToValidate=TURTLE)["detail"] == "Others are having theirs checked."
    monkeypatch.setattr(running, "OF_NETWORKS", Buckets(1, 1 / 1000))
    asked(contentToValidate=TURTLE)
    answer = Client().post(
        "/check/api/validate", json.dumps({"contentToValidate": TURTLE}), content_type="application/json"
    )
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 900
    large = json.dumps({"contentToValidate": "a" * 3_000_000})
    answer = Client().post("/check/api/validate", large, content_type="application/json")
    assert answer.status_code == 413
