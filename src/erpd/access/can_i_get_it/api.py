"""The answer for programs, as JSON. Errors are problem details (RFC 9457)."""

import json
import re
import uuid
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from erpd.access.can_i_get_it import words
from erpd.access.can_i_get_it.asking import asked, read
from erpd.access.can_i_get_it.by_body import as_json
from erpd.access.can_i_get_it.limits import Given
from erpd.access.can_i_get_it.pages import Found, find, limits_of, where_to_ask
from erpd.access.can_i_get_it.rule import ANSWERS, QUESTIONS, Reason, answer
from erpd.access.decisions.kept import Lately, of_data_set
from erpd.access.decisions.words import as_json as figures_as_json
from erpd.metadata.conditions import FIELDS
from erpd.metadata.graph import Term
from erpd.metadata.iri import is_iri
from erpd.metadata.vocabularies import labelled
from erpd.pages.languages import PARAMETER, reader_languages
from erpd.pages.values import LONGEST_IRI, legible
from erpd.publish.entry import address
from erpd.publish.linked_data import KEY
from erpd.publish.methods import safe
from erpd.register.scope import scope

ID = "id"
_KNOWN = {ID, *QUESTIONS, PARAMETER}
_JSON = {field.name: field.json for field in FIELDS}
_LONGEST, _MOST_WRONG = 60, 10  # characters of what is quoted, and faults that are told


@safe
def can_i_get_it(request: HttpRequest) -> HttpResponse:
    """``?id=…&who=…&purpose=…&where=…``: the answer, 400 for what is wrong, 404 for no data set."""
    answers, faults = read(request.GET)
    wrong = [_wrong(question, fault, ANSWERS[question]) for question, fault in faults.items()]
    named = request.GET.getlist(ID)
    if len(set(named)) != 1 or not named[0]:
        wrong.append(_wrong(ID, _("Name one data set, by its key or its IRI.")))
    wrong += [
        _wrong(legible(name, _LONGEST), _("There is no such parameter."))
        for name in [name for name in request.GET if name not in _KNOWN][:_MOST_WRONG]
    ]
    if wrong:
        return _problem(400, _("The request is not complete or not right"), wrong)
    key = _key(named[0])
    found = find(key) if key else None
    if found is None:
        return _problem(404, _("There is no such data set"), [])
    return _answer(request, found, answers)


def _key(name: str) -> uuid.UUID | None:
    """The key of a data set that is called by its key, its page or its IRI."""
    if len(name) > LONGEST_IRI:
        return None
    key = name.removeprefix(f"{settings.NODE.base_url}/datasets/")
    if re.fullmatch(KEY, key):  # not every text that Python reads as a UUID: urn:uuid:… may be an IRI
        return uuid.UUID(key)
    seen = scope().called([name] if is_iri(name) else [])
    return seen[0].key if seen else None


def _answer(request: HttpRequest, found: Found, answers: Mapping[Any, str]) -> HttpResponse:
    language = get_language() or "en"
    said = answer(found.facts, asked(answers))
    given = [] if found.facts.is_open else limits_of(found)
    body = found.decider and as_json(found.decider, reader_languages(request), has_limit=bool(given))
    ended = None if found.facts.is_open else of_data_set(found.data_set)
    page = f"{settings.NODE.base_url}{reverse('access:can-i-get-it', args=[found.data_set.key])}"
    response = JsonResponse(
        {
            "dataset": found.record.iri or found.record.identifier,
            "page": address(found.data_set),
            "explanation": f"{page}?{'&'.join(f'{name}={answers[name]}' for name in QUESTIONS)}",
            "asked": {question: answers[question] for question in QUESTIONS},
            "answer": said.outcome.value,
            "text": str(words.MEANINGS[said.outcome]),
            "reasons": [_reason(reason, language) for reason in said.reasons],
            "ask": None if found.facts.is_open else where_to_ask(found, language) or None,
            "limits": [_limit(one) for one in given],
            "body": body,
            "decisions": _decisions(ended),
        },
        json_dumps_params={"ensure_ascii": False},
    )
    response["Content-Language"] = language
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _decisions(ended: Lately | None) -> dict[str, Any] | None:
    if ended is None:
        return None
    return {**figures_as_json(ended.period, ended.figures), "saidAt": ended.said_at or None}


def _limit(given: Given) -> dict[str, Any]:
    more = given.extension
    return {
        "regime": given.regime,
        "act": given.act,
        "amount": given.limit.amount,
        "unit": given.limit.unit,
        "source": given.source,
        "extension": {"amount": more.amount, "unit": more.unit} if more else None,
    }


def _reason(reason: Reason, language: str) -> dict[str, Any]:
    return {
        "rule": reason.rule,
        "answer": reason.outcome.value,
        "text": str(words.RULES[reason.rule]),
        "question": reason.question,
        "field": _JSON.get(reason.field),
        "values": [_value(term, language) for term in reason.values],
        "said": [_value(term, language) for term in reason.said],
    }


def _value(term: Term, language: str) -> dict[str, str]:
    found = {"value": legible(term.value)}
    if tag := getattr(term, "language", None):
        found["lang"] = tag
    if label := labelled(term.value, language)[0]:
        found["label"] = label
    return found


def _wrong(parameter: str, detail: str, answers: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"parameter": parameter, "detail": detail, **({"answers": [*answers]} if answers else {})}


def _problem(status: int, title: str, errors: list[dict[str, Any]]) -> HttpResponse:
    said = {"title": title, "status": status, "errors": errors}
    response = HttpResponse(
        json.dumps(said, ensure_ascii=False), status=status, content_type="application/problem+json"
    )
    response["Access-Control-Allow-Origin"] = "*"
    return response
