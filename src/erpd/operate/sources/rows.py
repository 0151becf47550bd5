"""A source as tables show it."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone

from erpd.accounts.texts import in_language
from erpd.harvest.models import Run
from erpd.harvest.worker import next_run
from erpd.operate.sources.standing import Standing
from erpd.operate.sources.trend import Bar, trends
from erpd.operate.words import Told, told


def rows_of(found: Sequence[Standing], languages: Sequence[str]) -> list[dict[str, Any]]:
    """How each is, its last and next run, in these languages."""
    drawn = trends([one.settings.pk for one in found])
    return [_row(one, drawn.get(one.settings.pk, []), languages) for one in found]


def _row(one: Standing, trend: list[Bar], languages: Sequence[str]) -> dict[str, Any]:
    settings = one.settings
    title, language = in_language(settings.source.catalogue.title, *languages)
    last: Told | None = told(one.last) if one.last else None
    is_going_on = one.last is not None and one.last.state == Run.State.RUNNING
    return {
        "settings": settings,
        "slug": settings.source.slug,
        "catalogue": title or settings.source.catalogue.slug,
        "catalogue_language": language,
        "state": one.state,
        "state_label": one.state.label,
        "needs_a_person": one.state.needs_a_person,
        "held": one.held,
        "last": last,
        "next": next_run(settings, one.last, timezone.now())
        if settings.active and not settings.removed and not is_going_on
        else None,
        "trend": trend,
        "address": reverse("operate:source", args=[settings.source.slug]),
    }
