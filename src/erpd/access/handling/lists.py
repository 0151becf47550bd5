"""The lists of a desk: which parts are in each, in which order, and how they are found."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, DateField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from erpd.access.handling.places import state_of
from erpd.access.models import Event, Part, Wanted
from erpd.access.requests.events import ANSWERS, UNANSWERED, WAITING
from erpd.access.requests.requester import called
from erpd.access.requests.states import OPEN
from erpd.access.requests.table import Action, Role, State
from erpd.accounts.texts import in_language

SOON = timedelta(days=7)
_NEVER = date.max
_TALKING = (*OPEN, State.DECIDED)  # in which somebody may still write
_BODY = (Role.HANDLER, Role.SYSTEM)
_SHOWN = 3  # titles of data sets, in a row
_MOST_DATA_SETS = 500  # that a search finds by their titles

Parts = QuerySet[Part, Part]


def _to_do(_today: date) -> Q:
    return Q(state=State.RECEIVED) | Q(waits=True, state__in=_TALKING)


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of a desk."""

    name: str
    label: Promise
    which: Callable[[date], Q]
    newest_first: bool = False
    """Otherwise what is due first comes first."""


LISTS: Mapping[str, Listing] = {
    each.name: each
    for each in (
        Listing("to-do", _("To do"), _to_do),
        Listing(
            "review", pgettext_lazy("list of requests", "Under review"), lambda _today: Q(state=State.REVIEW)
        ),
        Listing("soon", _("Due soon"), lambda today: Q(state__in=OPEN, due__range=(today, today + SOON))),
        Listing(
            "late", pgettext_lazy("list of requests", "Late"), lambda today: Q(state__in=OPEN, due__lt=today)
        ),
        Listing(
            "waiting",
            _("Waiting for the requester"),
            lambda _today: Q(state__in=(State.RETURNED, State.ESTIMATE)),
        ),
        Listing(
            "decided",
            pgettext_lazy("list of requests", "Decided"),
            lambda _today: Q(state=State.DECIDED),
            newest_first=True,
        ),
        Listing("all", pgettext_lazy("list of requests", "All"), lambda _today: Q(), newest_first=True),
    )
}
_COUNTED = ("to-do", "review", "soon", "late", "waiting")


def listed(parts: Parts, listing: Listing, today: date, after: str = "") -> Parts:
    """The parts of a list, in its order, behind the one whose ``key_of`` is ``after``."""
    found = (
        parts.filter(listing.which(today))
        .select_related("request__person", "handler")
        .prefetch_related("wanted")
    )
    last = _key(after)
    if listing.newest_first:
        return (found.filter(pk__lt=last[1]) if last else found).order_by("-pk")
    found = found.annotate(first=Coalesce("due", Value(_NEVER), output_field=DateField()))
    if last:
        found = found.filter(Q(first__gt=last[0]) | Q(first=last[0], pk__gt=last[1]))
    return found.order_by("first", "pk")


def key_of(part: Part) -> str:
    """What an address says of the last part of a page."""
    return f"{part.due or _NEVER}.{part.pk}"


def _key(text: str) -> tuple[date, int] | None:
    day, _dot, number = text.partition(".")
    try:
        return date.fromisoformat(day), int(number[:18])
    except ValueError:
        return None


def numbers(parts: Parts, today: date) -> dict[str, int]:
    """How many parts are in each list on which somebody works."""
    counts = {name: Count("pk", filter=LISTS[name].which(today)) for name in _COUNTED}
    found = parts.filter(state__in=_TALKING).aggregate(
        **{name.replace("-", "_"): count for name, count in counts.items()}
    )
    return {name: found[name.replace("-", "_")] for name in _COUNTED}


def waiting(parts: Parts, today: date) -> int:
    """How many parts wait for somebody at the desk."""
    return parts.filter(LISTS["to-do"].which(today)).count()


def found(parts: Parts, text: str) -> Parts:
    """The parts with this reference, requester or data set."""
    if not text:
        return parts
    sought = text.casefold()
    asked = Wanted.objects.filter(part__in=parts).values_list("data_set", "iri", "title").distinct()
    data_sets = {
        key
        for key, iri, title in asked
        if sought in iri.casefold() or any(sought in each.casefold() for each in title.values())
    }
    by_requester = (
        Q(request__name__icontains=text)
        | Q(request__email__icontains=text)
        | Q(request__person__name__icontains=text)
        | Q(request__person__email__icontains=text)
    )
    of_data_set = Wanted.objects.filter(part=OuterRef("pk"), data_set__in=sorted(data_sets)[:_MOST_DATA_SETS])
    return parts.filter(Q(reference__icontains=text) | by_requester | Exists(of_data_set))


def rows(page: Sequence[Part], today: date, languages: tuple[str, ...]) -> list[dict[str, Any]]:
    """What a list shows of each part."""
    news = _news(page)
    return [
        {
            "part": part,
            "requester": called(part.request),
            "titles": [in_language(one.title, *languages) for one in part.wanted.all()[:_SHOWN]],
            "more": max(0, len(part.wanted.all()) - _SHOWN),
            "state": state_of(part),
            "is_late": is_late(part, today),
            "news": news.get(part.pk, []),
        }
        for part in page
    ]


_NEWS: Mapping[str, Promise] = {
    Action.SUBMIT: _("Came back, changed"),
    Action.MESSAGE: _("A message waits"),
    Action.ACCEPT: _("The estimate was accepted"),
    Action.DECLINE: _("The estimate was declined"),
    UNANSWERED: _("The estimate was not answered"),
}


def _news(page: Sequence[Part]) -> dict[int, list[str]]:
    """What waits for the body in these parts, in words."""
    waiting = [part for part in page if part.waits]
    known = WAITING | ANSWERS | {Action.NOTE, UNANSWERED}
    acts = Event.objects.filter(part__in=waiting, action__in=known).order_by("pk")
    found: dict[int, dict[str, str]] = {}
    for part, role, action, detail in acts.values_list("part", "role", "action", "detail"):
        if role in _BODY and (action in ANSWERS or detail.get("aside")):
            found[part] = {}
        elif action == UNANSWERED or (
            role == Role.REQUESTER and (action != Action.SUBMIT or detail.get("again"))
        ):
            found.setdefault(part, {})[action] = str(_NEWS[action])
    new = {part.pk: [pgettext("request", "New")] for part in page if part.state == State.RECEIVED}
    return {part: list(told.values()) for part, told in found.items()} | new


def is_late(part: Part, today: date) -> bool:
    """Whether its due date has passed without a decision."""
    return part.state in OPEN and part.due is not None and part.due < today
