"""A form as it was sent: what every body asks and what its own asked, as they were then."""

from typing import Any

from erpd.access.questions.of_every_body import common
from erpd.access.questions.question import Question
from erpd.access.questions.reading import MOST_QUESTIONS, FormError, read_form


def as_sent(form: Any, *languages: str) -> tuple[Question, ...]:
    """The questions that were asked; what every body asks has its texts in these languages.

    Of a form that another version kept and this one cannot read, only what every body asks.
    """
    shared = {one.id: one for one in common(*languages)}
    try:
        kept = read_form(form, most=MOST_QUESTIONS + len(shared))
    except FormError:
        return tuple(shared.values())
    return tuple(
        shared[one.id] if one.id in shared and shared[one.id].kind is one.kind else one for one in kept
    )
