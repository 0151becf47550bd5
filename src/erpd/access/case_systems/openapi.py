"""The OpenAPI document, made of the types that are parsed and answered."""

from functools import cache
from typing import Any

import msgspec
from django.http import HttpResponse

from erpd.access.case_systems import answers, asked, views
from erpd.access.case_systems.door import VERSION
from erpd.accounts.rest.door import Asking, as_json, public
from erpd.accounts.rest.once import HEADER
from erpd.accounts.rest.problems import MEDIA_TYPE, ProblemDetails
from erpd.pages.languages import PARAMETER

Json = dict[str, Any]
_BASE = "/api/requests/v1"
_ONE = "/requests/{reference}"
# Method, path, operationId, summary, body, answer, statuses of problems, parameters.
_OPERATIONS: tuple[tuple[str, str, str, str, Any, Any, str, tuple[str, ...]], ...] = (
    (
        "get",
        "/requests",
        "listRequests",
        "List requests, and hear of changes",
        None,
        answers.Listing,
        "400",
        ("state", "size", "cursor"),
    ),
    ("get", _ONE, "getRequest", "Read a request", None, answers.Request, "400 404", ()),
    (
        "post",
        f"{_ONE}/messages",
        "writeMessage",
        "Write to the requester",
        asked.Message,
        answers.Request,
        "400 404 409 413 415 422",
        (HEADER,),
    ),
    (
        "post",
        f"{_ONE}/return",
        "returnRequest",
        "Return a request for changes",
        asked.Return,
        answers.Request,
        "400 404 409 413 415 422",
        (HEADER,),
    ),
    (
        "post",
        f"{_ONE}/extension",
        "extendTimeLimit",
        "Extend the time limit, once and before it ends",
        asked.Extension,
        answers.Request,
        "400 404 409 413 415 422",
        (HEADER,),
    ),
    (
        "post",
        f"{_ONE}/estimate",
        "sendEstimate",
        "Send a cost estimate",
        asked.Costs,
        answers.Request,
        "400 404 409 413 415 422",
        (HEADER,),
    ),
    (
        "delete",
        f"{_ONE}/estimate",
        "cancelEstimate",
        "Take back the estimate that waits",
        None,
        answers.Request,
        "400 404 409 422",
        (HEADER,),
    ),
    (
        "post",
        f"{_ONE}/decision",
        "decide",
        "Decide",
        asked.Decision,
        answers.Request,
        "400 404 409 413 415 422",
        (HEADER,),
    ),
    (
        "get",
        f"{_ONE}/attachments/{{attachmentId}}",
        "downloadAttachment",
        "Download a file",
        None,
        bytes,
        "400 404",
        (),
    ),
)
_TEXT: Json = {"type": "string"}
_PARAMETERS: dict[str, tuple[str, str, Json]] = {
    "reference": ("path", "The reference of a request.", {**_TEXT, "pattern": "^[A-Za-z0-9-]{1,20}$"}),
    "attachmentId": ("path", "The id of a file.", {**_TEXT, "format": "uuid"}),
    "state": ("query", "Only requests in this state.", {**_TEXT, "enum": [*views.STATES]}),
    "size": ("query", "How many at most.", {"type": "integer", "minimum": 1, "maximum": asked.MOST}),
    "cursor": ("query", "`next` of the page before: what changed since then.", _TEXT),
    HEADER: (
        "header",
        "The same request again within a day is answered again, and done once.",
        {**_TEXT, "maxLength": 255},
    ),
    PARAMETER: ("query", "The language of texts, as two letters.", _TEXT),
}
_PROBLEMS = {
    "400": "A parameter or the body is wrong.",
    "401": "There is no valid key for requests for access.",
    "403": "The key, or a case system, may not do that.",
    "404": "There is no such request, or it is not for this body.",
    "409": "The state of the request, or a rule, does not allow it.",
    "413": "The body is too large.",
    "415": "The body is not JSON.",
    "422": "The Idempotency-Key was used for another request.",
    "429": "Too many requests.",
}


@public
def openapi(asking: Asking) -> HttpResponse:
    """Return the OpenAPI document."""
    return as_json(document(), Access_Control_Allow_Origin="*", Cache_Control="max-age=3600")


@cache
def document() -> Json:
    """The document."""
    kinds = [one for row in _OPERATIONS for one in row[4:6] if one not in (None, bytes)]
    types = list(dict.fromkeys([*kinds, ProblemDetails]))
    schemas, components = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    named = dict(zip(types, schemas, strict=True))
    paths: Json = {}
    for method, path, name, summary, body, answer, statuses, parameters in _OPERATIONS:
        paths.setdefault(_BASE + path, {})[method] = {
            "operationId": name,
            "summary": summary,
            "parameters": [_parameter(one) for one in (*_in(path), *parameters, PARAMETER)],
            "responses": _responses(statuses, named.get(answer), named[ProblemDetails]),
            **({"requestBody": {"required": True, "content": _json(named[body])}} if body else {}),
        }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Requests for access: API for case systems",
            "version": VERSION,
            "description": "For competent bodies that take requests here. Members who answer requests make"
            " its keys on the page of the owner's keys. Notes among the members of a body stay there.",
        },
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def queries(path: str) -> dict[str, tuple[str, ...]]:
    """Method -> the parameters that an address takes."""
    return {
        row[0].upper(): tuple(name for name in row[7] if _PARAMETERS[name][0] == "query")
        for row in _OPERATIONS
        if row[1] == path
    }


def _in(path: str) -> list[str]:
    return [name for name in ("reference", "attachmentId") if f"{{{name}}}" in path]


def _parameter(name: str) -> Json:
    where, description, schema = _PARAMETERS[name]
    return {
        "name": name,
        "in": where,
        "required": where == "path",
        "description": description,
        "schema": schema,
    }


def _responses(statuses: str, answer: Json | None, problem: Json) -> Json:
    good = _json(answer) if answer else {"*/*": {"schema": {"type": "string", "format": "binary"}}}
    found: Json = {"200": {"description": "Done.", "content": good}}
    for status in sorted({*statuses.split(), "401", "403", "429"}):
        found[status] = {"description": _PROBLEMS[status], "content": {MEDIA_TYPE: {"schema": problem}}}
    return found


def _json(schema: Json) -> Json:
    return {"application/json": {"schema": schema}}
