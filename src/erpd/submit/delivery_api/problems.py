"""What goes wrong, as problem details (RFC 9457) with codes that do not change."""

from collections.abc import Iterable
from http import HTTPStatus

import msgspec

from erpd.accounts.rest import problems
from erpd.accounts.rest.problems import (
    INTERNAL_ERROR,
    INVALID_REQUEST,
    KEY_IN_USE,
    KEY_REUSED,
    MEDIA_TYPE,
    MEDIA_TYPE_UNKNOWN,
    METHOD_NOT_ALLOWED,
    NOT_ALLOWED,
    RESOURCE_NOT_FOUND,
    TOO_LARGE,
    TOO_MANY_REQUESTS,
    UNAVAILABLE,
    Code,
    FieldProblem,
    ProblemDetails,
)
from erpd.formats.delivery.faults import Code as FieldCode
from erpd.formats.delivery.faults import Fault

__all__ = [
    "ALREADY_EXISTS",
    "CODES",
    "DESERIALIZATION_FAILED",
    "DISTRIBUTION_NOT_FOUND",
    "EDITION_CHANGED",
    "EDIT_CONFLICT",
    "FIELDS",
    "INTERNAL_ERROR",
    "INVALID_REQUEST",
    "INVALID_TRANSITION",
    "KEY_IN_USE",
    "KEY_REUSED",
    "MEDIA_TYPE",
    "MEDIA_TYPE_UNKNOWN",
    "METHOD_NOT_ALLOWED",
    "NOT_ACCEPTABLE",
    "NOT_ALLOWED",
    "NOT_FOUND",
    "NOT_OWNED",
    "OWNER_NOT_READY",
    "RESOURCE_NOT_FOUND",
    "TOO_LARGE",
    "TOO_MANY_REQUESTS",
    "UNAVAILABLE",
    "VALIDATION_FAILED",
    "Code",
    "ErrorCode",
    "FieldProblem",
    "Problem",
    "ProblemDetails",
    "error_codes",
    "told",
]

# The first eight are those of the national API.
NOT_FOUND = Code("DCAT_DATASET_NOT_FOUND", 404, "Data set not found")
NOT_OWNED = Code("DCAT_DATASET_NOT_OWNED", 403, "The data set belongs to another data owner")
ALREADY_EXISTS = Code("DCAT_DATASET_ALREADY_EXISTS", 409, "The identifier belongs to a data set already")
INVALID_TRANSITION = Code(
    "DCAT_DATASET_INVALID_PUBLICATION_TRANSITION", 409, "The data set cannot go to this publication status"
)
VALIDATION_FAILED = Code("DCAT_DATASET_VALIDATION_FAILED", 400, "The metadata break rules")
DESERIALIZATION_FAILED = Code("DCAT_DATASET_DESERIALIZATION_FAILED", 400, "The body cannot be read")
DISTRIBUTION_NOT_FOUND = Code("DCAT_DISTRIBUTION_NOT_FOUND", 404, "Distribution not found")
NOT_ACCEPTABLE = Code("NOT_ACCEPTABLE", 406, "We have none of the media types that you accept")
OWNER_NOT_READY = Code("OWNER_NOT_READY", 409, "The data owner may not publish yet")
EDIT_CONFLICT = Code("EDIT_CONFLICT", 409, "Somebody else is changing this data set")
EDITION_CHANGED = Code("EDITION_CHANGED", 412, "Somebody else has changed this data set")
CODES = [
    *(NOT_FOUND, NOT_OWNED, ALREADY_EXISTS, INVALID_TRANSITION, VALIDATION_FAILED, DESERIALIZATION_FAILED),
    *(INTERNAL_ERROR, DISTRIBUTION_NOT_FOUND, RESOURCE_NOT_FOUND, INVALID_REQUEST, NOT_ALLOWED),
    *(METHOD_NOT_ALLOWED, NOT_ACCEPTABLE, OWNER_NOT_READY, EDIT_CONFLICT, KEY_IN_USE, EDITION_CHANGED),
    *(TOO_LARGE, MEDIA_TYPE_UNKNOWN, KEY_REUSED, TOO_MANY_REQUESTS, UNAVAILABLE),
]

FIELDS = {
    FieldCode.REQUIRED_FIELD: "The field is required, to publish or at all.",
    FieldCode.INVALID_URI: "The value is not a URI (RFC 3986).",
    FieldCode.INVALID_PATTERN: "The value is not in the list of values that the field takes.",
    FieldCode.INVALID_DATE: "The value is not an ISO 8601 date, or a time with its zone.",
    FieldCode.INVALID_DURATION: "The value is not an ISO 8601 duration.",
    FieldCode.INVALID_NUMERIC_VALUE: "The value is not a number that the field takes.",
    FieldCode.INVALID_SIZE: "The text is empty, or there are too many values.",
    FieldCode.INVALID_CONTACT_POINT: "The contact point has a wrong value.",
    FieldCode.INVALID_FIELD_VALUE: "The field is unknown, or its value is wrong.",
    FieldCode.FIELD_NOT_MODIFIABLE: "The field is permanent.",
}


class ErrorCode(msgspec.Struct, rename="camel"):
    """One code that this API answers with."""

    code: str
    category: str
    description: str
    http_status: int
    problem_type: str


class Problem(problems.Problem):
    """Raised wherever a request goes wrong; the door answers with it."""

    def __init__(
        self, code: Code, detail: str, faults: Iterable[Fault] = (), headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(code, detail, told(faults), headers)


def told(faults: Iterable[Fault]) -> list[FieldProblem]:
    """Return faults as the API tells them."""
    return [
        FieldProblem(str(fault.code), fault.path, fault.message, fault.pointer, fault.section)
        for fault in faults
    ]


def error_codes() -> list[ErrorCode]:
    """Return all codes of the API, those of fields last."""
    codes = [ErrorCode(code.name, _category(code), code.title, code.status, code.type) for code in CODES]
    fields = [
        ErrorCode(str(code), "VALIDATION", text, VALIDATION_FAILED.status, VALIDATION_FAILED.type)
        for code, text in FIELDS.items()
    ]
    return codes + fields


def _category(code: Code) -> str:
    return HTTPStatus(code.status).phrase.upper().replace(" ", "_")
