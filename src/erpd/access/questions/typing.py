"""What was typed into a form of the web, as answers."""

from collections.abc import Sequence
from typing import Any, Protocol

from erpd.access.questions.answering import trimmed
from erpd.access.questions.question import MOST_ROWS, Kind, Question


class Posted(Protocol):
    """Django's ``QueryDict``, as far as it is needed."""

    def get(self, name: str, /) -> Any: ...

    def getlist(self, name: str, /) -> list[Any]: ...


def typed(questions: Sequence[Question], posted: Posted) -> dict[str, Any]:
    """The answers that a form sends: each field is called as ``name_of`` says."""
    return trimmed(questions, {one.id: _value(one, posted) for one in questions if not one.is_silent})


def name_of(question: Question, *within: object) -> str:
    """The name of a field: of a question, of an end of a period, of a cell (row, column)."""
    return "--".join(map(str, ("q", question.id, *within)))


def _value(question: Question, posted: Posted) -> Any:
    match question.kind:
        case Kind.SEVERAL:
            return posted.getlist(name_of(question))
        case Kind.PERIOD:
            return {end: posted.get(name_of(question, end)) for end in ("from", "until")}
        case Kind.TABLE:
            return [
                {column.id: posted.get(name_of(question, row, column.id)) for column in question.columns}
                for row in range(MOST_ROWS)
            ]
    return posted.get(name_of(question))
