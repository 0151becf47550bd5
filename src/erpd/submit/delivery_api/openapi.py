"""The OpenAPI document: the addresses with their operations, and schemas of the types that we parse."""

from functools import cache
from typing import Any

import msgspec

from erpd.formats.delivery.fields import DATASET, DISTRIBUTION
from erpd.formats.delivery.shapes import shape_of
from erpd.submit.delivery_api import answers
from erpd.submit.delivery_api.bodies import JSON, MERGE_PATCH, RDF
from erpd.submit.delivery_api.door import VERSION
from erpd.submit.delivery_api.problems import MEDIA_TYPE, ErrorCode, ProblemDetails

Json = dict[str, Any]
_SET = "datasets/{datasetId}"
_ONE = f"{_SET}/distributions/{{distributionId}}"
_LIST = ("page", "size", "sort", "cursor")
_WRITE = ("dry_run", "If-Match")
_TRY = ("validate", *_WRITE)

# Method, path, operationId, what it does, body, answer, status, further statuses, parameters.
_OPERATIONS: tuple[tuple[str, str, str, str, Any, Any, int, str, tuple[str, ...]], ...] = (
    (
        "get",
        "datasets",
        "getAllDcatDatasets",
        "List published data sets",
        None,
        answers.Page,
        200,
        "400 429",
        (*_LIST, "lang"),
    ),
    (
        "post",
        "datasets",
        "validateDcatDataset",
        "Store a data set, as a draft or published",
        DATASET,
        answers.StoredResponse,
        201,
        "400 401 403 409 413 415 422 429",
        ("publicationStatus", "validate", "dry_run", "Idempotency-Key"),
    ),
    (
        "get",
        _SET,
        "getDcatDataset",
        "Read a data set",
        None,
        answers.DatasetResponse,
        200,
        "404 406",
        ("lang", "validate"),
    ),
    (
        "put",
        _SET,
        "replaceDcatDataset",
        "Replace a data set",
        DATASET,
        answers.StoredResponse,
        200,
        "400 401 403 404 409 412 413 415 429",
        _TRY,
    ),
    (
        "patch",
        _SET,
        "patchDcatDataset",
        "Change some fields (RFC 7396)",
        DATASET,
        answers.StoredResponse,
        200,
        "400 401 403 404 409 412 413 415 429",
        _TRY,
    ),
    (
        "delete",
        _SET,
        "deleteDcatDataset",
        "Erase a draft, or withdraw a published data set",
        None,
        None,
        204,
        "400 401 403 404 409 412 429",
        _WRITE,
    ),
    (
        "get",
        f"{_SET}/publication-status",
        "getDcatDatasetPublicationStatus",
        "Read the publication status",
        None,
        answers.DatasetMeta,
        200,
        "404",
        (),
    ),
    (
        "put",
        f"{_SET}/publication-status",
        "changeDcatDatasetPublicationStatus",
        "Publish or withdraw a data set",
        answers.StatusRequest,
        answers.DatasetMeta,
        200,
        "400 401 403 404 409 412 415 429",
        _TRY,
    ),
    (
        "get",
        f"{_SET}/distributions",
        "getDcatDistributions",
        "List the distributions of a data set",
        None,
        answers.Page,
        200,
        "400 404",
        ("page", "size", "sort", "lang"),
    ),
    (
        "post",
        f"{_SET}/distributions",
        "createDcatDistribution",
        "Add a distribution",
        DISTRIBUTION,
        answers.DistributionResponse,
        201,
        "400 401 403 404 409 412 413 415 422 429",
        ("Idempotency-Key", *_WRITE),
    ),
    (
        "get",
        _ONE,
        "getDcatDistribution",
        "Read a distribution",
        None,
        answers.DistributionResponse,
        200,
        "404",
        ("lang",),
    ),
    (
        "put",
        _ONE,
        "replaceDcatDistribution",
        "Replace a distribution",
        DISTRIBUTION,
        answers.DistributionResponse,
        200,
        "400 401 403 404 409 412 413 415 429",
        _WRITE,
    ),
    (
        "delete",
        _ONE,
        "deleteDcatDistribution",
        "Remove a distribution",
        None,
        None,
        204,
        "400 401 403 404 409 412 429",
        _WRITE,
    ),
    (
        "get",
        "me/catalog-records",
        "getMyCatalogRecords",
        "List the data sets in the catalogue of the key",
        None,
        answers.Page,
        200,
        "400 401 429",
        _LIST,
    ),
    (
        "post",
        "auth/token",
        "token",
        "Exchange a key for a token",
        answers.Credentials,
        answers.AccessToken,
        200,
        "400 401 415 429",
        (),
    ),
    ("post", "auth/logout", "logout", "End nothing: there are no sessions here", None, None, 204, "", ()),
    ("get", "auth/login", "login", "Lead to the pages on which people sign in", None, None, 302, "", ()),
    ("get", "auth/user", "currentUser", "Whose key it is", None, answers.User, 200, "401 429", ()),
    (
        "get",
        "error-codes",
        "getErrorCodes",
        "List the codes of all errors",
        None,
        list[ErrorCode],
        200,
        "",
        (),
    ),
    ("get", "openapi.json", "getOpenapi", "This document", None, dict, 200, "", ()),
)
_PARAMETERS: dict[str, Json] = {
    "page": {"in": "query", "schema": {"type": "integer", "minimum": 0, "default": 0}},
    "size": {
        "in": "query",
        "schema": {"type": "integer", "minimum": 1, "default": 20},
        "description": "At most 100.",
    },
    "sort": {
        "in": "query",
        "schema": {"type": "array", "items": {"type": "string"}},
        "description": "field,ASC or field,DESC",
    },
    "cursor": {
        "in": "query",
        "schema": {"type": "string"},
        "description": "nextCursor of the page before; with the same sort.",
    },
    "lang": {
        "in": "query",
        "schema": {"type": "string"},
        "description": "Texts as plain strings, in this language if there is one.",
    },
    "publicationStatus": {
        "in": "query",
        "schema": {"type": "string", "enum": ["DRAFT", "PUBLISHED", "WITHDRAWN"], "default": "DRAFT"},
    },
    "validate": {
        "in": "query",
        "schema": {"type": "string", "enum": ["publish"]},
        "description": "Tell what keeps it from being published.",
    },
    "dry_run": {
        "in": "query",
        "schema": {"type": "boolean", "default": False},
        "description": "Answer as usual, and change nothing.",
    },
    "If-Match": {
        "in": "header",
        "schema": {"type": "string"},
        "description": "The ETag of the edition that you change.",
    },
    "Idempotency-Key": {
        "in": "header",
        "schema": {"type": "string", "maxLength": 255},
        "description": "The same request again within a day is answered again, and done once.",
    },
}
_TEXTS = {
    "400": "The request or its body is wrong; errors says which fields.",
    "401": "No valid key or token. No body.",
    "403": "The key may not do that, or the data set belongs to another data owner.",
    "404": "It does not exist, or you may not see it.",
    "406": "None of the media types that you accept.",
    "409": "The identifier is taken, the status cannot change so, or the data owner may not publish yet.",
    "412": "Somebody else has changed it.",
    "413": "The body is too large.",
    "415": "We cannot read this media type here.",
    "422": "The Idempotency-Key was used for another request.",
    "429": "Too many requests; Retry-After says when to go on.",
    "500": "Something went wrong on our side.",
}


