"""What programs may ask of ``/check/api``, and what they get (OpenAPI 3.1)."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from erpd.operate.checking.api import REPORTS, WAYS
from erpd.operate.checking.asking import FIRST, profiles
from erpd.publish.methods import safe

_REFUSED = {
    "400": "A member of the question is wrong.",
    "413": "The body is too large: give the address of the document.",
    "415": "The body is not JSON.",
    "422": "The document cannot be checked to its end.",
    "429": "Your network has used its checks.",
    "500": "The fault is ours.",
    "503": "Others are having theirs checked.",
}


@safe
def openapi(_: HttpRequest) -> HttpResponse:
    """Describe the checks for programs."""
    response = JsonResponse(document())
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "max-age=3600"
    return response


def document() -> dict[str, Any]:
    """Return the OpenAPI document."""
    text = {"type": "string"}
    names = [name for name, _ in profiles()]
    question = {
        "type": "object",
        "required": ["contentToValidate"],
        "properties": {
            "contentToValidate": {**text, "minLength": 1, "description": "The document, or its address."},
            "embeddingMethod": {**text, "enum": [*WAYS], "default": WAYS[0]},
            "validationType": {
                **text,
                "default": FIRST,
                "examples": names,
                "description": f"One of these, or several joined with +: {', '.join(names)}.",
            },
            "reportSyntax": {
                **text,
                "enum": [*REPORTS],
                "description": "Left out, the header Accept is heeded.",
            },
        },
    }
    types = {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["type", "description"],
            "properties": {"type": {**text, "enum": names}, "description": text},
        },
    }
    info = {
        "type": "object",
        "required": ["domain", "validationTypes"],
        "properties": {"domain": text, "validationTypes": types},
    }
    problem = {
        "type": "object",
        "required": ["title", "status"],
        "properties": {"title": text, "status": {"type": "integer"}, "detail": text},
    }
    wrong = {"application/problem+json": {"schema": problem}}
    validate = {
        "operationId": "validate",
        "summary": "Check metadata; messages are in English",
        "requestBody": {"required": True, "content": {"application/json": {"schema": question}}},
        "responses": {
            "200": {
                "description": "A SHACL validation report, also of a document that cannot be read.",
                "content": {kind: {"schema": text} for kind in REPORTS},
            },
            **{status: {"description": said, "content": wrong} for status, said in _REFUSED.items()},
        },
    }
    told = {"200": {"description": "The profiles.", "content": {"application/json": {"schema": info}}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Checks of metadata", "version": "1.0.0"},
        "servers": [{"url": settings.NODE.base_url}],
        "paths": {
            "/check/api/info": {
                "get": {"operationId": "info", "summary": "What can be checked", "responses": told}
            },
            "/check/api/validate": {"post": validate},
        },
    }
