"""The pages of answers. What is typed is saved as it is, complete or not, also when the session has ended."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt

from erpd.access.asking.drafting import own_questions, tasks
from erpd.access.asking.fields import fields
from erpd.access.asking.keeping import bearer, ticket
from erpd.access.asking.places import PartPlace, RequestPlace, part_place, private, request_place
from erpd.access.attachments import actions as attachments
from erpd.access.models import Part
from erpd.access.questions import Kind, Question, asked, common, problems, typed
from erpd.access.questions.difference import in_words, text_in
from erpd.access.questions.typing import name_of
from erpd.access.requests import starting
from erpd.access.requests.form import questions_of
from erpd.access.requests.table import Action
from erpd.accounts.refusal import Refusal
from erpd.pages.errors import forged

_REMOVE = "remove:"


@csrf_exempt  # the ticket says that the form is ours
@private
def answers(request: HttpRequest, key: UUID) -> HttpResponse:
    """What every body asks. ``?check=1``: with what is still missing."""
    return _page(request, lambda trusted: request_place(request, key, trusted))


@csrf_exempt
@private
def part_answers(request: HttpRequest, reference: str) -> HttpResponse:
    """What one body asks; of a part that was returned, everything."""
    return _page(request, lambda trusted: part_place(request, reference, trusted))


def _page(request: HttpRequest, find_place: Callable[[UUID | None], RequestPlace]) -> HttpResponse:
    trusted = bearer(request) if request.method == "POST" else None
    if request.method == "POST" and trusted is None:
        return forged(request)
    try:
        place = find_place(None)
    except Http404:
        if trusted is None:
            raise
        return _kept(request, find_place(trusted))
    if request.method != "POST":
        return _show(place)
    try:
        faults = _save(place)
    except Refusal as refusal:
        return _refused(place, refusal)
    return _show(place, faults, 400) if faults else _onward(place)


def _kept(request: HttpRequest, place: RequestPlace) -> HttpResponse:
    """The session has ended: what was typed is saved all the same, then they come in again."""
    try:
        _save(place)
    except Refusal as refusal:
        return _refused(place, refusal)
    messages.warning(
        request, gettext("You were signed out. What you typed is saved; come in again to go on.")
    )
    if place.asked.person_id is None:
        return redirect("asking:new-link")
    return redirect(f"{reverse('account_login')}?{urlencode({'next': request.path})}")


def _save(place: RequestPlace) -> dict[str, Sequence[str]]:
    """Save what was typed, and the files; returns what is wrong with files, by question."""
    request, part = place.request, place.part if isinstance(place, PartPlace) else None
    shown = _questions(place)
    said = typed(shown, request.POST)
    given = {
        one.id: said.get(one.id, "") for one in shown if not one.is_silent and one.kind is not Kind.ATTACHMENT
    }
    who, opened = place.who, place.opened
    if part is None:
        place.asked.answers = starting.save(
            who=who, request=place.asked, answers=given, opened=opened
        ).answers
        return {}
    starting.save(who=who, request=place.asked, own={part.pk: given}, opened=opened)
    part.refresh_from_db(fields=["answers"])
    faults: dict[str, Sequence[str]] = {}
    do = request.POST.get("do", "")
    for one in part.attachments.filter(event=None, removed=None):
        if do == f"{_REMOVE}{one.pk}":
            attachments.remove(who=who, attachment=one, opened=opened)
    for question in shown:
        file = request.FILES.get(name_of(question)) if question.kind is Kind.ATTACHMENT else None
        if file is None:
            continue
        try:
            attachments.attach(
                who=who,
                part=part,
                opened=opened,
                field=question.id,
                name=file.name or "",
                content=file.read(attachments.MOST_BYTES + 1),
            )
        except Refusal as refusal:
            faults[question.id] = [f"{one.text} {one.advice}".strip() for one in refusal.hindrances]
    return faults


def _onward(place: RequestPlace) -> HttpResponse:
    """To the next page; or the same, if an answer brought a question that was not asked before."""
    request, do = place.request, place.request.POST.get("do", "")
    shown = {one.id for one in _questions(place) if not one.is_silent}
    was_shown = set(request.POST.getlist("shown"))
    if shown - was_shown and do != "leave":
        messages.success(request, gettext("Saved. Your answers bring more questions."))
        new = next(one for one in _questions(place) if one.id in shown - was_shown)
        return redirect(f"{request.path}#{name_of(new)}")
    messages.success(request, gettext("Saved."))
    if do.startswith(_REMOVE) or do == "stay":
        return redirect(request.path)
    is_returned = isinstance(place, PartPlace) and place.part.state == Part.State.RETURNED
    if do == "leave" and isinstance(place, PartPlace) and is_returned:
        return redirect("asking:part", place.part.reference)
    if do == "leave":
        return redirect("asking:request", place.asked.pk)
    if isinstance(place, PartPlace) and is_returned:
        return redirect("asking:part-send", place.part.reference)
    pages = [task.address for task in tasks(place)]
    here = pages.index(request.path) if request.path in pages else -1
    following = pages[here + 1 :]
    return redirect(following[0] if following else reverse("asking:send", args=[place.asked.pk]))


def _refused(place: RequestPlace, refusal: Refusal) -> HttpResponse:
    """Why it cannot be saved now, with what was typed, so that it is not lost."""
    said = typed(_every(place), place.request.POST)
    facts = {
        "refusal": refusal,
        "answers": [
            (text_in(one.label, *place.languages), in_words(one, said[one.id], *place.languages))
            for one in _every(place)
            if one.id in said
        ],
    }
    return place.show("access/asking/refused.html", facts, refusal.status)


def _show(
    place: RequestPlace, faults: Mapping[str, Sequence[str]] | None = None, status: int = 200
) -> HttpResponse:
    request, part = place.request, place.part if isinstance(place, PartPlace) else None
    if part is not None and part.state not in (Part.State.DRAFT, Part.State.RETURNED):
        return redirect("asking:part", part.reference)
    if part is None and not place.drafts and place.parts:
        return redirect("asking:request", place.asked.pk)
    shown, given = _questions(place), _given(place)
    wrong = dict(faults or {})
    attached: dict[str, list[Any]] = {}
    if part is not None:
        for one in part.attachments.filter(event=None, removed=None).order_by("at"):
            attached.setdefault(one.field, []).append(one)
    if "check" in request.GET:
        wrong = {**problems(_every(place), given, set(attached)), **wrong}
    told = _returned(part) if part else {}
    made = fields(shown, given, place.languages, wrong, attached)
    facts = {
        "fields": made,
        "has_files": any(one.question.kind is Kind.ATTACHMENT for one in made),
        "wrong": [one for one in made if one.faults],
        "ticket": ticket(request, place.asked.pk),
        "returned": told,
        "named": [one for one in made if one.question.id in told.get("questions", ())],
    }
    return place.show("access/asking/answers.html", facts, status)


def _every(place: RequestPlace) -> Sequence[Question]:
    """All questions on which those of the page may depend."""
    return questions_of(place.part) if isinstance(place, PartPlace) else common(*place.languages)


def _questions(place: RequestPlace) -> Sequence[Question]:
    """Those of the page, as far as they are asked."""
    if isinstance(place, PartPlace) and place.part.state == Part.State.DRAFT:
        return own_questions(place.part)
    return asked(_every(place), _given(place))


def _given(place: RequestPlace) -> Mapping[str, Any]:
    own = place.part.answers if isinstance(place, PartPlace) else {}
    return {**place.asked.answers, **own}


def _returned(part: Part) -> dict[str, Any]:
    """Why the body returned it, and which questions are to be answered anew."""
    if part.state != Part.State.RETURNED:
        return {}
    event = part.events.filter(action=Action.RETURN).order_by("-pk").first()
    return {"text": event.text, "questions": event.detail.get("questions", ())} if event else {}
