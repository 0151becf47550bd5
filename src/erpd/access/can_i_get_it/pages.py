"""The page of "Can I get it?", and the three questions on the card of a data set. Nothing is stored."""

import uuid
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from erpd.access.bodies.deciding import Decider, body_of, takes_requests
from erpd.access.can_i_get_it import words
from erpd.access.can_i_get_it.asking import asked, place_to_ask, read
from erpd.access.can_i_get_it.by_body import iri_of, on_card
from erpd.access.can_i_get_it.facts import Facts, facts_of
from erpd.access.can_i_get_it.limits import Given, as_property, limits
from erpd.access.can_i_get_it.rule import ANSWERS, QUESTIONS, Answer, Outcome, Question, answer, worst
from erpd.access.decisions.kept import of_data_set
from erpd.access.decisions.words import lately, register_of
from erpd.metadata.conditions import FIELDS
from erpd.metadata.iri import is_iri
from erpd.metadata.record import Record
from erpd.metadata.terms import DCT, ODRL
from erpd.metadata.text import Text
from erpd.pages.labels import label_of_property
from erpd.pages.languages import reader_languages
from erpd.pages.terms_of_access import told
from erpd.pages.values import LONGEST_IRI, LONGEST_TITLE, Value, host_of, href_of, legible, tag_of
from erpd.publish.entry import address
from erpd.publish.methods import safe
from erpd.register.content import records
from erpd.register.models import Catalogue, DataSet
from erpd.register.scope import scope

_TERMS = {field.name: field.term for field in FIELDS}
_HERE = "/datasets/{key}/access"
Answers: TypeAlias = Mapping[Question, str]
_NO_ANSWERS: Answers = {}


class Found(NamedTuple):
    """A data set that may be seen, as far as the answer needs it."""

    data_set: DataSet
    record: Record
    facts: Facts
    decider: Decider | None
    """The competent body; None for open data."""


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


def find_named(name: str) -> Found | None:
    """Return the data set with this id, or this IRI, by which other nodes know it. None as ``find`` does."""
    try:
        return find(uuid.UUID(name))
    except ValueError:
        called = scope().called([name]) if len(name) <= LONGEST_IRI and is_iri(name) else []
        return find(called[0].key) if called else None


def found_of(data_set: DataSet, record: Record) -> Found:
    """Return what the answer needs of a data set that may be seen."""
    protected = data_set.catalogue.kind == Catalogue.Kind.PROTECTED
    facts = facts_of(record, protected=protected)
    decider = None if facts.is_open else body_of(data_set.catalogue, record)
    return Found(data_set, record, facts, decider)


@safe
def access_page(request: HttpRequest, key: str) -> HttpResponse:
    """The three questions about a data set and, if they are answered in the address, the answer."""
    found = find(uuid.UUID(key))
    if found is None:
        raise Http404(key)
    languages = reader_languages(request)
    answers, wrong = read(request.GET)
    ended = None if found.facts.is_open else of_data_set(found.data_set)
    begun = any(question in request.GET for question in QUESTIONS)
    facts: dict[str, Any] = {
        "data_set": found.data_set,
        "named": title_of(found.record, languages),
        "is_open": found.facts.is_open,
        "open": words.OPEN,
        "questions": _questions(answers, wrong if begun else {}),
        "is_wrong": bool(begun and wrong),
        "ask": _ask(found, answers),
        "ask_here": ask_here(found, answers),
        "leads_on": _leads_on(),
        "decisions": lately(ended),
        "decisions_at": register_of(ended),
        "body": found.decider.body if found.decider else None,
    }
    if not wrong:
        said = answer(found.facts, asked(answers))
        facts["outcome"] = said.outcome
        facts["name"], facts["meaning"] = words.OUTCOMES[said.outcome], words.MEANINGS[said.outcome]
        facts["parts"] = reasons_of(said, answers, languages)
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


def where_to_ask(found: Found, language: str, answers: Answers = _NO_ANSWERS) -> str:
    """Return where access is asked for: as the record says, else as the body does; "" if neither does.

    On the European node the body goes first: there it is the national point, which knows every desk. It is
    told the ``answers`` of the reader.
    """
    facts = found, language, answers
    return _by_point(*facts) or _by_record(*facts) or _by_body(*facts)


def ask_here(found: Found, answers: Answers = _NO_ANSWERS) -> str:
    """Return the page on which a request begins, if the body takes requests here; "" if not.

    The page shows the ``answers``, and puts them into the request.
    """
    body = None if found.facts.is_open or found.decider is None else found.decider.body
    if body is None or not takes_requests(body):
        return ""
    return f"{reverse('asking:new')}?{urlencode([('dataset', found.data_set.key), *answers.items()])}"


def limits_of(found: Found) -> list[Given]:
    """Return the limits of the law for a request that is made today."""
    body = found.decider.body if found.decider else None
    country = (body and body.country) or found.data_set.catalogue.country or settings.NODE.country
    return limits(found.facts.acts, timezone.now().date(), country, iri_of(body) if body else "")


def card_facts(found: Found, languages: tuple[str, ...]) -> dict[str, Any]:
    """Return what the card of protected data shows beside the conditions (``pages/card.html``)."""
    language, given = get_language() or "en", limits_of(found)
    ended = of_data_set(found.data_set)
    facts = {
        "three_questions": three_questions(found.data_set.key),
        "needs_health_permit": found.facts.needs_health_permit,
        "permit_by": told(found.facts.health_bodies, languages),
        "from_law": as_property(given),
        "ask_at": _linked(_by_point(found, language) or _by_record(found, language)),
        "ask_is_of_body": bool(_by_point(found, language)),
        "ask_here": ask_here(found),
        "decisions": lately(ended),
        "decisions_at": register_of(ended),
    }
    if found.decider:
        ask, conditions = _by_body(found, language), found.facts.conditions
        facts["competent"] = on_card(found.decider, ask, conditions, languages, has_limit=bool(given))
    return facts


def _by_record(found: Found, language: str, answers: Answers = _NO_ANSWERS) -> str:
    procedure = found.facts.conditions.procedure
    links = [href for term in procedure if host_of(href := href_of(term.value))]
    return _from_here(found, links[0], language, answers) if links else ""


def _by_point(found: Found, language: str, answers: Answers = _NO_ANSWERS) -> str:
    return _by_body(found, language, answers) if _leads_on() else ""


def _by_body(found: Found, language: str, answers: Answers = _NO_ANSWERS) -> str:
    ask = found.decider.body.ask if found.decider else ""
    return _from_here(found, ask, language, answers) if ask else ""


def _from_here(found: Found, place: str, language: str, answers: Answers) -> str:
    """On the European node, the national place is told what is asked for and where from."""
    if not _leads_on():
        return place
    return place_to_ask(place, found.record.iri, language, address(found.data_set), answers)


def _leads_on() -> bool:
    """Whether this node leads to the points of the countries, and decides nothing itself."""
    return bool(settings.NODE.role == "european")


def _ask(found: Found, answers: Answers) -> Value | None:
    return None if found.facts.is_open else _linked(where_to_ask(found, get_language() or "en", answers))


def _linked(place: str) -> Value | None:
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


def reasons_of(said: Answer, answers: Mapping[Question, str], languages: tuple[str, ...]) -> list[Part]:
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
