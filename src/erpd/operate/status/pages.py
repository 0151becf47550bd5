"""``/status``: how each source is, as pages and as JSON."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from erpd.accounts.texts import in_language
from erpd.metadata.findings import Severity
from erpd.metadata.rules import RULES
from erpd.operate.status.facts import Status, statuses
from erpd.operate.words import BINS
from erpd.pages.findings import SEVERITIES
from erpd.pages.languages import reader_languages
from erpd.publish.methods import safe
from erpd.register.arrival import REFUSED
from erpd.register.catalogues import every, numbers

_SECONDS = 60  # for which programs may keep an answer


@safe
def status(request: HttpRequest) -> HttpResponse:
    """All sources, and what is here in all."""
    languages = reader_languages(request)
    facts = {"rows": [_row(one, languages) for one in statuses(timezone.now())], "numbers": _numbers()}
    return render(request, "operate/status.html", facts)


@safe
def status_json(request: HttpRequest) -> HttpResponse:
    """The same for programs."""
    return _json({"dataSets": _numbers(), "sources": [_as_json(one) for one in statuses(timezone.now())]})


@safe
def source(request: HttpRequest, slug: str) -> HttpResponse:
    """One source. 404 if there is none that everybody may know."""
    row = _row(_one(slug), reader_languages(request))
    return render(request, "operate/status_source.html", {"row": row, **row})


@safe
def source_json(request: HttpRequest, slug: str) -> HttpResponse:
    """The same for programs."""
    return _json(_as_json(_one(slug)))


def _one(slug: str) -> Status:
    found = statuses(timezone.now(), slug)
    if not found:
        raise Http404
    return found[0]


def _numbers() -> dict[str, int]:
    """How many data sets are here, by the kind of their catalogues."""
    found = {"protected": 0, "open": 0}
    catalogues = every()
    for key, number in numbers().items():
        kind = catalogues[key].kind if key in catalogues else ""
        if kind in found:
            found[kind] += number
    return found


def _row(one: Status, languages: Sequence[str]) -> dict[str, Any]:
    title, language = in_language(one.catalogue.title, *languages)
    return {
        "one": one,
        "name": title or one.catalogue.slug,
        "title_language": language,
        "received": sum(one.bins.values()),
        "refused": sum(one.bins[place] for place in REFUSED),
        "bins": [(text, one.bins[place]) for place, text in BINS.items() if one.bins[place]],
        "findings": [
            {
                "label": SEVERITIES[Severity(found.severity)],
                "severity": found.severity,
                "rule": found.rule,
                "link": RULES[found.rule].link if found.rule in RULES else "",
                "section": found.section or (RULES[found.rule].section if found.rule in RULES else ""),
                "times": found.times,
            }
            for found in one.found
        ],
    }


def _as_json(one: Status) -> dict[str, Any]:
    return {
        "source": one.slug,
        "catalogue": one.catalogue.slug,
        "country": one.catalogue.country,
        "kind": one.catalogue.kind,
        "page": f"{settings.NODE.base_url}/status/{one.slug}",
        "dataSets": one.held,
        "running": one.is_running,
        "last": {
            "ended": one.ended,
            "result": one.end,
            "received": sum(one.bins.values()),
            **one.bins,
            "gone": one.gone,
        }
        if one.end
        else None,
        "findings": [
            {name: getattr(found, name) for name in ("rule", "severity", "section", "times")}
            for found in one.found
        ],
        "next": one.next,
    }


def _json(facts: dict[str, Any]) -> HttpResponse:
    headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": f"public, max-age={_SECONDS}"}
    return JsonResponse(facts, headers=headers)
