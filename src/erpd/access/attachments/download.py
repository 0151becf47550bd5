"""Download a file: saved, never shown, kept by nobody on the way."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from erpd.access.attachments.actions import reachable
from erpd.access.models import Attachment
from erpd.access.opened import by_account_or_link, opened
from erpd.accounts.sign_in.signed_in import actor
from erpd.publish.methods import safe


@by_account_or_link
@safe
def download(request: HttpRequest, key: UUID) -> HttpResponse:
    """A file of a part that one may see; 404 for everybody else."""
    return as_file(reachable(who=actor(request), key=key, opened=opened(request)))


def as_file(found: Attachment) -> HttpResponse:
    """A file as every door sends it.

    A browser saves it (RFC 6266), does not guess what it is, and if it were shown all the same, nothing in it
    would run or load.
    """
    response = HttpResponse(bytes(found.content), content_type=found.media_type)
    saved_as = content_disposition_header(as_attachment=True, filename=found.name) or "attachment"
    response.headers["Content-Disposition"] = saved_as
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
