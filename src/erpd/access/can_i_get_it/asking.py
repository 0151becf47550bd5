"""The three answers as an address gives them: read, bounded, and told what is wrong with them."""

from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.http import QueryDict
from django.utils.translation import gettext as _

from erpd.access.can_i_get_it.rule import ANSWERS, QUESTIONS, Asked, Question
from erpd.metadata.vocabularies import vocabulary
from erpd.pages.values import LONGEST_IRI, legible

_LONGEST = 60  # characters of a wrong answer, where it is told
_LISTS: Mapping[Question, str] = {"who": "conditions-audience", "purpose": "conditions-purpose"}


def read(given: QueryDict) -> tuple[dict[Question, str], dict[Question, str]]:
    """Return the answers, each a code or an IRI of its list, and what is wrong with those that are wrong."""
    answers, wrong = dict[Question, str](), dict[Question, str]()
    for question in QUESTIONS:
        values = given.getlist(question)
        code = _code(question, values[0]) if values else ""
        if len(set(values)) > 1:
            wrong[question] = _("Give one answer.")
        elif code in ANSWERS[question]:
            answers[question] = code
        elif code:
            wrong[question] = _("“{answer}” is not one of the answers.").format(
                answer=legible(code, _LONGEST)
            )
        else:
            wrong[question] = _("Choose an answer.")
    return answers, wrong


def asked(answers: Mapping[Question, str]) -> Asked:
    """Return all three answers."""
    return Asked(answers["who"], answers["purpose"], answers["where"])


def place_to_ask(
    procedure: str, data_set: str, language: str, back: str, answers: Mapping[Question, str] | None = None
) -> str:
    """Return the address of a national procedure, told which data set it is about, language and way back.

    ``answers``: what the reader has answered. What the address says of these itself stays as it is.
    """
    parts = urlsplit(procedure)
    told = {name.partition("=")[0] for name in parts.query.split("&")}
    more = [("dataset", data_set), ("lang", language), ("return", back), *(answers or {}).items()]
    fields = urlencode([(name, value) for name, value in more if name not in told])
    found = urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, fields)))))
    return found if len(found) <= LONGEST_IRI else procedure


def _code(question: Question, value: str) -> str:
    table = _LISTS.get(question)
    return (table and len(value) < LONGEST_IRI and vocabulary(table).code_of(value)) or value.strip()
