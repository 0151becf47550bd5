"""`/law`: which law holds on a day, in plain words."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from erpd.access.law import Due, Law, Place, PlaceUnknown, Regime
from erpd.access.law.regime import KINDS
from erpd.access.law_words import cited, how_long, in_words, with_section
from erpd.metadata.acts import eli
from erpd.metadata.terms import expand
from erpd.pages.labels import label_of_property
from erpd.publish.methods import safe

_KINDS = {
    "ordinary": gettext_noop("Time to decide"),
    "complex": gettext_noop("Time to decide, for particularly complex requests"),
    "protected": gettext_noop("Time to decide, for protected data"),
}
_CAUSES = {
    "returned": gettext_noop("while a request is returned for changes"),
    "estimate": gettext_noop("while a cost estimate waits for acceptance"),
}


@dataclass(frozen=True)
class Row:
    """A regime as the page shows it."""

    regime: Regime
    name: str
    note: str
    until: date | None
    act: str
    act_name: str
    limits: list[tuple[str, str, str]]
    """What for, how long, section."""
    shorter: list[tuple[str, str]]
    """How long in this country, by which law."""
    extension: str
    ground: str
    stops: list[str]
    grounds: list[str]
    redress: str
    fields: list[str]
    due: Due | None
    """When a decision is due on what is received that day."""
    extended: Due | None


@safe
def law_page(request: HttpRequest) -> HttpResponse:
    """The regimes that apply on the day ``on``, by default today; those that are pending; the others."""
    asked = request.GET.get("on", "")
    try:
        day = date.fromisoformat(asked) if asked else timezone.localdate()
        fault = ""
    except ValueError:
        day, fault = timezone.localdate(), gettext("This is not a date. Write dates as 2026-01-31.")
    law: Law = settings.LAW()
    holding = law.on(day)
    others = [regime for _, regime in sorted(law.regimes.items()) if regime not in holding]
    facts = {
        "on": day,
        "asked": asked,
        "fault": fault,
        "holding": [_row(law, each, day) for each in holding],
        "pending": [_row(law, each, day) for each in others if each.since is None],
        "dated": [_row(law, each, day) for each in others if each.since],
        "place": "law",
    }
    return render(request, "access/law.html", facts, status=400 if fault else 200)


def _act_name(act: str) -> str:
    kind, _, number = act.partition("/")
    words = {"reg": gettext("Regulation %(number)s"), "dir": gettext("Directive %(number)s")}
    return words.get(kind, "%(number)s") % {"number": number}


def _row(law: Law, regime: Regime, day: date) -> Row:
    applied = law.applied(regime, day, settings.NODE.country)
    place = Place(settings.NODE.country)
    try:
        due = applied.due(day, place)
        extended = applied.due(day, place, extended=True) if regime.since else None
    except PlaceUnknown:  # the European node, or a day of another century
        due = extended = None
    given = [(gettext(_KINDS[kind]), getattr(regime.limits, kind)) for kind in KINDS]
    fields = [field.partition("/") for field in regime.asset_list.fields]
    return Row(
        regime,
        in_words(regime.name),
        in_words(regime.note),
        law.until(regime),
        eli(regime.act),
        _act_name(regime.act),
        [(title, how_long(limit), cited(limit.section)) for title, limit in given if limit.amount],
        [
            (how_long(limit), cited(each.source))
            for each in applied.overrides
            if not each.body
            for kind in KINDS
            if (limit := getattr(each.limits, kind)).amount
        ],
        how_long(regime.extension) if regime.extension.amount else "",
        in_words(regime.extension.ground),
        [gettext(_CAUSES[cause]) for cause in regime.clock.stops],
        [with_section(in_words(each.text), cited(each.section)) for each in regime.grounds.values()],
        with_section(in_words(regime.redress.text), cited(regime.redress.section)),
        [label_of_property(expand(kind), expand(name)) for kind, _, name in fields],
        due,
        extended,
    )
