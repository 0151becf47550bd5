"""The page of a request: its data sets, what is still to do, its parts; and the list of one's requests."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from erpd.access.asking.places import AskerPlace, RequestPlace, private, request_place
from erpd.access.asking.words import STATES, state_of
from erpd.access.can_i_get_it.pages import title_of
from erpd.access.models import Part, Wanted
from erpd.access.questions import Question, asked, common, problems
from erpd.access.requests import starting
from erpd.access.requests.form import questions_of
from erpd.accounts.acts import Act, answer
from erpd.accounts.paging import words
from erpd.accounts.texts import in_language
from erpd.pages.values import Value, host_of
from erpd.register.content import records
from erpd.register.models import Catalogue, DataSet
from erpd.register.scope import scope
from erpd.register.search.reading import IndexNotReady
from erpd.register.search.result import search

_MOST_FOUND = 10
_MOST_LISTED = 100
_MOST_TITLES = 5


@dataclass(frozen=True)
class Task:
    """Something that is to do before a request can be sent."""

    label: str
    language: str
    address: str
    missing: int
    """Questions that are not answered yet, or wrongly."""


class _OfDataSet(Act):
    data_set = forms.UUIDField(widget=forms.HiddenInput)

    def found(self) -> DataSet | None:
        """The data set, if visitors may see it."""
        return scope().one(self.cleaned_data["data_set"])


class AddDataSet(_OfDataSet):
    """One more data set is asked for."""

    name = "add"

    def perform(self) -> str:
        place, found = self.place, self.found()
        if found is None:
            self.add_error(None, gettext("This data set is no longer available here."))
            return ""
        starting.add(who=place.who, request=place.asked, data_set=found, opened=place.opened)
        self.after = place.request.path
        return gettext("Added to your request.")


class RemoveDataSet(_OfDataSet):
    """A data set is no longer asked for."""

    name = "remove"

    def perform(self) -> str:
        place = self.place
        wanted = place.asked.wanted.filter(data_set__key=self.cleaned_data["data_set"]).first()
        if wanted:
            starting.remove(who=place.who, request=place.asked, data_set=wanted.data_set, opened=place.opened)
        return gettext("Removed from your request.")


class Erase(Act):
    """What was never sent is deleted."""

    name = "erase"

    def perform(self) -> str:
        place = self.place
        if starting.erase(who=place.who, request=place.asked, opened=place.opened):
            self.after = reverse("asking:mine")
        return gettext("Deleted.")


class Leave(Act):
    """What links opened is closed in this browser."""

    name = "leave"

    def perform(self) -> HttpResponse:
        self.place.request.session.flush()
        return redirect("asking:mine")


@private
def mine(request: HttpRequest) -> HttpResponse:
    """The requests of somebody, newest first."""
    place = AskerPlace(request)
    if place.who.person is None and not place.opened:
        return place.show("access/asking/way_in.html", {})
    parts = Part.objects.select_related("body", "decision").defer(
        "answers", "law", "body__form", "body__licences", "decision__letter", "decision__explanation"
    )
    found = place.mine.prefetch_related(
        Prefetch("parts", parts.order_by("pk")),
        Prefetch("wanted", Wanted.objects.order_by("pk")[:_MOST_TITLES], to_attr="first_wanted"),
    )
    rows = [
        {
            "asked": one,
            "parts": [
                (part, *in_language(part.body.title, *place.languages), state_of(part))
                for part in one.parts.all()
            ],
            "titles": _titles(one.first_wanted, place.languages),
        }
        for one in found[:_MOST_LISTED]
    ]
    acts = () if place.who.person else (Leave,)
    return answer(place, "access/asking/mine.html", acts, lambda: {"rows": rows, "most": _MOST_LISTED})


@private
def request_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """A request. ``?q=``: look for more data sets."""
    place = request_place(request, key)
    acts = (AddDataSet, RemoveDataSet, Erase) if place.drafts or not place.parts else (AddDataSet,)

    def facts() -> dict[str, Any]:
        here = request_place(request, key)
        sent = [part for part in here.parts if part.state != Part.State.DRAFT]
        q = words(request)
        return {
            "groups": _groups(here),
            "tasks": tasks(here),
            "sent": [(part, *here.body_of(part), state_of(part), STATES[part.state][1]) for part in sent],
            "has_drafts": bool(here.drafts),
            "q": q,
            "back_host": host_of(here.asked.back),
            "found": _found(here, q) if q else [],
        }

    return answer(place, "access/asking/request.html", acts, facts)


def tasks(place: RequestPlace) -> list[Task]:
    """The pages of answers of the drafts of a request, with what is missing on each."""
    drafts = place.drafts
    if not drafts:
        return []
    answers = place.asked.answers
    shared = common(*place.languages)
    found = [
        Task(
            gettext("About you and what you need"),
            "",
            reverse("asking:answers", args=[place.asked.pk]),
            len(problems(shared, answers)),
        )
    ]
    for part in drafts:
        own, given = own_questions(part), {**answers, **part.answers}
        if not own:
            continue
        wrong = problems(questions_of(part), given, files_of(part))
        missing = sum(one.id in wrong for one in own)
        name, language = place.body_of(part)
        found.append(Task(name, language, reverse("asking:part-answers", args=[part.reference]), missing))
    return found


def own_questions(part: Part) -> list[Question]:
    """What a body asks besides what every body asks, of somebody who answers so."""
    shared = {one.id for one in common()}
    every = asked(questions_of(part), {**part.request.answers, **part.answers})
    return [one for one in every if one.id not in shared]


def files_of(part: Part) -> dict[str, list[str]]:
    """The names of the files that answer questions, by the ids of these."""
    found = dict[str, list[str]]()
    for field, name in part.attachments.filter(removed=None, event=None).values_list("field", "name"):
        found.setdefault(field, []).append(name)
    return found


def _groups(place: RequestPlace) -> list[dict[str, Any]]:
    """The data sets by body; last those for which one asks elsewhere."""
    wanted = list(place.asked.wanted.select_related("data_set").order_by("pk"))
    found: list[dict[str, Any]] = []
    for part in place.parts:
        name, language = place.body_of(part)
        rows = [_row(one, place.languages) for one in wanted if one.part_id == part.pk]
        is_draft = part.state == Part.State.DRAFT
        found.append({"name": name, "language": language, "rows": rows, "is_draft": is_draft})
    elsewhere = [_row(one, place.languages) for one in wanted if one.part_id is None]
    if elsewhere:
        found.append({"name": "", "rows": elsewhere, "is_draft": bool(place.drafts) or not place.parts})
    return found


def _row(one: Wanted, languages: tuple[str, ...]) -> dict[str, Any]:
    title, language = in_language(one.title, *languages)
    ask = Value(host_of(one.ask), href=one.ask) if one.ask else None
    return {"wanted": one, "title": title or one.iri, "language": language, "ask": ask}


def _titles(wanted: Sequence[Wanted] | Any, languages: tuple[str, ...]) -> list[tuple[str, str]]:
    found = []
    for one in wanted:
        title, language = in_language(one.title, *languages)
        found.append((title or one.iri, language))
    return found


def _found(place: RequestPlace, question: str) -> list[dict[str, Any]]:
    """Protected data sets that could be added."""
    within = scope(Catalogue.Kind.PROTECTED)
    try:
        hits = search(within, question, size=_MOST_FOUND, languages=place.languages).hits
    except IndexNotReady:
        return []
    here = set(place.asked.wanted.values_list("data_set_id", flat=True))
    sets = [one for one in (within.one(hit.key) for hit in hits) if one and not one.deleted]
    return [
        {"data_set": one, "title": title_of(record, place.languages), "is_here": one.pk in here}
        for one, record in records(sets)
    ]
