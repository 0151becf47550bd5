"""Which questions are asked, what of the answers is kept, and what is still wrong with them."""

import re
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from erpd.access.questions.question import (
    LONGEST_CELL,
    MOST_ROWS,
    NO,
    YES,
    Answers,
    Kind,
    Question,
)
from erpd.metadata.storable import storable

LONGEST_TYPED = 20_000
"""Characters of a text that a draft keeps: longer than any answer may be, so that nothing typed is lost."""
_NUMBER = re.compile(r"-?[0-9]{1,20}([.,][0-9]{1,9})?")
_PHONE = re.compile(r"\+?[0-9(][0-9 ()/.-]{3,38}[0-9]")


def asked(questions: Sequence[Question], answers: Answers) -> tuple[Question, ...]:
    """The questions that are asked of somebody who answers so.

    One that depends on a question that is not asked is not asked either.
    """
    found: list[Question] = []
    open_ids = set[str]()
    for question in questions:
        if (on := question.only_if) is not None:
            said = answers.get(on.question)
            given = said if isinstance(said, list) else [said]
            if on.question not in open_ids or not any(value in on.values for value in given):
                continue
        open_ids.add(question.id)
        found.append(question)
    return tuple(found)


def trimmed(questions: Sequence[Question], answers: Answers) -> dict[str, Any]:
    """The answers in the shapes of their questions, cut to what is kept: what a draft keeps.

    Answers to questions that are not asked stay in a draft. What answers no question goes, as does what has
    another shape than its question wants.
    """
    found = {}
    for question in questions:
        value = _shaped(question, answers.get(question.id))
        if value:
            found[question.id] = value
    return found


def final(questions: Sequence[Question], answers: Answers) -> dict[str, Any]:
    """The answers that are sent: those to questions that are asked."""
    return trimmed(asked(questions, answers), answers)


def problems(
    questions: Sequence[Question], answers: Answers, attached: Collection[str] = ()
) -> dict[str, list[str]]:
    """What stands against sending these answers: id of a question -> what is wrong; empty if they are whole.

    ``attached``: the ids of questions with a file.
    """
    found = dict[str, list[str]]()
    for question in asked(questions, answers):
        if question.kind is Kind.ATTACHMENT:
            if question.required and question.id not in attached:
                found[question.id] = [_("Attach a file.")]
            continue
        value = _shaped(question, answers.get(question.id))
        wrong = (
            _missing(question)
            if question.required and not value
            else _wrong(question, value)
            if value
            else []
        )
        if wrong:
            found[question.id] = wrong
    return found


def _shaped(question: Question, value: Any) -> Any:
    """The value in the shape of its kind; something empty if it is empty, or has another shape."""
    match question.kind:
        case Kind.HEADING | Kind.NOTE | Kind.ATTACHMENT:
            return None
        case Kind.SEVERAL:
            given = value if isinstance(value, list) else []
            return [code for code in question.values if code in given]
        case Kind.PERIOD:
            ends = value if isinstance(value, dict) else {}
            return {end: text for end in ("from", "until") if (text := _text(ends.get(end)))}
        case Kind.TABLE:
            return _rows(question, value if isinstance(value, list) else [])
        case _:
            return _text(value)


def _text(value: Any) -> str:
    return storable(value).strip()[:LONGEST_TYPED] if isinstance(value, str) else ""


def _rows(question: Question, rows: list[Any]) -> list[dict[str, str]]:
    found = []
    for row in rows[:MOST_ROWS]:
        given = row if isinstance(row, dict) else {}
        cells = {column.id: text for column in question.columns if (text := _text(given.get(column.id)))}
        if cells:
            found.append(cells)
    return found


def _missing(question: Question) -> list[str]:
    match question.kind:
        case Kind.CHOICE | Kind.SEVERAL | Kind.YES_NO:
            return [_("Choose an answer.")]
        case Kind.TABLE:
            return [_("Fill in at least one row.")]
        case _:
            return [_("This is needed.")]


def _wrong(question: Question, value: Any) -> list[str]:
    match question.kind:
        case Kind.PERIOD:
            return _wrong_period(question, value)
        case Kind.TABLE:
            cells = (text for row in value for text in row.values())
            return _too_long(LONGEST_CELL) if any(len(text) > LONGEST_CELL for text in cells) else []
        case Kind.SEVERAL:
            return []
        case Kind.CHOICE | Kind.YES_NO:
            known = question.values if question.kind is Kind.CHOICE else (YES, NO)
            return [] if value in known else [_("Choose one of the answers.")]
    if len(value) > question.most_characters:
        return _too_long(question.most_characters)
    match question.kind:
        case Kind.DATE if read_date(value) is None:
            return [_("Write the date as 2027-01-31.")]
        case Kind.NUMBER if not _NUMBER.fullmatch(value):
            return [_("Write a number, such as 12 or 0.5.")]
        case Kind.PHONE if not _PHONE.fullmatch(value):
            return [_("Write a telephone number, such as +31 70 123 4567.")]
        case Kind.EMAIL if not _is_email(value):
            return [_("Write an e-mail address, such as name@example.org.")]
    return []


def _wrong_period(question: Question, value: dict[str, str]) -> list[str]:
    since, until = (read_date(value.get(end, "")) for end in ("from", "until"))
    if any(read_date(text) is None for text in value.values()):
        return [_("Write the dates as 2027-01-31.")]
    if question.required and not (since and until):
        return [_("Write both dates.")]
    if since and until and until < since:
        return [_("The last day is before the first.")]
    return []


def _too_long(most: int) -> list[str]:
    return [_("This is longer than %(most)s characters. Shorten it.") % {"most": most}]


def read_date(text: str) -> date | None:
    """The day that an answer says; None if it is not a date."""
    try:
        return date.fromisoformat(text) if len(text) == len("2027-01-31") else None
    except ValueError:
        return None


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
