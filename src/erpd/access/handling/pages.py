"""The pages of a body's desk: its lists of requests, a request, and what is done with it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from erpd.access.attachments.actions import seen as files_of
from erpd.access.clock_words import clock_of
from erpd.access.handling.acts import PartAct, offered
from erpd.access.handling.asked import Asked
from erpd.access.handling.data import data_of
from erpd.access.handling.estimate_acts import CancelEstimate, Estimate
from erpd.access.handling.history import history
from erpd.access.handling.lists import LISTS, found, is_late, key_of, listed, numbers, rows
from erpd.access.handling.opening import lacking
from erpd.access.handling.outcome import outcome_of
from erpd.access.handling.outcome_acts import Grant, GrantPartly, Refuse, Revoke, about
from erpd.access.handling.places import DeskPlace, PartPlace, desk_place, part_place, state_of
from erpd.access.handling.review_acts import AskReview, EndReview, NameHandler, Take
from erpd.access.handling.talking_acts import Message, NoAnswer, Note
from erpd.access.handling.time_acts import Classify, Close, Extend, Return
from erpd.access.models import Enquiry
from erpd.access.requests.alike import alike, renewed_by
from erpd.access.requests.requester import address_of, called, language_of
from erpd.access.requests.roles import WrongState, demand
from erpd.access.requests.table import Action, allowed
from erpd.access.requests.telling import handlers
from erpd.accounts.acts import answer
from erpd.accounts.may import Kind, Thing, Verb, may
from erpd.accounts.paging import cut, words
from erpd.accounts.sign_in.signed_in import signed_in
from erpd.accounts.texts import in_language
from erpd.publish.methods import safe

_BUTTONS: tuple[type[PartAct], ...] = (Take, CancelEstimate, NoAnswer)
_WITH_PAGE: tuple[type[PartAct], ...] = (
    *(Message, Return, Estimate, Grant, GrantPartly, Refuse, Extend, Revoke),
    *(Note, AskReview, NameHandler, Classify, Close),
)
"""In the order of the page: what the requester hears of first."""
_MOST_ALIKE = 20


@signed_in
@safe
def lists(request: HttpRequest, slug: str) -> HttpResponse:
    """The parts that somebody at the desk sees. ``?list=``: which; ``?q=``: what to look for."""
    place = desk_place(request, slug)
    text = words(request)
    chosen = request.GET.get("list", "")
    listing = LISTS.get(chosen) or LISTS["all" if text or not place.is_handler else "to-do"]
    shown = found(place.parts, text)
    page = cut(request, listed(shown, listing, place.today, request.GET.get("after", "")), key_of)
    counted = numbers(place.parts, place.today)
    facts = {
        "page": page,
        "rows": rows(page.rows, place.today, place.languages),
        "lists": [(each, counted.get(each.name)) for each in LISTS.values()],
        "chosen": listing.name,
        "q": text,
        "lacking": lacking(place.body) if place.is_handler else [],
        "enquiries": _enquiries_waiting(place),
        "may_change_form": may(place.who, Verb.CHANGE, Thing(Kind.BODY, place.body.keeper_id)),
    }
    return place.show("access/handling/lists.html", facts)


@signed_in
def part_page(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """One request: what is asked, what has happened, and what can be done with it now."""
    place = part_place(request, slug, reference)
    acts: tuple[type[PartAct], ...] = (*_BUTTONS, EndReview)
    return answer(place, "access/handling/part.html", acts, lambda: _facts(place))


@signed_in
def act_page(request: HttpRequest, slug: str, reference: str, act: str) -> HttpResponse:
    """One thing that can be done with a request. 409, and why, while its state stands against it."""
    place = part_place(request, slug, reference)
    kind = next((kind for kind in _WITH_PAGE if kind.name == act), None)
    if kind is None:
        raise Http404
    facts = about(place, kind)
    try:
        demand(place.who, kind.action, place.part)
    except WrongState as wrong:
        if request.method != "POST":
            return place.show("access/handling/not_now.html", facts | {"refusal": wrong}, wrong.status)
    return answer(place, "access/handling/act.html", (kind,), lambda: facts)


def _enquiries_waiting(place: DeskPlace) -> int | None:
    """How many enquiries wait for an answer; None for those who do not answer them."""
    if not place.is_handler:
        return None
    return Enquiry.objects.filter(body=place.body, waits=True).count()


def _facts(place: PartPlace) -> dict[str, Any]:
    part, languages = place.part, place.languages
    name = called(part.request)
    asked = Asked(part, languages, with_private=place.is_handler)
    files = files_of(who=place.who, part=part)
    of_answers = [one for one in files if one.event_id is None]
    answers = asked.answered(of_answers)
    same = alike(part)[:_MOST_ALIKE] if place.is_handler else []
    may_review = place.roles & allowed(part.state, Action.REVIEW)
    return {
        "requester": name,
        "requester_address": address_of(part.request) if place.is_handler else "",
        "letters_language": language_of(part.request),
        "handler_gone": part.handler is not None and part.handler not in handlers(place.body.keeper),
        "clock": clock_of(part),
        "is_late": is_late(part, place.today),
        "asked": asked,
        "answers": answers,
        "other_files": [one for one in of_answers if one.field not in {each.id for each in answers}],
        "changed": asked.changed(),
        "accepted": [in_language(one.get("title", {}), *languages) for one in asked.licences],
        "data": data_of(part, asked.answers, languages),
        "renewed": renewed_by(part) if place.is_handler else None,
        "alike": [{"reference": one.reference, "state": state_of(one)} for one in same],
        "reviews": part.reviews.filter(ended=None).select_related("person").order_by("pk"),
        "can_end_review": bool(may_review),
        "end_review": EndReview(place),
        "buttons": [kind(place) for kind in offered(place, _BUTTONS)],
        "links": offered(place, _WITH_PAGE),
        "history": history(part, name, files),
        **outcome_of(part),
    }
