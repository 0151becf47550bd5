"""The sitemap for search engines, each page with its languages (sitemaps.org; RFC 8288 hreflang).

Data sets are divided by the first digits of their keys, which are evenly distributed: each file is one range
of keys, however many data sets there are.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from erpd.formats.xml_text import escaped
from erpd.pages.languages import PARAMETER, interface_languages
from erpd.portal.catalogues import filled, tree
from erpd.portal.owners import listed
from erpd.publish.entry import address
from erpd.publish.methods import safe
from erpd.register.scope import scope
from erpd.register.walk import size

MOST = 2_000  # data sets in a file, on average
MOST_ALLOWED = 50_000  # addresses in a file, by the protocol
_DIGITS = 32  # of a key
_PAGES = ("search", "protected", "open", "catalogues", "publish", "harvest-us")
_SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"


@safe
def sitemap(_: HttpRequest) -> HttpResponse:
    """The list of the other files."""
    amount, digits = size(scope()), 0
    while amount > MOST * 16**digits:
        digits += 1
    names = ["pages", *(f"{number:0{digits}x}" if digits else "all" for number in range(16**digits))]
    base = settings.NODE.base_url
    rows = (f"<sitemap><loc>{base}/sitemaps/{name}.xml</loc></sitemap>" for name in names)
    return _document(f'sitemapindex xmlns="{_SITEMAPS}"', rows)


@safe
def part(_: HttpRequest, group: str) -> HttpResponse:
    """The pages that are not of one data set (``pages``), or data sets, by the first digits of their keys."""
    if group == "pages":
        return _urls(_pages())
    digits = "" if group == "all" else group
    if len(digits) > _DIGITS:
        raise Http404(group)
    first, last = UUID(digits.ljust(_DIGITS, "0")), UUID(digits.ljust(_DIGITS, "f"))
    found = scope().data_sets().filter(key__gte=first, key__lte=last).only("key", "modified")
    return _urls((address(one), one.modified) for one in found.order_by("key")[:MOST_ALLOWED])


def _pages() -> Iterator[tuple[str, datetime | None]]:
    base = settings.NODE.base_url
    for name in _PAGES:
        yield base + reverse(f"portal:{name}"), None
    for page in listed():
        yield base + page, None
    for whole in filled(tree(("en",))):
        for one in (whole, *filled(whole.parts)):
            yield base + reverse("portal:catalogue", args=[one.slug]), None


def _urls(pages: Iterable[tuple[str, datetime | None]]) -> HttpResponse:
    return _document(f'urlset xmlns="{_SITEMAPS}" xmlns:xhtml="{_XHTML}"', (_url(*page) for page in pages))


def _url(page: str, modified: datetime | None) -> str:
    page = escaped(page)
    changed = f"<lastmod>{modified:%Y-%m-%d}</lastmod>" if modified else ""
    languages = "".join(
        f'<xhtml:link rel="alternate" hreflang="{code}" href="{page}?{PARAMETER}={code}"/>'
        for code in interface_languages()
    )
    own = f'<xhtml:link rel="alternate" hreflang="x-default" href="{page}"/>'
    return f"<url><loc>{page}</loc>{changed}{languages}{own}</url>"


def _document(root: str, rows: Iterable[str]) -> HttpResponse:
    end = f"</{root.partition(' ')[0]}>"
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<{root}>", *rows, end, ""]
    return HttpResponse("\n".join(lines), content_type="application/xml")
