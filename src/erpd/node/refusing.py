"""What the server answers by itself, to programs and to people."""

from typing import Any

from erpd.node.refusals import most_body, told
from erpd.pages.errors import too_large


def refusal(request: Any, status: int, reason: str) -> tuple[str, bytes]:
    """The media type and body of a refusal. ``request``: as the server has read it, perhaps in part.

    Who sends a form that is too large from a browser reads a page, in their language.
    """
    path, headers = getattr(request, "path", ""), getattr(request, "headers", {})
    media_type, body = told(path, status, reason)
    if status == 413 and media_type.startswith("text/plain") and "text/html" in headers.get("ACCEPT", ""):
        page = too_large(most_body(path), headers.get("ACCEPT_LANGUAGE", ""), headers.get("COOKIE", ""))
        return "text/html; charset=utf-8", page.encode()
    return media_type, body
