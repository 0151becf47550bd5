"""Decisions and their figures in words."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from erpd.access.can_i_get_it.rule import ANSWERS
from erpd.access.can_i_get_it.words import choice
from erpd.access.decisions.figures import GRANTED, LAPSED, PARTLY, REFUSED, WITHDRAWN, Figures
from erpd.access.decisions.kept import Lately
from erpd.access.decisions.periods import Period
from erpd.access.law_words import in_words
from erpd.pages.values import host_of, written

_OURS = "/decisions.ttl"  # beside it, a node of this product has the page

OUTCOMES = {
    GRANTED: pgettext_lazy("decision", "granted"),
    PARTLY: pgettext_lazy("decision", "granted in part"),
    REFUSED: pgettext_lazy("decision", "refused"),
    WITHDRAWN: pgettext_lazy("decision", "withdrawn"),
    LAPSED: _("closed: the requester did not answer"),
}


def lately(found: Lately | None) -> str:
    """What the last 12 months came to, in one line; "" if there were too few decisions.

    What a national point says is told as its word, with its period.
    """
    if found is None:
        return ""
    of = found.figures
    said = [gettext("%(decided)s requests decided, %(granted)s granted") % asdict(of)]
    if of.median_days is not None:
        said.append(gettext("median %(median_days)s days") % asdict(of))
    if found.said_at:
        facts = {
            "point": host_of(found.said_at),
            "first": written(found.period.since),
            "last": until(found.period),
        }
        when = gettext("The national point (%(point)s) says, from %(first)s to %(last)s:") % facts
        return f"{when} {', '.join(said)}"
    when = gettext("Last 12 months, until %(day)s:") % {"day": until(found.period)}
    return f"{when} {', '.join(said)}"


def register_of(found: Lately | None) -> str:
    """Where all decisions are: the page of this node, or of the national point; its file if it is no page."""
    if found is None or not found.said_at:
        return reverse("decisions:all")
    return found.said_at.removesuffix(".ttl") if found.said_at.endswith(_OURS) else found.said_at


def until(period: Period) -> str:
    """The last day of a period."""
    return written(period.until - timedelta(days=1))


def category(code: str) -> str:
    """Who asked."""
    return str(choice("who", code)) if code in ANSWERS["who"] else code


def ground(code: str) -> str:
    """A ground of refusal; its code if no regime that we know has it."""
    for regime in settings.LAW().regimes.values():
        if code in regime.grounds:
            return in_words(regime.grounds[code].text)
    return code


def as_json(period: Period, of: Figures | None) -> dict[str, Any]:
    """Figures as programs get them; without their numbers if there are too few decisions."""
    span = {"from": period.since.isoformat(), "until": until_day(period)}
    if of is None:
        return span
    return {
        **span,
        "decided": of.decided,
        "granted": of.granted,
        "refused": of.refused,
        "withdrawn": of.withdrawn,
        "late": of.late,
        "percentGranted": of.percent_granted,
        "medianDays": of.median_days,
        "percentile90Days": of.most_days,
    }


def until_day(period: Period) -> str:
    """The last day of a period, for programs."""
    return (period.until - timedelta(days=1)).isoformat()
