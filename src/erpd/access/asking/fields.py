"""Questions as a page shows them: what was answered, what is wrong, and how each control is called."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from erpd.access.can_i_get_it.rule import OTHER
from erpd.access.questions import Answers, Kind, Question
from erpd.access.questions.of_every_body import COUNTRY
from erpd.access.questions.question import MOST_ROWS, NO, YES
from erpd.access.questions.typing import name_of
from erpd.accounts.texts import in_language
from erpd.pages.alphabet import alphabetical

_SPARE_ROWS = 2
_FEW = 7  # choices that are shown at once; more are a list


class Choice(NamedTuple):
    """One of the answers to choose from."""

    id: str
    value: str
    label: str
    language: str
    is_chosen: bool


class Control(NamedTuple):
    """A control of several that belong to one question."""

    name: str
    label: str
    language: str
    value: str
    type: str


@dataclass(frozen=True)
class Field:
    """A question with its answer, for a reader of ``languages``."""

    question: Question
    value: Any
    languages: tuple[str, ...]
    faults: Sequence[str] = ()
    files: Sequence[Any] = ()
    """The attachments that answer it."""
    was: str | None = None
    """What was answered before, in words, where that is shown."""

    @property
    def name(self) -> str:
        return name_of(self.question)

    @property
    def kind(self) -> str:
        """As templates compare it."""
        return self.question.kind.name

    @cached_property
    def label(self) -> tuple[str, str]:
        return in_language(self.question.label, *self.languages)

    @cached_property
    def help(self) -> tuple[str, str]:
        return in_language(self.question.help, *self.languages)

    @property
    def is_group(self) -> bool:
        """Whether it is several controls with one name for all."""
        groups = (Kind.SEVERAL, Kind.YES_NO, Kind.PERIOD, Kind.TABLE)
        return self.question.kind in groups or (self.question.kind is Kind.CHOICE and not self.is_list)

    @property
    def is_list(self) -> bool:
        """Whether there are so many choices that they are a list to open."""
        return self.question.kind is Kind.CHOICE and len(self.question.options) > _FEW

    @property
    def described(self) -> str:
        """The ids of what describes its control."""
        there = {"help": self.question.help, "wrong": self.faults}
        return " ".join(f"{self.name}--{what}" for what, is_there in there.items() if is_there)

    @property
    def text(self) -> str:
        return self.value if isinstance(self.value, str) else ""

    @property
    def input_type(self) -> str:
        """What is typed wrong stays to be seen: a control for dates shows nothing but dates."""
        match self.question.kind:
            case Kind.EMAIL:
                return "email"
            case Kind.PHONE:
                return "tel"
            case Kind.DATE:
                return _date_type(self.text)
        return "text"

    @property
    def choices(self) -> list[Choice]:
        if self.question.kind is Kind.YES_NO:
            labels = [(YES, _("Yes"), ""), (NO, _("No"), "")]
        else:
            labels = [(one.id, *in_language(one.label, *self.languages)) for one in self.question.options]
        if self.question.id == COUNTRY:
            reader = self.languages[0]
            labels.sort(key=lambda one: (one[0] == OTHER, alphabetical(one[1], reader)))
        chosen = self.value if isinstance(self.value, list) else [self.value]
        return [
            Choice(f"{self.name}--{code}", code, label, language, code in chosen)
            for code, label, language in labels
        ]

    @property
    def ends(self) -> list[Control]:
        given = self.value if isinstance(self.value, dict) else {}
        return [
            Control(name_of(self.question, end), label, "", text := given.get(end, ""), _date_type(text))
            for end, label in (("from", _("First day")), ("until", _("Last day")))
        ]

    @property
    def columns(self) -> list[tuple[str, str]]:
        return [in_language(column.label, *self.languages) for column in self.question.columns]

    @property
    def rows(self) -> list[list[Control]]:
        """Those that are filled in, and some more."""
        given = self.value if isinstance(self.value, list) else []
        most = min(len(given) + _SPARE_ROWS, MOST_ROWS)
        return [
            [
                Control(
                    name_of(self.question, number, column.id),
                    f"{label}, {number + 1}",
                    language,
                    given[number].get(column.id, "") if number < len(given) else "",
                    "text",
                )
                for column, (label, language) in zip(self.question.columns, self.columns, strict=True)
            ]
            for number in range(most)
        ]


def fields(
    questions: Sequence[Question],
    answers: Answers,
    languages: tuple[str, ...],
    faults: Mapping[str, Sequence[str]] | None = None,
    files: Mapping[str, Sequence[Any]] | None = None,
) -> list[Field]:
    """The fields of a page. ``faults``, ``files``: by the id of their question."""
    wrong, attached = faults or {}, files or {}
    return [
        Field(one, answers.get(one.id), languages, wrong.get(one.id, ()), attached.get(one.id, ()))
        for one in questions
    ]


def _date_type(text: str) -> str:
    return "date" if not text or (len(text) == len("2027-01-31") and text.count("-") == 2) else "text"
