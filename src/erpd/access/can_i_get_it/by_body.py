"""What the competent body of a data set says, for the card and for programs: never as the record's words."""

from typing import Any, NamedTuple
from urllib.parse import quote

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from erpd.access.bodies.deciding import Decider
from erpd.access.models import Body
from erpd.accounts.texts import in_language
from erpd.metadata.conditions import Conditions
from erpd.metadata.conditions.reading import NONE
from erpd.pages.values import LONGEST_TITLE, Property, Value, host_of, href_of, legible

_MOST_FEES = 5  # of the tariff, on a card; its page has all


class Competent(NamedTuple):
    """The body as the card shows it."""

    name: Value
    why: str
    """Why it is the one."""
    is_reachable: bool
    """Whether it says where to ask."""
    properties: list[Property]


def iri_of(body: Body) -> str:
    """The address of its page, by which the law of the operator names it."""
    return f"{settings.NODE.base_url}{reverse('bodies:body', args=[body.slug])}"


def on_card(
    decider: Decider, ask: str, conditions: Conditions, languages: tuple[str, ...], *, has_limit: bool
) -> Competent:
    """Return what the card says of a body.

    ``ask``: the address of its page to ask. ``has_limit``: whether the law sets one: its aim is left out.
    """
    body = decider.body
    title, language = in_language(body.title, *languages)
    page = reverse("bodies:body", args=[body.slug])
    found = [Property(_("Where to ask"), "", _where(body, ask))]
    if aim := aim_of(body, has_limit=has_limit):
        said = ngettext(
            "It aims to decide within %(days)s day. That is not the limit of the law.",
            "It aims to decide within %(days)s days. That is not the limit of the law.",
            aim,
        )
        found.append(Property(_("Time to decide"), "", [Value(said % {"days": aim})]))
    if not conditions.fees or any(fee != NONE for fee in conditions.fees):
        found.append(Property(_("Fees"), "", _fees(body, page)))
    found.append(Property(_("If it refuses"), "", _redress(body)))
    name = Value(legible(title, LONGEST_TITLE), language, page, is_here=True)
    return Competent(name, str(decider.why), bool(body.ask or body.contact), found)


def aim_of(body: Body, *, has_limit: bool) -> int | None:
    """The days to a decision at which a body aims; None if it does not say, or the law gives a limit."""
    return None if has_limit else body.aim


def as_json(decider: Decider, languages: tuple[str, ...], *, has_limit: bool) -> dict[str, Any]:
    """Return what programs get of a body."""
    body = decider.body
    title, language = in_language(body.title, *languages)
    return {
        "name": {"value": title, "lang": language},
        "page": iri_of(body),
        "why": str(decider.why),
        "ask": body.ask or None,
        "contact": body.contact or None,
        "aimDays": aim_of(body, has_limit=has_limit),
        "tariff": [{"for": what, "fee": fee} for what, fee in body.tariff],
        "payOnline": body.online,
        "redress": body.redress or None,
        "lang": body.language,
    }


def _where(body: Body, ask: str) -> list[Value]:
    found = [Value(host_of(ask), href=ask)] if host_of(href_of(ask)) else []
    if body.contact:
        found.append(Value(body.contact, href=f"mailto:{quote(body.contact, safe='@')}"))
    return found or [Value(_("The body does not say where to ask."))]


def _fees(body: Body, page: str) -> list[Value]:
    found = [Value(f"{what}: {fee}", body.language) for what, fee in body.tariff[:_MOST_FEES]]
    if not found:
        found.append(Value(_("The body has not published a tariff.")))
    if body.online is not None:
        paid = _("Fees can be paid online.") if body.online else _("Fees cannot be paid online.")
        found.append(Value(paid))
    return [*found, Value(_("Everything about its fees"), href=f"{page}#fees", is_here=True)]


def _redress(body: Body) -> list[Value]:
    if not body.redress:
        return [Value(_("The body does not say who reviews its decisions."))]
    found = [Value(body.redress, body.language)]
    if body.redress_within:
        found.append(Value(body.redress_within, body.language))
    return found
