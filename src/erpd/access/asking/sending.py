"""The page on which a request is checked and sent: at first to every body, later one part again."""

import json
from typing import Any
from uuid import UUID
from zlib import crc32

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from erpd.access.asking.drafting import files_of
from erpd.access.asking.places import PartPlace, RequestPlace, part_place, private, request_place
from erpd.access.models import Part
from erpd.access.questions import as_sent, asked, common, differences, problems
from erpd.access.questions.difference import in_words, text_in
from erpd.access.questions.licences import Licence, read_licences
from erpd.access.questions.typing import name_of
from erpd.access.requests import sending
from erpd.access.requests.alike import alike
from erpd.access.requests.form import questions_of
from erpd.access.requests.requester import is_nameless
from erpd.accounts.acts import Act, answer
from erpd.accounts.texts import in_language


class Send(Act):
    """What has to be accepted is accepted, a name said, and the request goes to the bodies."""

    name = "send"

    def prepare(self) -> None:
        if is_nameless(self.place.asked):
            self.fields["full_name"] = forms.CharField(label=gettext("Your name"), max_length=200)
        for part in to_send(self.place):
            for licence in read_licences(part.body.licences):
                label = gettext("I accept: %(title)s") % {"title": self._title(licence)}
                self.fields[_field(part, licence)] = forms.BooleanField(
                    label=label, error_messages={"required": gettext("Read and accept this first.")}
                )

    def _title(self, licence: Licence) -> str:
        return in_language(licence.title, *self.place.languages)[0]

    def perform(self) -> str:
        place = self.place
        accepted = {part.pk: [one.id for one in read_licences(part.body.licences)] for part in to_send(place)}
        part = place.part if isinstance(place, PartPlace) else None
        sent = sending.submit(
            who=place.who,
            request=None if part else place.asked,
            part=part,
            opened=place.opened,
            accepted_licences=accepted,
            name=self.cleaned_data.get("full_name", ""),
        )
        if len(sent) == 1:
            self.after = reverse("asking:part", args=[sent[0].reference])
        else:
            self.after = reverse("asking:request", args=[place.asked.pk])
        return gettext("Your request was sent. We have sent you an e-mail that says so.")


@private
def send(request: HttpRequest, key: UUID) -> HttpResponse:
    """Check and send all drafts of a request."""
    place = request_place(request, key)
    if not place.drafts:
        return redirect("asking:request", key)
    return _page(place)


@private
def send_part(request: HttpRequest, reference: str) -> HttpResponse:
    """Check a part that was returned, and send it again."""
    place = part_place(request, reference)
    if place.part.state != Part.State.RETURNED:
        return redirect("asking:part", reference)
    return _page(place)


def to_send(place: RequestPlace) -> list[Part]:
    """The parts that the page is about."""
    return [place.part] if isinstance(place, PartPlace) else place.drafts


def _page(place: RequestPlace) -> HttpResponse:
    def facts() -> dict[str, Any]:
        parts = [_part(place, part) for part in to_send(place)]
        return {
            "parts": parts,
            "is_whole": not any(one["missing"] for one in parts),
            "is_nameless": is_nameless(place.asked),
            "elsewhere": place.asked.wanted.filter(part=None).order_by("pk"),
        }

    return answer(place, "access/asking/send.html", (Send,), facts)


def _part(place: RequestPlace, part: Part) -> dict[str, Any]:
    languages = place.languages
    questions = questions_of(part)
    answers = part.answers if isinstance(place, PartPlace) else {**place.asked.answers, **part.answers}
    files = files_of(part)
    wrong = problems(questions, answers, files)
    name, language = place.body_of(part)
    return {
        "part": part,
        "name": name,
        "language": language,
        "titles": [in_language(one.title, *languages) for one in part.wanted.order_by("pk")],
        "missing": [
            (text_in(one.label, *languages), _address(place, part, one.id), wrong[one.id][0])
            for one in questions
            if one.id in wrong
        ],
        "answers": [
            (
                text_in(one.label, *languages),
                in_words(one, answers.get(one.id), *languages) or ", ".join(files.get(one.id, ())),
            )
            for one in asked(questions, answers)
            if not one.is_silent
        ],
        "licences": [
            (one, in_language(one.title, *languages), in_language(one.text, *languages))
            for one in read_licences(part.body.licences)
        ],
        "alike": list(alike(part)[:5]),
        "changes": changes(part, languages, (questions, answers)),
    }


def changes(part: Part, languages: tuple[str, ...], now: Any = None) -> list[tuple[str, str, str]]:
    """What changed since the part was first sent: label, before, after. ``now``: questions and answers."""
    first = part.submissions.order_by("pk").first()
    if first is None:
        return []
    if now is None:
        last = part.submissions.order_by("-pk")[0]
        now = (as_sent(last.form, *languages), last.answers)
    found = differences((as_sent(first.form, *languages), first.answers), now, *languages)
    return [(text_in(one.question.label, *languages), one.before, one.after) for one in found]


def _address(place: RequestPlace, part: Part, question: str) -> str:
    shared = {one.id for one in common()}
    if question in shared and not isinstance(place, PartPlace):
        page = reverse("asking:answers", args=[place.asked.pk])
    else:
        page = reverse("asking:part-answers", args=[part.reference])
    one = next(one for one in questions_of(part) if one.id == question)
    return f"{page}?check=1#{name_of(one)}"


def _field(part: Part, licence: Licence) -> str:
    """Its name says what is accepted: another text would have to be accepted anew."""
    text = json.dumps(licence.as_json(), sort_keys=True)
    return f"accept-{part.pk}-{licence.id}-{crc32(text.encode()):x}"
