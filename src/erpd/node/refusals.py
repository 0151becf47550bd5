"""What the server says when it refuses a request by itself, without asking the application."""

import json
import re

MOST_BODY = 2_621_440  # bytes: what Django accepts too (DATA_UPLOAD_MAX_MEMORY_SIZE)
MOST_UPLOAD = (
    11 * 2**20
)  # bytes: a file of 10 MB, and the fields beside it, where requests for data and checks take files
MOST_HEAD = 32_768  # bytes: a search with hundreds of fields fits

_WORDS = {
    400: "The request is not valid HTTP/1.1 (RFC 9112).",
    413: "The body of the request is larger than {:,} bytes. Send less at a time.",
    431: f"The head of the request is larger than {MOST_HEAD:,} bytes. Shorten the address.",
    507: "There is no space left on the node for the body of the request. Try again later.",
    503: "Too many requests are waiting. Try again in a few seconds.",
}
_UPLOADS = re.compile(r"/(?:(?:requests|bodies/[\w-]+/desk)/|check/?\Z)")
_ACTION = re.compile(r"/api/(?:\d/)?action/")


def most_body(path: str) -> int:
    """How many bytes the body of a request to this path may have."""
    return MOST_UPLOAD if _UPLOADS.match(path) else MOST_BODY


def told(path: str, status: int, reason: str) -> tuple[str, bytes]:
    """The media type and body of a refusal: one sentence, in the form that clients of that address expect."""
    sentence = _WORDS.get(status, reason).format(most_body(path))
    if path.startswith(("/api/v1/", "/api/requests/v1/", "/check/api/")):  # RFC 9457
        kind = {413: {"type": "urn:datastore:problem:body-too-large", "code": "BODY_TOO_LARGE"}}
        said = {"title": reason, "status": status, "detail": sentence, "instance": path, "errors": []}
        return "application/problem+json", json.dumps(said | kind.get(status, {})).encode()
    if _ACTION.search(path):
        error = {"message": sentence, "__type": reason}
        return "application/json;charset=utf-8", json.dumps({"success": False, "error": error}).encode()
    return "text/plain; charset=utf-8", f"{sentence}\n".encode()
