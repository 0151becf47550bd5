"""What changed between two sets of answers, field by field."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from erpd.access.questions.answering import final, read_date
from erpd.access.questions.question import NO, YES, Answers, Kind, Option, Question, Texts


@dataclass(frozen=True, slots=True)
class Change:
    """An answer that is not the same: the question as it was asked last, and both answers in words."""

    question: Question
    before: str
    after: str


def differences(
    before: tuple[Sequence[Question], Answers], after: tuple[Sequence[Question], Answers], *languages: str
) -> list[Change]:
    """What changed from ``before`` to ``after``, each the questions as they were asked and the answers.

    In the order in which it is asked now; what is no longer asked comes last.
    """
    was, now = _answered(*before), _answered(*after)
    found = []
    for key in dict.fromkeys((*now, *was)):
        old, new = was.get(key), now.get(key)
        if old and new and old[1] == new[1]:
            continue
        first, last = (in_words(*one, *languages) if one else "" for one in (old, new))
        if first != last:
            found.append(Change((new or old)[0], first, last))  # type: ignore[index]  # one of them is there
    return found


def in_words(question: Question, value: Any, *languages: str) -> str:
    """An answer for a reader of these languages; what can no longer be chosen stays as it is kept."""
    match question.kind:
        case Kind.YES_NO:
            return {YES: _("Yes"), NO: _("No")}.get(value, value) if isinstance(value, str) else ""
        case Kind.CHOICE:
            return _chosen(question.options, value, languages) if isinstance(value, str) else ""
        case Kind.SEVERAL:
            return "\n".join(_chosen(question.options, one, languages) for one in value or ())
        case Kind.PERIOD:
            since, until = (_written((value or {}).get(end, "")) for end in ("from", "until"))
            return f"{since} – {until}".strip() if since or until else ""
        case Kind.DATE:
            return _written(value) if isinstance(value, str) else ""
        case Kind.TABLE:
            return "\n".join(
                " · ".join(
                    f"{text_in(column.label, *languages)}: {row[column.id]}"
                    for column in question.columns
                    if row.get(column.id)
                )
                for row in value or ()
            )
        case _:
            return value if isinstance(value, str) else ""


def _written(text: str) -> str:
    """A date as all pages write it; what is none stays as it was typed."""
    day = read_date(text)
    return date_format(day, _("j F Y"), use_l10n=False) if day else text


def text_in(texts: Texts, *languages: str) -> str:
    """The text for a reader of these languages, otherwise in English or any."""
    return next((texts[one] for one in (*languages, "en", *texts) if one in texts), "")


def _answered(questions: Sequence[Question], answers: Answers) -> dict[str, tuple[Question, Any]]:
    given = final(questions, answers)
    return {one.id: (one, given[one.id]) for one in questions if one.id in given}


def _chosen(options: Sequence[Option], code: str, languages: tuple[str, ...]) -> str:
    label = next((option.label for option in options if option.id == code), {})
    return text_in(label, *languages) or code
