"""What goes wrong, as problem details (RFC 9457) with codes that do not change."""

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

import msgspec
from django.http import HttpRequest, HttpResponse

from erpd.formats.delivery.faults import Code as FieldCode
from erpd.formats.delivery.faults import Fault

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Code:
    """One code of the API: its status, and what it means."""

    name: str
    status: int
    title: str

    @property
    def type(self) -> str:
        return f"urn:datastore:problem:{self.name.lower().replace('_', '-')}"


# The first eight are those of the national API.
NOT_FOUND = Code("DCAT_DATASET_NOT_FOUND", 404, "Data set not found")
NOT_OWNED = Code("DCAT_DATASET_NOT_OWNED", 403, "The data set belongs to another data owner")
ALREADY_EXISTS = Code("DCAT_DATASET_ALREADY_EXISTS", 409, "The identifier belongs to a data set already")
INVALID_TRANSITION = Code(
    "DCAT_DATASET_INVALID_PUBLICATION_TRANSITION", 409, "The data set cannot go to this publication status"
)
VALIDATION_FAILED = Code("DCAT_DATASET_VALIDATION_FAILED", 400, "The metadata break rules")
DESERIALIZATION_FAILED = Code("DCAT_DATASET_DESERIALIZATION_FAILED", 400, "The body cannot be read")
INTERNAL_ERROR = Code("INTERNAL_ERROR", 500, "Something went wrong on our side")
DISTRIBUTION_NOT_FOUND = Code("DCAT_DISTRIBUTION_NOT_FOUND", 404, "Distribution not found")
RESOURCE_NOT_FOUND = Code("RESOURCE_NOT_FOUND", 404, "There is nothing at this address")
INVALID_REQUEST = Code("INVALID_REQUEST", 400, "A parameter, a header or the body of the request is wrong")
NOT_ALLOWED = Code("NOT_ALLOWED", 403, "This key may not do that")
METHOD_NOT_ALLOWED = Code("METHOD_NOT_ALLOWED", 405, "This address does not answer that method")
NOT_ACCEPTABLE = Code("NOT_ACCEPTABLE", 406, "We have none of the media types that you accept")
OWNER_NOT_READY = Code("OWNER_NOT_READY", 409, "The data owner may not publish yet")
EDIT_CONFLICT = Code("EDIT_CONFLICT", 409, "Somebody else is changing this data set")
KEY_IN_USE = Code("IDEMPOTENCY_KEY_IN_USE", 409, "The same request is being answered at this moment")
EDITION_CHANGED = Code("EDITION_CHANGED", 412, "Somebody else has changed this data set")
TOO_LARGE = Code("BODY_TOO_LARGE", 413, "The body is too large")
MEDIA_TYPE_UNKNOWN = Code("MEDIA_TYPE_NOT_SUPPORTED", 415, "We cannot read this media type here")
KEY_REUSED = Code("IDEMPOTENCY_KEY_REUSED", 422, "This Idempotency-Key was used for another request")
TOO_MANY_REQUESTS = Code("TOO_MANY_REQUESTS", 429, "Too many requests")
UNAVAILABLE = Code("SERVICE_UNAVAILABLE", 503, "We cannot do that at the moment")
CODES = [value for value in list(vars().values()) if isinstance(value, Code)]

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


class FieldProblem(msgspec.Struct, rename="camel", omit_defaults=True):
    """One fault in one field."""

    code: str
    path: str
    message: str
    pointer: str = ""
    section: str = ""


class ProblemDetails(msgspec.Struct, rename="camel", omit_defaults=True):
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    errors: list[FieldProblem] = []


class ErrorCode(msgspec.Struct, rename="camel"):
    """One code that this API answers with."""

    code: str
    category: str
    description: str
    http_status: int
    problem_type: str


class Problem(Exception):
    """Raised wherever a request goes wrong; the door answers with it."""

    def __init__(
        self, code: Code, detail: str, faults: Iterable[Fault] = (), headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail
        self.errors = told(faults)
        self.headers = headers or {}

    def response(self, request: HttpRequest) -> HttpResponse:
        details = ProblemDetails(
            type=self.code.type,
            title=self.code.title,
            status=self.code.status,
            detail=self.detail,
            instance=request.path,
            code=self.code.name,
            errors=self.errors,
        )
        content = msgspec.json.encode(details)
        return HttpResponse(content, MEDIA_TYPE, self.code.status, headers=self.headers)


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
