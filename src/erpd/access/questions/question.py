"""A question of a form."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

Texts: TypeAlias = Mapping[str, str]
"""Language -> text."""
Answers: TypeAlias = Mapping[str, Any]
"""Id of a question -> what was answered, as it was typed.

A text is answered by a text, as are date, number, choice and yes or no; several choices by a list of ids; a
period by {"from": …, "until": …}; a table by a list of rows, each {id of a column: text}. Attachments are not
among the answers: the files of a part say for which question they are.
"""


class Kind(StrEnum):
    """What can be answered."""

    TEXT = "text"
    LONG = "long text"
    CHOICE = "choice"
    SEVERAL = "several choices"
    DATE = "date"
    PERIOD = "period"
    EMAIL = "e-mail"
    PHONE = "phone"
    NUMBER = "number"
    YES_NO = "yes or no"
    TABLE = "table"
    ATTACHMENT = "attachment"
    HEADING = "heading"  # asks nothing
    NOTE = "note"  # asks nothing


SILENT = frozenset((Kind.HEADING, Kind.NOTE))
WITH_OPTIONS = frozenset((Kind.CHOICE, Kind.SEVERAL))
DECIDING = frozenset((*WITH_OPTIONS, Kind.YES_NO))
"""Kinds on which it can depend whether another question is asked."""
YES, NO = "yes", "no"
LONGEST: Mapping[Kind, int] = {
    Kind.TEXT: 300,
    Kind.LONG: 10_000,
    Kind.EMAIL: 254,
    Kind.PHONE: 40,
    Kind.NUMBER: 30,
    Kind.DATE: 10,
}
"""Characters of an answer, at most; a question may allow less."""
LONGEST_CELL = 300
MOST_ROWS = 50  # of an answered table


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers to choose from, or a column of a table."""

    id: str
    label: Texts


@dataclass(frozen=True, slots=True)
class OnlyIf:
    """The question is asked only if an earlier one is answered with one of these."""

    question: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """``longest``: characters of the answer; None is as many as the kind allows."""

    id: str
    kind: Kind
    label: Texts
    help: Texts = field(default_factory=dict)
    required: bool = False
    private: bool = False
    """Reviewers do not see the answer."""
    longest: int | None = None
    options: tuple[Option, ...] = ()
    columns: tuple[Option, ...] = ()
    only_if: OnlyIf | None = None

    @property
    def is_silent(self) -> bool:
        """Whether it asks nothing."""
        return self.kind in SILENT

    @property
    def most_characters(self) -> int:
        """How long the answer may be."""
        most = LONGEST.get(self.kind, LONGEST_CELL)
        return min(self.longest, most) if self.longest else most

    @property
    def values(self) -> tuple[str, ...]:
        """What another question can depend on."""
        return (YES, NO) if self.kind is Kind.YES_NO else tuple(option.id for option in self.options)
