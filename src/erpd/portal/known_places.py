"""What programs look for at fixed addresses: robots.txt (RFC 9309), favicon.ico, security.txt (RFC 9116)."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static

from erpd.portal.search_address import SORT
from erpd.publish.methods import safe
from erpd.register.search import FACETS

NOWHERE = "@localhost.localdomain"  # the e-mail address of a node whose operator gave none
VALID = timedelta(days=180)  # RFC 9116, 2.5.5: less than a year
# Every combination of filters is a page of its own; pages of results and catalogues lead to all data sets.
_ROBOTS = "".join(
    f"{line}\n"
    for line in (
        "User-agent: *",
        "Disallow: /*facets/",
        "Disallow: /*suggestions",
        *(f"Disallow: /*?*{name}=" for name in (*FACETS, SORT)),
    )
)


@safe
def robots(_: HttpRequest) -> HttpResponse:
    """Search engines may read all but the endless combinations of filters."""
    text = f"{_ROBOTS}Sitemap: {settings.NODE.base_url}/sitemap.xml\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@safe
def favicon(_: HttpRequest) -> HttpResponse:
    """For programs that do not read the link in the pages."""
    return HttpResponseRedirect(static("pages/icon.svg"))


@safe
def security(_: HttpRequest) -> HttpResponse:
    """Whom to tell about a weakness: the ``email`` in node.toml. 404 if there is none."""
    email = settings.NODE.email
    if email.endswith(NOWHERE):
        raise Http404("This node has no contact.")
    until = (datetime.now(UTC) + VALID).replace(hour=0, minute=0, second=0, microsecond=0)
    here = f"{settings.NODE.base_url}/.well-known/security.txt"
    text = f"Contact: mailto:{email}\nExpires: {until:%Y-%m-%dT%H:%M:%SZ}\nCanonical: {here}\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
