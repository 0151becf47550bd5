"""A data set in schema.org terms, for programs that ask for that profile; search engines read the page."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from erpd.metadata.view import View
from erpd.pages.languages import reader_languages
from erpd.pages.presentation import ON_A_PAGE, present
from erpd.pages.turning import Turning
from erpd.portal.catalogues import title_of
from erpd.portal.json_ld import SHORTEST, json_ld
from erpd.portal.neighbours import neighbours, titled
from erpd.publish.entry import address
from erpd.publish.profiles import SCHEMA_ORG, UnknownProfile, asked_for, say
from erpd.register.content import records
from erpd.register.models import Catalogue, DataSet
from erpd.register.scope import Scope


def in_schema_org(request: HttpRequest, found: DataSet, within: Scope) -> HttpResponse | None:
    """The answer to ``?profile=schema.org``; None if the request wants something else.

    406 if the record lacks what schema.org needs, 400 if there is no such profile.
    """
    try:
        if found.deleted or asked_for(request, SCHEMA_ORG) is not SCHEMA_ORG:
            return None
    except UnknownProfile as error:
        return _refused(400, f"{error}\n")
    languages = reader_languages(request)
    record = records([found])[0][1]
    shown = present(
        record,
        languages,
        lambda total: Turning.read(request, "distributions", total, ON_A_PAGE, "distributions"),
        protected=found.catalogue.kind == Catalogue.Kind.PROTECTED,
        here=titled(neighbours(within, found, lambda: record), languages),
    )
    written = json_ld(
        shown,
        View(record),
        languages,
        url=address(found),
        catalogue=title_of(found.catalogue, languages).text,
        catalogue_url=settings.NODE.base_url + reverse("portal:catalogue", args=[found.catalogue.slug]),
    )
    if written:
        response = HttpResponse(written, content_type="application/ld+json")
        say(response, SCHEMA_ORG)
        response["Access-Control-Allow-Origin"] = "*"
    else:
        lacking = (
            f"In schema.org, a data set needs a title and a description of {SHORTEST} characters or more.\n"
        )
        response = _refused(406, lacking)
    patch_vary_headers(response, ["Accept", "Accept-Profile", "Accept-Language"])
    return response


def _refused(status: int, sentence: str) -> HttpResponse:
    response = HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")
    response["Access-Control-Allow-Origin"] = "*"
    return response
