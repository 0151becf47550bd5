"""Publish, withdraw, erase; empty a test catalogue. Each page says what it means, and a button does it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext

from erpd.accounts.may import Kind, Verb
from erpd.accounts.paging import number
from erpd.accounts.sign_in.signed_in import lately, signed_in
from erpd.pages.findings import remarks, summed
from erpd.register.content import facts_of
from erpd.submit import actions
from erpd.submit.catalogue_pages.listing import title_of
from erpd.submit.catalogue_pages.reaching import Place, delivery, place
from erpd.submit.models import Delivery
from erpd.submit.refusals import NotAllowed, NotPublishable, Refusal

MOST_SHOWN = 50  # findings


@dataclass(frozen=True, slots=True)
class Act:
    """Something that is done to a data set by a button."""

    verb: Verb
    does: Callable[..., Any]
    title: Promise
    meaning: Promise
    """What follows from it."""
    button: Promise
    done: Promise


ACTS = {
    "publish": Act(
        Verb.PUBLISH,
        actions.publish,
        gettext_lazy("Publish this data set?"),
        gettext_lazy(
            "Everybody will see it here, and other portals will take it over. From then on, its "
            "identifier is permanent. You can withdraw it later."
        ),
        gettext_lazy("Publish"),
        gettext_lazy("The data set is published."),
    ),
    "withdraw": Act(
        Verb.WITHDRAW,
        actions.withdraw,
        gettext_lazy("Withdraw this data set?"),
        gettext_lazy(
            "Nobody will find it any more, and its page will say that it was withdrawn. Portals that took it "
            "over remove it when they next harvest. Its identifier stays reserved for it, so that you can "
            "publish it again."
        ),
        gettext_lazy("Withdraw"),
        gettext_lazy("The data set is withdrawn."),
    ),
    "erase": Act(
        Verb.ERASE,
        actions.erase,
        gettext_lazy("Erase this data set?"),
        gettext_lazy("It was seen by your organisation only. It will be gone, and this cannot be undone."),
        gettext_lazy("Erase"),
        gettext_lazy("The data set is erased."),
    ),
}


@signed_in
def act(request: HttpRequest, slug: str, catalogue: str, key: UUID, name: str) -> HttpResponse:
    """Ask whether to do it; do it, to the edition that was seen."""
    at = place(request, slug, catalogue)
    one = delivery(at, key)
    chosen = ACTS.get(name)
    if chosen is None:
        raise Http404
    at.demand(chosen.verb)
    facts = {"act": chosen, **named(at, one)}
    if request.method != "POST":
        return at.show("submit/act.html", facts)
    try:
        chosen.does(who=at.who, delivery=one, edition=edition_in(request))
    except Refusal as refusal:
        return refused(at, "submit/act.html", facts, refusal)
    messages.success(request, str(chosen.done))
    if chosen.verb is Verb.ERASE:
        return redirect("catalogue:list", slug, catalogue)
    return redirect("catalogue:delivery", slug, catalogue, one.pk)


@signed_in
@lately
def empty(request: HttpRequest, slug: str, catalogue: str) -> HttpResponse:
    """Erase all that is in a test catalogue."""
    at = place(request, slug, catalogue)
    if not at.is_test:
        raise Http404
    at.demand(Verb.EMPTY, Kind.CATALOGUE)
    if request.method != "POST":
        return at.show(
            "submit/empty.html", {"number": Delivery.objects.filter(catalogue=at.catalogue).count()}
        )
    erased = actions.empty(who=at.who, catalogue=at.catalogue)
    said = ngettext("%(number)d data set was erased.", "%(number)d data sets were erased.", erased)
    messages.success(request, said % {"number": erased})
    return redirect("catalogue:list", slug, catalogue)


def named(at: Place, one: Delivery) -> dict[str, Any]:
    """What pages about one data set show of it."""
    title, language = title_of(one, at.languages)
    return {"delivery": one, "title_text": title, "title_language": language, "edition": one.edition}


def edition_in(request: HttpRequest) -> int:
    """The edition that a form was made for; one that does not exist if it does not say."""
    return number(request.POST.get("edition", "")) or 0


def refused(at: Place, template: str, facts: dict[str, Any], refusal: Refusal) -> HttpResponse:
    """The page again, with why nothing was done."""
    if isinstance(refusal, NotAllowed):  # they were demoted meanwhile
        raise PermissionDenied from refusal
    found = summed(facts_of(refusal.findings)) if isinstance(refusal, NotPublishable) else []
    shown = {"refusal": refusal, "remarks": remarks(found, 0, MOST_SHOWN), "number": len(found)}
    return at.show(template, {**facts, **shown}, status=409)