@cache
def document() -> Json:
    """Return the document."""
    kinds = [each for row in _OPERATIONS for each in (_type(row[4]), _type(row[5])) if each is not None]
    listed = [answers.DatasetResponse, answers.CatalogRecordListing, answers.DistributionResponse]
    made, components = msgspec.json.schema_components(
        [*kinds, *listed, ProblemDetails], ref_template="#/components/schemas/{name}"
    )
    schemas = iter(made)
    paths: Json = {}
    for method, path, name, summary, body, answer, status, others, parameters in _OPERATIONS:
        wanted = next(schemas) if _type(body) is not None else None
        given = next(schemas) if _type(answer) is not None else None
        operation: Json = {
            "operationId": name,
            "summary": summary,
            "parameters": _parameters(path, parameters),
        }
        if wanted:
            operation["requestBody"] = {"required": True, "content": _content(method, body, wanted)}
            operation["security"] = [{"bearerAuth": []}]
        told = {"description": summary, **({"content": {JSON: {"schema": given}}} if given else {})}
        operation["responses"] = {str(status): told} | {
            each: _problem(each) for each in [*others.split(), "500"]
        }
        paths.setdefault(f"/api/v1/{path}", {})[method] = operation
    bearer = {"type": "http", "scheme": "bearer", "description": "A key, or an access token of /auth/token."}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Delivery API", "version": VERSION, "description": (__doc__ or "").strip()},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": {"bearerAuth": bearer}},
    }


def queries(path: str) -> dict[str, list[str]]:
    """Return the parameters in the query of each method of an address."""
    found = {
        row[0].upper(): [name for name in row[-1] if _PARAMETERS[name]["in"] == "query"]
        for row in _OPERATIONS
        if row[1] == path
    }
    return found | ({"HEAD": found["GET"]} if "GET" in found else {})


def _type(of: Any) -> Any:
    return shape_of(of) if of in (DATASET, DISTRIBUTION) else of


def _content(method: str, body: Any, schema: Json) -> Json:
    media_types = [JSON]
    if body is DATASET:
        media_types += [MERGE_PATCH] if method == "patch" else RDF
    plain = {"schema": {"type": "string"}}
    return {each: plain if each in RDF else {"schema": schema} for each in media_types}


def _parameters(path: str, names: tuple[str, ...]) -> list[Json]:
    inside = [name for name in ("datasetId", "distributionId") if f"{{{name}}}" in path]
    uuid = {"type": "string", "format": "uuid"}
    return [{"name": name, "in": "path", "required": True, "schema": uuid} for name in inside] + [
        {"name": name, **_PARAMETERS[name]} for name in names
    ]


def _problem(status: str) -> Json:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}
    return {"description": _TEXTS[status], **({} if status == "401" else {"content": content})}
