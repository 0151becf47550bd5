"""The pages on which a body makes its form, without a programmer: questions, licences, a preview."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from erpd.access.asking.fields import fields
from erpd.access.bodies import form_actions, licence_acts
from erpd.access.bodies import form_acts as acts
from erpd.access.models import Body
from erpd.access.questions import Question, asked, common, typed
from erpd.access.questions.licences import Licence, read_licences
from erpd.access.questions.question import NO, YES
from erpd.accounts.acts import Place, answer
from erpd.accounts.may import Kind, Thing, Verb, demand
from erpd.accounts.sign_in.signed_in import signed_in
from erpd.accounts.texts import in_language
from erpd.metadata.text import EU_LANGUAGES
from erpd.pages.languages import language_name

_YES_NO = {YES: _("Yes"), NO: _("No")}


@dataclass(frozen=True)
class FormPlace(Place):
    """The form of a body, for somebody who may change it."""

    body: Body
    question: Question | None = None
    on: Question | None = None
    """The question on which ``question`` is to depend."""
    language: str = ""
    """In which its texts are written."""
    licence: Licence | None = None

    def facts(self) -> dict[str, Any]:
        name, language = in_language(self.body.title, *self.languages)
        written = language_name(self.body.language, *self.languages)
        return {
            "place": "requests",
            "body": self.body,
            "name": name,
            "name_language": language,
            "written_in": written,
            "question": self.question,
            "called": in_language(self.question.label, self.body.language)[0] if self.question else "",
        }


@signed_in
def form(request: HttpRequest, slug: str) -> HttpResponse:
    """What a body asks, and what has to be accepted."""
    place = FormPlace(request, _body(request, slug))

    def facts() -> dict[str, Any]:
        place.body.refresh_from_db()
        own = form_actions.form_of(place.body)
        labels = {one.id: in_language(one.label, place.body.language)[0] for one in (*_common(place), *own)}
        return {
            "rows": [
                {
                    "one": one,
                    "label": labels[one.id],
                    "kind": acts.KINDS[one.kind],
                    "depends_on": labels.get(one.only_if.question, "") if one.only_if else "",
                }
                for one in own
            ],
            "common": [in_language(one.label, *place.languages) for one in _common(place)],
            "licences": [
                (one.id, *in_language(one.title, place.body.language))
                for one in read_licences(place.body.licences)
            ],
        }

    offered = (acts.Move, acts.RemoveQuestion, licence_acts.RemoveLicence)
    return answer(place, "access/form_making/form.html", offered, facts)


@signed_in
def question(request: HttpRequest, slug: str, key: str = "") -> HttpResponse:
    """A question is added or changed. ``?in=fr``: its texts in another language."""
    body = _body(request, slug)
    one = form_actions.one_of(body, key) if key else None
    language = request.GET.get("in", "")
    if one and language and language != body.language:
        if language not in EU_LANGUAGES:
            raise Http404
        place = FormPlace(request, body, one, language=language)
        said = {"other": language_name(language, *place.languages)}
        return answer(place, "access/form_making/words.html", (acts.SaveWords,), lambda: said)
    place = FormPlace(request, body, one)

    def facts() -> dict[str, Any]:
        others = [
            (code, language_name(code, *place.languages), one is not None and code in one.label)
            for code in EU_LANGUAGES
            if code != body.language
        ]
        return {"others": others, "condition": _condition(place), "may_depend": _earlier(place)}

    return answer(place, "access/form_making/question.html", (acts.SaveQuestion,), facts)


@signed_in
def condition(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """When a question is asked. ``?on=``: the earlier question on which it depends."""
    body = _body(request, slug)
    one = form_actions.one_of(body, key)
    earlier = form_actions.deciding(body, one)
    on = next((each for each in earlier if each.id == request.GET.get("on", "")), None)
    if on is None:
        raise Http404
    place = FormPlace(request, body, one, on)
    said = {"on": in_language(on.label, *place.languages)}
    return answer(place, "access/form_making/condition.html", (acts.SaveCondition,), lambda: said)


@signed_in
def licence(request: HttpRequest, slug: str, key: str = "") -> HttpResponse:
    """A licence is added or changed."""
    body = _body(request, slug)
    one = form_actions.licence_of(body, key) if key else None
    place = FormPlace(request, body, licence=one)
    return answer(
        place, "access/form_making/licence.html", (licence_acts.SaveLicence,), lambda: {"licence": one}
    )


@signed_in
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """The form as people see it. What is typed there is not kept: it shows what depends on it."""
    place = FormPlace(request, _body(request, slug))
    every = (*common(*place.languages), *form_actions.form_of(place.body))
    answers = typed(every, request.POST if request.method == "POST" else request.GET)
    shown = asked(every, answers)
    facts = {"fields": fields(shown, answers, place.languages), "left_out": len(every) - len(shown)}
    return place.show("access/form_making/preview.html", facts)


def _body(request: HttpRequest, slug: str) -> Body:
    """Raises Http404 if there is none, or they may not change it."""
    found = Body.objects.filter(slug=slug).select_related("keeper").first()
    if found is None:
        raise Http404
    demand(Place(request).who, Verb.CHANGE, Thing(Kind.BODY, found.keeper_id))
    return found


def _common(place: FormPlace) -> tuple[Question, ...]:
    return common(*place.languages)


def _condition(place: FormPlace) -> dict[str, Any] | None:
    one = place.question
    if one is None or one.only_if is None:
        return None
    every = {each.id: each for each in (*_common(place), *form_actions.form_of(place.body))}
    on = every[one.only_if.question]
    labels = {option.id: in_language(option.label, *place.languages)[0] for option in on.options}
    words = [labels.get(value, "") or str(_YES_NO[value]) for value in one.only_if.values]
    return {"on": in_language(on.label, *place.languages), "values": words}


def _earlier(place: FormPlace) -> list[tuple[str, str]]:
    if place.question is None:
        return []
    found = form_actions.deciding(place.body, place.question)
    return [(one.id, in_language(one.label, *place.languages)[0]) for one in found]
