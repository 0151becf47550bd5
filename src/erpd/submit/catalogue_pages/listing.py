"""The data sets of a catalogue: last changed first, by state, by words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from erpd.accounts.may import Kind, Verb
from erpd.accounts.paging import cut, words
from erpd.accounts.sign_in.signed_in import signed_in
from erpd.publish.methods import safe
from erpd.submit.catalogue_pages.reaching import CataloguePlace, place, title_of
from erpd.submit.models import Delivery

MOST_WORDS = 10
_LISTED = (
    *("id", "identifier", "state", "way", "title", "titles", "errors", "warnings", "modified", "published"),
    *("data_set_id", "by__email", "by__name"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A data set as the list shows it."""

    delivery: Delivery
    title: str
    language: str
    href: str


@signed_in
@safe
def listing(request: HttpRequest, slug: str, catalogue: str) -> HttpResponse:
    """The page of a catalogue. People with an office see what everybody sees: what is published."""
    at = place(request, slug, catalogue)
    question = words(request)
    state = request.GET.get("state", "")
    found = _listed(at)
    if state in Delivery.State.values:
        found = found.filter(state=state)
    for word in question.casefold().split()[:MOST_WORDS]:
        found = found.filter(words__contains=word)
    after = _after(request.GET.get("after", ""))
    page = cut(request, found.filter(after) if after else found, _mark)
    facts = {
        "at_catalogue": True,
        "page": page,
        "rows": list(_rows(at, page.rows)),
        "q": question,
        "state": state,
        "states": Delivery.State.choices,
        "is_asked": bool(question or state),
        "portals_page": _portals_page(at),
        "may_empty": at.is_test and at.may(Verb.EMPTY, Kind.CATALOGUE),
    }
    return at.show("submit/catalogue.html", facts)


def _portals_page(at: CataloguePlace) -> str:
    """Where the harvest of the owner's own portal is; "" for whoever may not see it."""
    if not at.may(Verb.SEE, Kind.PORTAL):
        return ""
    return reverse("portals:list", args=[at.owner.slug, at.catalogue.slug])


def _listed(at: CataloguePlace) -> QuerySet[Delivery]:
    among = Delivery.objects.filter(owner=at.owner, catalogue=at.catalogue, removed=None)
    if not at.may(Verb.SEE):
        among = among.none() if at.is_test else among.filter(state=Delivery.State.PUBLISHED)
    return among.select_related("by").only(*_LISTED).order_by("-modified", "-pk")


def _rows(at: CataloguePlace, deliveries: Sequence[Delivery]) -> Iterator[Row]:
    name = "catalogue:delivery" if at.may(Verb.SEE) else "portal:data-set"
    given = (at.owner.slug, at.catalogue.slug) if at.may(Verb.SEE) else ()
    for one in deliveries:
        title, language = title_of(one, at.languages)
        yield Row(one, title, language, reverse(name, args=[*given, one.pk]))


def _mark(last: Delivery) -> str:
    return f"{last.modified.isoformat()}_{last.pk}"


def _after(mark: str) -> Q | None:
    """What comes after the row that an address names; None if it names none."""
    moment, _, key = mark.partition("_")
    try:
        at, pk = datetime.fromisoformat(moment), UUID(key)
        if at.tzinfo is None:
            return None
        at = at.astimezone(UTC)
    except (ValueError, OverflowError):  # in UTC, the first and last day of all may lie outside the calendar
        return None
    return Q(modified__lt=at) | Q(modified=at, pk__lt=pk)
