"""The page of "Can I get it?", and the three questions on the card of a data set. Nothing is stored."""

import uuid
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from erpd.access.can_i_get_it import words
from erpd.access.can_i_get_it.asking import asked, place_to_ask, read
from erpd.access.can_i_get_it.facts import Facts, facts_of
from erpd.access.can_i_get_it.limits import limits
from erpd.access.can_i_get_it.rule import ANSWERS, QUESTIONS, Answer, Outcome, Question, answer, worst
from erpd.metadata.conditions import FIELDS
from erpd.metadata.record import Record
from erpd.metadata.terms import DCT, ODRL
from erpd.metadata.text import Text
from erpd.pages.labels import label_of_property
from erpd.pages.languages import reader_languages
from erpd.pages.terms_of_access import told
from erpd.pages.values import LONGEST_TITLE, Value, host_of, href_of, legible, tag_of
from erpd.publish.entry import address
from erpd.publish.methods import safe
from erpd.register.content import records
from erpd.register.models import Catalogue, DataSet
from erpd.register.scope import scope

_TERMS = {field.name: field.term for field in FIELDS}
_HERE = "/datasets/{key}/access"


class Found(NamedTuple):
    """A data set that may be seen, as far as the answer needs it."""

    data_set: DataSet
    record: Record
    facts: Facts


class Told(NamedTuple):
    """A reason in words, with the value of the record that decided."""

    text: str
    label: str
    values: list[Value]
    said: list[Value]


class Part(NamedTuple):
    """The reasons that belong to one question, or to none."""

    title: str
    answered: str
    outcome: Outcome
    name: str
    """What the outcome is called."""
    reasons: list[Told]


def find(key: uuid.UUID) -> Found | None:
    """Return a data set that visitors may see; None if there is none, or it was removed."""
    data_set = scope().one(key)
    if data_set is None or data_set.deleted:
        return None
    return found_of(data_set, records([data_set])[0][1])


def found_of(data_set: DataSet, record: Record) -> Found:
    """Return what the answer needs of a data set that may be seen."""
    protected = data_set.catalogue.kind == Catalogue.Kind.PROTECTED
    return Found(data_set, record, facts_of(record, protected=protected))


@safe
def access_page(request: HttpRequest, key: str) -> HttpResponse:
    """The three questions about a data set and, if they are answered in the address, the answer."""
    found = find(uuid.UUID(key))
    if found is None:
        raise Http404(key)
    languages = reader_languages(request)
    answers, wrong = read(request.GET)
    begun = any(question in request.GET for question in QUESTIONS)
    facts: dict[str, Any] = {
        "data_set": found.data_set,
        "named": title_of(found.record, languages),
        "is_open": found.facts.is_open,
        "open": words.OPEN,
        "questions": _questions(answers, wrong if begun else {}),
        "is_wrong": bool(begun and wrong),
        "ask": _ask(found),
    }
    if not wrong:
        said = answer(found.facts, asked(answers))
        facts["outcome"] = said.outcome
        facts["name"], facts["meaning"] = words.OUTCOMES[said.outcome], words.MEANINGS[said.outcome]
        facts["parts"] = _parts(said, answers, languages)
    response = render(request, "access/can_i_get_it.html", facts)
    response.headers["X-Robots-Tag"] = "noindex"  # an answer for each combination, of each data set
    return response


def three_questions(key: uuid.UUID) -> SafeString:
    """The form on the card of a data set, in the language of the page."""
    return SafeString(
        _form(get_language() or "en").replace(_HERE, reverse("access:can-i-get-it", args=[key]))
    )


@cache
def _form(language: str) -> str:
    return render_to_string("access/questions.html", {"questions": _questions({}, {}), "action": _HERE})


def title_of(record: Record, languages: tuple[str, ...]) -> Value:
    """Return the title of a data set for readers of ``languages``; its IRI if it has none."""
    text, language = Text.of(record.values(DCT.title)).best(*languages)
    return Value(legible(text or record.iri or record.identifier, LONGEST_TITLE), tag_of(language))


def place_of(found: Found, language: str) -> str:
    """Return where access is asked for, "" if the record says no procedure.

    On the European node this is the national place, which is told what is asked for and where from.
    """
    conditions = found.facts.conditions
    links = [href for term in conditions.procedure if host_of(href := href_of(term.value))]
    if not links or settings.NODE.role != "european":
        return links[0] if links else ""
    return place_to_ask(links[0], found.record.iri, language, address(found.data_set))


def card_facts(found: Found, languages: tuple[str, ...]) -> dict[str, Any]:
    """Return what the card of protected data shows beside the conditions (``pages/card.html``)."""
    return {
        "three_questions": three_questions(found.data_set.key),
        "needs_health_permit": found.facts.needs_health_permit,
        "permit_by": told(found.facts.health_bodies, languages),
        "from_law": limits(
            found.facts.acts, timezone.now().date(), found.data_set.catalogue.country or settings.NODE.country
        ),
        "ask_at": place_of(found, get_language() or "en"),
    }


def _ask(found: Found) -> Value | None:
    place = "" if found.facts.is_open else place_of(found, get_language() or "en")
    return Value(host_of(place), href=place) if place else None


def _questions(answers: Mapping[Question, str], wrong: Mapping[Question, str]) -> list[dict[str, Any]]:
    return [
        {
            "name": question,
            "text": words.QUESTIONS[question],
            "choices": [(code, words.choice(question, code)) for code in ANSWERS[question]],
            "chosen": answers.get(question, ""),
            "wrong": wrong.get(question, ""),
        }
        for question in QUESTIONS
    ]


def _parts(said: Answer, answers: Mapping[Question, str], languages: tuple[str, ...]) -> list[Part]:
    titles = [(question, str(words.QUESTIONS[question])) for question in QUESTIONS]
    return [
        Part(
            title,
            words.choice(question, answers[question]) if question else "",
            (outcome := worst(reason.outcome for reason in reasons)),
            str(words.OUTCOMES[outcome]),
            [
                Told(
                    str(words.RULES[reason.rule]),
                    label_of_property(ODRL.Offer, _TERMS[reason.field]) if reason.field else "",
                    told(reason.values, languages),
                    told(reason.said, languages),
                )
                for reason in reasons
            ],
        )
        for question, title in [*titles, (None, "")]
        if (reasons := said.of(question))
    ]
