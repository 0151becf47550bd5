"""The views of the pages. Each reads the address, queries once, and renders."""

import uuid
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from erpd.access.bodies import deciding
from erpd.access.can_i_get_it.pages import card_facts, found_of
from erpd.access.decisions.kept import of_data_set
from erpd.formats.rdf.syntaxes import SYNTAXES
from erpd.metadata.record import Record
from erpd.metadata.view import View
from erpd.pages.findings import distribution_names, remarks
from erpd.pages.freshness import answered, etag_of
from erpd.pages.languages import reader_languages
from erpd.pages.record_page import record_facts
from erpd.pages.turning import Turning
from erpd.pages.values import Value
from erpd.portal.catalogues import filled, find, title_of, tree
from erpd.portal.freshness import kept_while_unchanged
from erpd.portal.json_ld import json_ld
from erpd.portal.neighbours import neighbours, titled
from erpd.portal.owners import owner_of
from erpd.portal.results import results, switch
from erpd.portal.schema_org import in_schema_org
from erpd.portal.search_address import PAGE, SearchAddress
from erpd.publish.catalogue.negotiation import or_rdf
from erpd.publish.doors import entrances
from erpd.publish.entry import address
from erpd.publish.linked_data import MEDIA_TYPES, announce, negotiated
from erpd.publish.methods import safe
from erpd.register.content import records
from erpd.register.models import Catalogue, DataSet
from erpd.register.scope import Scope, scope
from erpd.register.search import IndexNotReady
from erpd.register.search.document import publisher_of
from erpd.submit.questions.askable import is_askable

# Field of the address of a data set: which notes on it.
NOTES = "notes"
MOST_NOTES = 50  # on a page
# Field of the address of a catalogue: which of its parts.
PARTS = "parts"
MOST_PARTS = 60  # on a page
MOST_CATALOGUES = 25


@safe
@or_rdf
@kept_while_unchanged
def search(request: HttpRequest, name: str) -> HttpResponse:
    """The search in all data sets, or in the protected or open ones."""
    return _with_results(request, scope(name), "portal/search.html", {"name": name, "place": "search"})


@safe
@kept_while_unchanged
def catalogues(request: HttpRequest) -> HttpResponse:
    """Every catalogue, with its parts and its number of data sets."""
    every = filled(tree(reader_languages(request)))
    for entry in every:
        entry.parts = filled(entry.parts)
    turning = Turning.read(request, PAGE, len(every), MOST_CATALOGUES)
    return render(
        request,
        "portal/catalogues.html",
        {
            "catalogues": every[turning.start : turning.start + turning.size],
            "turning": turning,
            "most_parts": MOST_PARTS,
            "place": "catalogues",
        },
    )


@safe
@or_rdf
@kept_while_unchanged
def catalogue(request: HttpRequest, name: str) -> HttpResponse:
    """One catalogue: what it is, how to harvest it, and a search within it."""
    chosen, whole = find(tree(reader_languages(request)), name)
    if chosen is None:
        raise Http404(name)
    chosen.parts = filled(chosen.parts)
    within = scope(name)
    turning = Turning.read(request, PARTS, len(chosen.parts), MOST_PARTS, PARTS)
    facts = {
        "name": name,
        "catalogue": chosen,
        "whole": whole,
        "entrances": entrances(within),
        "owner": owner_of(name),
        "parts": chosen.parts[turning.start : turning.start + turning.size],
        "turning": turning,
    }
    return _with_results(request, within, "portal/catalogue.html", facts)


@safe
def data_set(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """One data set, as a page or, depending on ``Accept``, as RDF. 410 if it has been deleted (G3.4.3)."""
    within = scope(name)
    found = within.one(uuid.UUID(key))
    if found is None:
        raise Http404(key)
    response = in_schema_org(request, found, within) or negotiated(request, found)
    if response is None:
        response = _gone(request, found) if found.deleted else _data_set_page(request, found, within)
        announce(response, found)
    return response


def _with_results(request: HttpRequest, within: Scope, template: str, facts: dict[str, Any]) -> HttpResponse:
    facts["prefix"] = within.prefix
    facts["switch"] = switch(SearchAddress.read(request.path, request.GET))
    try:
        facts["results"] = results(request, within)
    except IndexNotReady:
        response = render(request, template, facts, status=503)
        response["Retry-After"] = "10"
        return response
    response = render(request, template, facts)
    if request.headers.get("HX-Request"):
        response["HX-Push-Url"] = facts["results"].asked.url  # without the empty fields of the form
    return response


def _data_set_page(request: HttpRequest, found: DataSet, within: Scope) -> HttpResponse:
    @cache
    def record() -> Record:
        return records([found])[0][1]

    languages = reader_languages(request)
    others = neighbours(within, found, record)
    question = settings.NODE.role == "national" and is_askable(found.key)
    bodies = deciding.state(found.catalogue)
    seen = (
        question,
        timezone.now().date(),  # on which a limit of the law may begin or end
        request.get_full_path(),
        languages,
        get_language(),
        [getattr(found, field.attname) for field in DataSet._meta.concrete_fields],
        found.source.slug,
        [getattr(found.catalogue, field.attname) for field in Catalogue._meta.concrete_fields],
        bodies,
        (bodies or settings.NODE.role == "european") and of_data_set(found),  # else nobody has decided
        [(other.key, other.iri, other.change, other.digest) for other in others],
    )

    def made() -> HttpResponse:
        facts = _facts(request, found, record(), languages, titled(others, languages))
        facts["has_questions"] = question
        return render(request, "portal/data_set.html", facts)

    return answered(request, etag_of(seen), made)


def _facts(
    request: HttpRequest,
    found: DataSet,
    record: Record,
    languages: tuple[str, ...],
    here: Mapping[str, Value],
) -> dict[str, Any]:
    catalogue = title_of(found.catalogue, languages)
    protected = found.catalogue.kind == Catalogue.Kind.PROTECTED
    shown = record_facts(request, record, languages, protected=protected, here=here)
    notes = Turning.read(request, NOTES, len(found.findings), MOST_NOTES, "remarks")
    url = address(found)
    view = View(record)
    if not shown["shown"].is_open:
        shown |= card_facts(found_of(found, record), languages)
    return {
        **shown,
        "data_set": found,
        "catalogue": catalogue,
        "url": url,
        "publisher_name": publisher_of(view),
        "remarks": remarks(
            found.findings, notes.start, notes.size, names=lambda: distribution_names(record, languages)
        ),
        "notes": notes,
        "syntaxes": [
            (SYNTAXES[suffix].title, media_type, address(found, suffix))
            for suffix, media_type in MEDIA_TYPES.items()
        ],
        "json_ld": json_ld(
            shown["shown"],
            view,
            languages,
            url=url,
            catalogue=catalogue.text,
            catalogue_url=settings.NODE.base_url + reverse("portal:catalogue", args=[found.catalogue.slug]),
        ),
    }


def _gone(request: HttpRequest, found: DataSet) -> HttpResponse:
    return render(request, "portal/gone.html", {"data_set": found}, status=410)
