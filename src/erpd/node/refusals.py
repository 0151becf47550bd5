"""What the server says when it refuses a request by itself, without asking the application."""

import json
import re

MOST_BODY = 2_621_440  # bytes: what Django accepts too (DATA_UPLOAD_MAX_MEMORY_SIZE)
MOST_HEAD = 32_768  # bytes: a search with hundreds of fields fits

_WORDS = {
    400: "The request is not valid HTTP/1.1 (RFC 9112).",
    413: f"The body of the request is larger than {MOST_BODY:,} bytes. Send less at a time.",
    431: f"The head of the request is larger than {MOST_HEAD:,} bytes. Shorten the address.",
    503: "Too many requests are waiting. Try again in a few seconds.",
}
_ACTION = re.compile(r"/api/(?:\d/)?action/")


def told(path: str, status: int, reason: str) -> tuple[str, bytes]:
    """The media type and body of a refusal: one sentence, in the form that clients of that address expect."""
    sentence = _WORDS.get(status, reason)
    if path.startswith("/api/v1/"):  # RFC 9457
        kind = {413: {"type": "urn:datastore:problem:body-too-large", "code": "BODY_TOO_LARGE"}}
        said = {"title": reason, "status": status, "detail": sentence, "instance": path, "errors": []}
        return "application/problem+json", json.dumps(said | kind.get(status, {})).encode()
    if _ACTION.search(path):
        error = {"message": sentence, "__type": reason}
        return "application/json;charset=utf-8", json.dumps({"success": False, "error": error}).encode()
    return "text/plain; charset=utf-8", f"{sentence}\n".encode()
