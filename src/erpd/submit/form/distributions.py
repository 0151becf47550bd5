"""The list of the distributions of a data set: what each lacks, and buttons that move and remove it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from erpd.accounts.paging import number as number_in
from erpd.accounts.texts import in_language
from erpd.formats.delivery.values import Json
from erpd.metadata.findings import Severity
from erpd.metadata.vocabularies import label_of
from erpd.pages.values import LONGEST_TITLE, legible, size
from erpd.submit.form.fields import BY_NAME, MORE
from erpd.submit.form.keeping import ticket
from erpd.submit.form.notes import Note, notes_of
from erpd.submit.form.opened import Misunderstood, Opened
from erpd.submit.form.steps import Failed, steps
from erpd.submit.models import Delivery
from erpd.submit.refusals import EditConflict, NotAllowed, Refusal

MOST_SHOWN = 200


class Row(NamedTuple):
    """A distribution in the list."""

    title: str
    language: str
    facts: list[str]
    """Its format, its size, its address."""
    errors: int
    """How much keeps the data set from being published."""
    number: int
    """Counted from 1."""
    href: str


def distributions(opened: Opened) -> HttpResponse:
    """Show the list; move or remove one if a button asks for that."""
    at, request, failed = opened.at, opened.at.request, None
    assert opened.one
    if request.method == "POST":
        failed = _rearranged(opened)
        if failed is None:
            return redirect(request.path)
    found = notes_of(opened)
    address = at.owner.slug, at.catalogue.slug, opened.one.pk
    facts = {
        "step": opened.step,
        "steps": steps(opened, found),
        "rows": list(_rows(opened, found)),
        "amount": len(opened.distributions),
        "failed": failed,
        "ticket": ticket(request),
        "edition": opened.one.edition,
        "adding": reverse("catalogue:add-distribution", args=address),
        "following": reverse("catalogue:edit-step", args=[*address, MORE]),
        "following_title": BY_NAME[MORE].title,
        "is_published": opened.one.state == Delivery.State.PUBLISHED,
    }
    status = 200 if failed is None else failed.refusal.status if failed.refusal else 400
    return at.show("submit/form/distributions.html", facts, status)


def _rearranged(opened: Opened) -> Failed | None:
    """Do what a button asks for. Returns why it was not done."""
    request, one = opened.at.request, opened.one
    assert one
    do, _colon, place = request.POST.get("do", "").partition(":")
    chosen, order = number_in(place), [*range(len(opened.distributions))]
    if chosen is None or chosen >= len(order) or do not in ("remove", "up"):
        raise Http404
    order.pop(chosen)
    if do == "up":
        order.insert(max(chosen - 1, 0), chosen)
    try:
        if request.POST.get("edition") != str(one.edition):
            raise EditConflict
        opened.rearrange(order)
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    except Refusal as refusal:
        return Failed(refusal)
    except Misunderstood:
        return Failed()
    return None


def _rows(opened: Opened, found: list[Note]) -> Iterator[Row]:
    errors = Counter(note.number for note in found if note.finding.severity is Severity.ERROR)
    languages = opened.at.languages
    for place, each in enumerate(opened.distributions[:MOST_SHOWN]):
        title, language = in_language(_texts(each.get("dctTitle", [])), *languages)
        facts = [
            _first(each.get("dctFormat")),
            _first(each.get("dcatByteSize")),
            _first(each.get("dcatAccessUrl")),
        ]
        shown = [
            label_of(facts[0], *languages) or facts[0],
            size(facts[1]) if facts[1] else "",
            facts[2],
        ]
        assert opened.one
        yield Row(
            legible(title, LONGEST_TITLE) or _("File or service %(number)s") % {"number": place + 1},
            language if title else "",
            [legible(one, LONGEST_TITLE) for one in shown if one],
            errors.get(place, 0),
            place + 1,
            reverse(
                "catalogue:edit-distribution",
                args=[opened.at.owner.slug, opened.at.catalogue.slug, opened.one.pk, place + 1],
            ),
        )


def _first(said: Json) -> str:
    value: Any = said[0] if isinstance(said, list) and said else said
    return "" if value is None else str(value)


def _texts(said: Json) -> Mapping[str, str]:
    values = said if isinstance(said, list) else [said]
    return {
        (one.get("lang") or "") if isinstance(one, dict) else "": one["value"]
        if isinstance(one, dict)
        else one
        for one in values
    }
