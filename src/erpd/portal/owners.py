"""The page of an owner that everybody sees: /owners/health. Its members have theirs below /owners/health/."""

from itertools import islice
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from erpd.accounts.models import Owner
from erpd.accounts.readiness import CONFIRMED_FOR
from erpd.accounts.texts import in_language
from erpd.pages.freshness import answered, etag_of
from erpd.pages.languages import reader_languages
from erpd.portal.catalogues import Entry, entry
from erpd.portal.hits import hits
from erpd.publish.methods import safe
from erpd.register import changes
from erpd.register.catalogues import every, numbers, state
from erpd.register.scope import VISIBLE, scope

MOST_CATALOGUES = 60
MOST_NEWEST = 5
_FIELDS = ("pk", "slug", "title", "about", "contact", "confirmed")


@safe
def owner(request: HttpRequest, slug: str) -> HttpResponse:
    """What an approved owner is, and what it publishes. Any other name leads to the pages of members."""
    found = Owner.objects.filter(slug=slug, state=Owner.State.APPROVED).only(*_FIELDS).first()
    if found is None:
        return HttpResponseRedirect(f"/owners/{slug}/")
    held = frozenset(found.holdings.values_list("catalogue_id", flat=True))
    languages, contact = reader_languages(request), contact_of(found)
    seen = (
        request.get_full_path(),
        languages,
        get_language(),
        [getattr(found, name) for name in _FIELDS],
        contact,
        sorted(held),
        changes.last(),
        state(),
    )

    def made() -> HttpResponse:
        return render(request, "portal/owner.html", _facts(found, held, contact, languages))

    return answered(request, etag_of(seen), made)


def contact_of(found: Owner) -> str:
    """The address for questions, if it was confirmed within a year (P, condition 2); otherwise ""."""
    fresh = found.confirmed and found.confirmed > timezone.now() - CONFIRMED_FOR
    return found.contact if fresh else ""


def owner_of(catalogue: str) -> str:
    """The slug of the owner whose catalogue this is; "" if it belongs to none, as on the European node."""
    if settings.NODE.role == "european":
        return ""
    holding = Owner.objects.filter(state=Owner.State.APPROVED, holdings__catalogue__slug=catalogue)
    return holding.values_list("slug", flat=True).first() or ""


def listed() -> list[str]:
    """The addresses of the pages of all approved owners."""
    slugs = Owner.objects.filter(state=Owner.State.APPROVED).order_by("slug").values_list("slug", flat=True)
    return [reverse("portal:owner", args=[slug]) for slug in slugs]


def _facts(found: Owner, held: frozenset[int], contact: str, languages: tuple[str, ...]) -> dict[str, Any]:
    name, name_language = in_language(found.title, *languages)
    about, about_language = in_language(found.about, *languages)
    counted = numbers()
    shown = [
        entry(catalogue, languages, counted.get(key, 0))
        for key, catalogue in every().items()
        if key in held and catalogue.kind in VISIBLE
    ]
    return {
        "owner": found,
        "name": name or found.slug,
        "name_language": name_language,
        "about": about,
        "about_language": about_language,
        "contact": contact,
        "catalogues": shown[:MOST_CATALOGUES],
        "number": sum(one.number for one in shown),
        "hits": hits(scope(), _newest(shown), "", languages),
    }


def _newest(catalogues: list[Entry]) -> list[Any]:
    """The keys of the data sets that were changed last."""
    rows: list[tuple[int, Any]] = []
    for one in catalogues[:MOST_CATALOGUES]:
        if one.number:
            found: Any = scope(one.slug).data_sets().order_by("-change").values_list("change", "key")
            rows += found[:MOST_NEWEST]
    return [key for _, key in islice(sorted(rows, reverse=True), MOST_NEWEST)]
