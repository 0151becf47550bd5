"""What goes wrong in any API with keys, as problem details (RFC 9457) with codes that do not change."""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec
from django.http import HttpRequest, HttpResponse

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Code:
    """One code of an API: its status, and what it means."""

    name: str
    status: int
    title: str

    @property
    def type(self) -> str:
        return f"urn:datastore:problem:{self.name.lower().replace('_', '-')}"


INTERNAL_ERROR = Code("INTERNAL_ERROR", 500, "Something went wrong on our side")
RESOURCE_NOT_FOUND = Code("RESOURCE_NOT_FOUND", 404, "There is nothing at this address")
INVALID_REQUEST = Code("INVALID_REQUEST", 400, "A parameter, a header or the body of the request is wrong")
NOT_ALLOWED = Code("NOT_ALLOWED", 403, "This key may not do that")
METHOD_NOT_ALLOWED = Code("METHOD_NOT_ALLOWED", 405, "This address does not answer that method")
TOO_LARGE = Code("BODY_TOO_LARGE", 413, "The body is too large")
MEDIA_TYPE_UNKNOWN = Code("MEDIA_TYPE_NOT_SUPPORTED", 415, "We cannot read this media type here")
TOO_MANY_REQUESTS = Code("TOO_MANY_REQUESTS", 429, "Too many requests")
KEY_IN_USE = Code("IDEMPOTENCY_KEY_IN_USE", 409, "The same request is being answered at this moment")
KEY_REUSED = Code("IDEMPOTENCY_KEY_REUSED", 422, "This Idempotency-Key was used for another request")
UNAVAILABLE = Code("SERVICE_UNAVAILABLE", 503, "We cannot do that at the moment")


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


class Problem(Exception):
    """Raised wherever a request goes wrong; the door answers with it."""

    def __init__(
        self,
        code: Code,
        detail: str,
        errors: Iterable[FieldProblem] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail
        self.errors = list(errors)
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
