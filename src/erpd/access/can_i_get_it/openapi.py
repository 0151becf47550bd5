"""What programs may ask of ``/api/can-i-get-it``, and what they get (OpenAPI 3.1)."""

from typing import Any, get_args

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from erpd.access.can_i_get_it import words
from erpd.access.can_i_get_it.api import ID
from erpd.access.can_i_get_it.rule import ANSWERS, QUESTIONS, Outcome
from erpd.access.law.regime import Unit
from erpd.pages.languages import PARAMETER
from erpd.publish.methods import safe


@safe
def openapi(request: HttpRequest) -> HttpResponse:
    """Describe the API that everybody may read; that of data owners is at ``/api/v1/openapi.json``."""
    response = JsonResponse(document())
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "max-age=3600"
    return response


def document() -> dict[str, Any]:
    """Return the OpenAPI document."""
    text, link = {"type": "string"}, {"type": "string", "format": "uri"}
    outcome = {"type": "string", "enum": [each.value for each in Outcome]}
    value = _object({"value": text, "lang": text, "label": text}, ["value"])
    reason = _object(
        {
            "rule": {"type": "string", "enum": [*words.RULES], "description": "A code that does not change."},
            "answer": {"$ref": "#/components/schemas/Outcome"},
            "text": text,
            "question": {"type": ["string", "null"], "enum": [*QUESTIONS, None]},
            "field": {"type": ["string", "null"], "description": "The field of the conditions of access."},
            "values": {"type": "array", "items": {"$ref": "#/components/schemas/Value"}},
            "said": {"type": "array", "items": {"$ref": "#/components/schemas/Value"}},
        }
    )
    found = _object(
        {
            "dataset": text,
            "page": link,
            "explanation": link,
            "asked": _object(dict.fromkeys(QUESTIONS, text)),
            "answer": {"$ref": "#/components/schemas/Outcome"},
            "text": text,
            "reasons": {"type": "array", "items": {"$ref": "#/components/schemas/Reason"}},
            "ask": {"type": ["string", "null"], "format": "uri", "description": "Where to ask for access."},
            "limits": {"type": "array", "items": {"$ref": "#/components/schemas/Limit"}},
            "body": {
                "anyOf": [{"$ref": "#/components/schemas/Body"}, {"type": "null"}],
                "description": "The competent body, and what it says; the record does not say it.",
            },
            "decisions": {
                "anyOf": [{"$ref": "#/components/schemas/Decisions"}, {"type": "null"}],
                "description": "How requests ended in a period; null if too few were decided.",
            },
        }
    )
    amount = {"amount": {"type": "integer"}, "unit": {"type": "string", "enum": [*get_args(Unit)]}}
    limit = _object(
        {
            "regime": text,
            "act": text,
            **amount,
            "source": {**text, "description": "Where the limit is written."},
            "extension": {"anyOf": [_object(amount), {"type": "null"}]},
        }
    )
    maybe_text, maybe_link = {"type": ["string", "null"]}, {"type": ["string", "null"], "format": "uri"}
    body = _object(
        {
            "name": {"$ref": "#/components/schemas/Value"},
            "page": link,
            "why": {**text, "description": "Why it is the one that decides."},
            "ask": maybe_link,
            "contact": maybe_text,
            "aimDays": {
                "type": ["integer", "null"],
                "description": "Days to a decision at which it aims; null where the law gives a limit.",
            },
            "tariff": {"type": "array", "items": _object({"for": text, "fee": text})},
            "payOnline": {"type": ["boolean", "null"]},
            "redress": {**maybe_text, "description": "Who reviews its decisions."},
            "lang": {**text, "description": "The language of its texts, except for the name."},
        }
    )
    number, day = {"type": "integer"}, {"type": "string", "format": "date"}
    maybe_number = {"type": ["integer", "null"]}
    decisions = _object(
        {
            "from": day,
            "until": {**day, "description": "The last day."},
            "decided": number,
            "granted": {**number, "description": "In whole or in part."},
            "refused": number,
            "withdrawn": {**maybe_number, "description": "null where a national point does not say it."},
            "late": number,
            "percentGranted": number,
            "medianDays": maybe_number,
            "percentile90Days": {**maybe_number, "description": "Nine of ten took no longer."},
            "saidAt": {
                **maybe_link,
                "description": "The register of the national point that says so; null if it is this node's.",
            },
        }
    )
    fault = _object({"parameter": text, "detail": text, "answers": {"type": "array", "items": text}}, [])
    problem = _object(
        {"title": text, "status": {"type": "integer"}, "errors": {"type": "array", "items": fault}}
    )
    parameters = [
        _parameter(ID, "The key, the page or the IRI of the data set.", text, True),
        *(
            _parameter(question, _ANSWERED[question], {"type": "string", "enum": [*codes]}, True)
            for question, codes in ANSWERS.items()
        ),
        _parameter(PARAMETER, "The language of the texts, as two letters.", text, False),
    ]
    bad = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    good = {"application/json": {"schema": {"$ref": "#/components/schemas/Answer"}}}
    operation = {
        "operationId": "canIGetIt",
        "summary": "Whether the record of a data set lets somebody have the data, and why",
        "parameters": parameters,
        "responses": {
            "200": {"description": "The answer, by rule only; it binds nobody.", "content": good},
            "400": {"description": "A parameter is missing or wrong.", "content": bad},
            "404": {"description": "There is no such data set, or it was removed.", "content": bad},
        },
    }
    schemas = {
        "Outcome": outcome,
        "Value": value,
        "Reason": reason,
        "Answer": found,
        "Problem": problem,
        "Limit": limit,
        "Body": body,
        "Decisions": decisions,
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Public API", "version": "1.0.0"},
        "servers": [{"url": settings.NODE.base_url}],
        "paths": {"/api/can-i-get-it": {"get": operation}},
        "components": {"schemas": schemas},
    }


_ANSWERED = {
    "who": "Who asks.",
    "purpose": "What for: a purpose of the Data Privacy Vocabulary, by its code or IRI.",
    "where": "Where the data will be used.",
}


def _object(properties: dict[str, Any], required: list[str] | None = None) -> dict[str, Any]:
    needed = [*properties] if required is None else required
    return {"type": "object", "properties": properties, **({"required": needed} if needed else {})}


def _parameter(name: str, description: str, schema: dict[str, Any], required: bool) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, "description": description, "schema": schema}
