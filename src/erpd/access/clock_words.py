"""When a decision is due and why, in words: the same for the requester and for the body."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext, ngettext

from erpd.access.law.regime import Extension, Limit
from erpd.access.law_words import cited, how_long, in_words
from erpd.access.models import Part
from erpd.pages.values import written


class Clock(NamedTuple):
    """What pages say of the time that a part has."""

    due: date | None
    is_legal: bool
    """Whether the law sets the date, and not only the aim of the body."""
    reasons: list[str]
    """Sentences, in the order in which the date follows from them."""


def clock_of(part: Part) -> Clock:
    """The clock of a part, from what was kept when it was last counted."""
    why: Mapping[str, Any] = part.why_due or {}
    return Clock(part.due, "regime" in why, list(_reasons(part, why)) if why else [])


def _reasons(part: Part, why: Mapping[str, Any]) -> list[str]:
    received = {"day": _day(why.get("received"))}
    if "regime" not in why:
        said = ngettext(
            "The body aims to decide within %(days)s day. That is not the limit of the law.",
            "The body aims to decide within %(days)s days. That is not the limit of the law.",
            why.get("aim") or 0,
        )
        return [gettext("Received on %(day)s.") % received, said % {"days": why.get("aim")}]
    limit = Limit(why["amount"], why["unit"])
    act = in_words(why.get("name") or {})
    law = {"time": how_long(limit), "act": act, "section": cited(why.get("section", ""))}
    found = [
        gettext("Received on %(day)s.") % received,
        gettext("The law gives %(time)s: %(act)s, %(section)s.") % law,
    ]
    if extension := why.get("extension"):
        longer = how_long(Extension(extension["amount"], extension["unit"]))
        facts = {"time": longer, "section": cited(extension.get("section", ""))}
        found.append(gettext("It was extended by %(time)s (%(section)s).") % facts)
    if part.extension_reasons:
        found.append(gettext("Why it was extended: %(reasons)s") % {"reasons": part.extension_reasons})
    found += [_stop(one) for one in why.get("stopped", ())]
    if part.due is None:
        found.append(gettext("The clock is stopped until the requester answers."))
    return found


def _stop(one: Mapping[str, Any]) -> str:
    facts = {"since": _day(one.get("since")), "until": _day(one.get("until"))}
    returned = one.get("why") == "returned"
    if one.get("until"):
        said = (
            gettext(
                "From %(since)s to %(until)s the clock was stopped: the request was returned for changes."
            )
            if returned
            else gettext(
                "From %(since)s to %(until)s the clock was stopped: the requester had an estimate to answer."
            )
        )
    else:
        said = (
            gettext("The clock has been stopped since %(since)s: the request was returned for changes.")
            if returned
            else gettext(
                "The clock has been stopped since %(since)s: the requester has an estimate to answer."
            )
        )
    return said % facts


def _day(text: str | None) -> str:
    return written(date.fromisoformat(text)) if text else ""
