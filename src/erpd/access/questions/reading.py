"""A form from JSON, and back. All mistakes are told at once, each with its place."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from erpd.access.questions.question import (
    DECIDING,
    LONGEST,
    WITH_OPTIONS,
    Kind,
    OnlyIf,
    Option,
    Question,
    Texts,
)
from erpd.metadata.storable import storable
from erpd.metadata.text import EU_LANGUAGES

MOST_QUESTIONS = 100
MOST_OPTIONS = 100
MOST_COLUMNS = 8
LONGEST_LABEL = 300
LONGEST_HELP = 2_000
_MOST_TOLD = 50
_ID = re.compile(r"(?=.{1,40}\Z)[A-Za-z][A-Za-z0-9_]*(-[A-Za-z0-9_]+)*")  # "--" parts names of fields
_KNOWN = ("id", "kind", "label", "help", "required", "private", "longest", "options", "columns", "only_if")


class FormError(ValueError):
    """``mistakes``: pairs of place and what is wrong there, in the language that is active."""

    def __init__(self, mistakes: Sequence[tuple[str, str]]) -> None:
        super().__init__("\n".join(f"{place}: {text}" for place, text in mistakes))
        self.mistakes = tuple(mistakes)


def read_form(
    given: Any, before: Sequence[Question] = (), *, most: int = MOST_QUESTIONS
) -> tuple[Question, ...]:
    """Read a form. ``before``: the questions that are asked first, on which its own may depend.

    Raises FormError.
    """
    if not isinstance(given, list):
        raise FormError([(_("Form"), _("Expected a list of questions."))])
    if len(given) > most:
        raise FormError([(_("Form"), _("A form has at most %(most)s questions.") % {"most": most})])
    reader = _Reader({question.id: question for question in before})
    found = [reader.question(number, one) for number, one in enumerate(given, 1)]
    if reader.mistakes:
        raise FormError(reader.mistakes[:_MOST_TOLD])
    return tuple(one for one in found if one is not None)


def as_json(questions: Iterable[Question]) -> list[dict[str, Any]]:
    """A form as it is kept: ``read_form`` reads the same again."""
    return [_question_as_json(one) for one in questions]


def _question_as_json(one: Question) -> dict[str, Any]:
    said: dict[str, Any] = {"id": one.id, "kind": one.kind.value, "label": dict(one.label)}
    if one.help:
        said["help"] = dict(one.help)
    said |= {name: True for name in ("required", "private") if getattr(one, name)}
    if one.longest:
        said["longest"] = one.longest
    for name in ("options", "columns"):
        if items := getattr(one, name):
            said[name] = [{"id": item.id, "label": dict(item.label)} for item in items]
    if one.only_if:
        said["only_if"] = {"question": one.only_if.question, "values": list(one.only_if.values)}
    return said


class _Reader:
    def __init__(self, known: dict[str, Question]) -> None:
        self.mistakes: list[tuple[str, str]] = []
        self._known = known  # earlier questions by id
        self._place = ""

    def question(self, number: int, given: Any) -> Question | None:
        self._place = _("Question %(number)s") % {"number": number}
        before = len(self.mistakes)
        if not isinstance(given, dict):
            self._wrong(_("Expected an object with id, kind and label."))
            return None
        key = self._id(given.get("id"))
        self._place += f" ({key})" if key else ""
        if key in self._known:
            self._wrong(_("Another question has this id. Choose another."))
        for name in list(given)[: 2 * len(_KNOWN)]:
            if name not in _KNOWN:
                known = ", ".join(_KNOWN)
                self._wrong(
                    _("“%(name)s” is not known. Known: %(known)s.") % {"name": name[:40], "known": known}
                )
        kind = self._kind(given.get("kind"))
        found = Question(
            id=key,
            kind=kind,
            label=self._texts("label", given.get("label"), LONGEST_LABEL, is_needed=True),
            help=self._texts("help", given.get("help"), LONGEST_HELP),
            required=self._flag("required", given.get("required", False)),
            private=self._flag("private", given.get("private", False)),
            longest=self._longest(kind, given.get("longest")),
            options=self._items("options", given.get("options"), MOST_OPTIONS, wanted=kind in WITH_OPTIONS),
            columns=self._items("columns", given.get("columns"), MOST_COLUMNS, wanted=kind is Kind.TABLE),
            only_if=self._only_if(given.get("only_if")),
        )
        if found.is_silent and found.required:
            self._wrong(_("A heading or a note asks nothing, and so cannot be required."))
        if key:
            self._known.setdefault(key, found)
        return found if len(self.mistakes) == before else None

    def _wrong(self, text: str) -> None:
        self.mistakes.append((self._place, text))

    def _id(self, given: Any) -> str:
        if isinstance(given, str) and _ID.fullmatch(given):
            return given
        self._wrong(_("The id begins with a letter and has up to 40 letters, digits, _ and single hyphens."))
        return ""

    def _kind(self, given: Any) -> Kind:
        if isinstance(given, str) and given in list(Kind):
            return Kind(given)
        self._wrong(_("Unknown kind. Known: %(known)s.") % {"known": ", ".join(Kind)})
        return Kind.TEXT

    def _texts(self, name: str, given: Any, longest: int, *, is_needed: bool = False) -> Texts:
        if given is None and not is_needed:
            return {}
        if not isinstance(given, dict) or not all(isinstance(text, str) for text in given.values()):
            self._wrong(
                _('%(name)s: expected texts by language, such as {"en": "Purpose"}.') % {"name": name}
            )
            return {}
        found = {language: kept for language, text in given.items() if (kept := storable(text).strip())}
        for language, text in found.items():
            if language not in EU_LANGUAGES:
                said = _("%(name)s: “%(language)s” is not an official language of the Union, such as en.")
                self._wrong(said % {"name": name, "language": str(language)[:20]})
            if len(text) > longest:
                said = _("%(name)s (%(language)s): more than %(most)s characters. Shorten it.")
                self._wrong(said % {"name": name, "language": language[:20], "most": longest})
        if is_needed and not found:
            self._wrong(_("%(name)s: write a text in at least one language.") % {"name": name})
        return found

    def _flag(self, name: str, given: Any) -> bool:
        if not isinstance(given, bool):
            self._wrong(_("%(name)s: expected true or false.") % {"name": name})
        return given is True

    def _longest(self, kind: Kind, given: Any) -> int | None:
        if given is None:
            return None
        most = LONGEST.get(kind)
        if most is None or isinstance(given, bool) or not isinstance(given, int) or not 1 <= given <= most:
            said = (
                _("longest: expected a number from 1 to %(most)s.")
                if most
                else _("longest: only texts have it.")
            )
            self._wrong(said % {"most": most} if most else said)
            return None
        return given

    def _items(self, name: str, given: Any, most: int, *, wanted: bool) -> tuple[Option, ...]:
        if given is None and not wanted:
            return ()
        if not wanted:
            self._wrong(_("%(name)s: this kind of question has none.") % {"name": name})
            return ()
        if not isinstance(given, list) or not 1 <= len(given) <= most:
            self._wrong(_("%(name)s: expected 1 to %(most)s of them.") % {"name": name, "most": most})
            return ()
        place, found = self._place, dict[str, Option]()
        for number, one in enumerate(given, 1):
            self._place = f"{place}, {name} {number}"
            said = one if isinstance(one, dict) else {}
            item = Option(
                self._id(said.get("id")),
                self._texts("label", said.get("label"), LONGEST_LABEL, is_needed=True),
            )
            if item.id and item.id in found:
                self._wrong(_("Another one has this id. Choose another."))
            found[item.id] = item
        self._place = place
        return tuple(found.values())

    def _only_if(self, given: Any) -> OnlyIf | None:
        if given is None:
            return None
        key = given.get("question") if isinstance(given, dict) else None
        values = given.get("values") if isinstance(given, dict) else None
        if not isinstance(key, str) or not isinstance(values, list) or not values:
            self._wrong(_("only_if: expected the id of an earlier question, and a list of its values."))
            return None
        on = self._known.get(key)
        if on is None or on.kind not in DECIDING:
            said = _("only_if: “%(id)s” is not an earlier question with a choice, or of yes or no.")
            self._wrong(said % {"id": key[:40]})
            return None
        unknown = [str(value)[:40] for value in values if value not in on.values]
        if unknown:
            said = _("only_if: “%(value)s” is not an answer to “%(id)s”.")
            self._wrong(said % {"value": unknown[0], "id": key})
            return None
        return OnlyIf(key, tuple(dict.fromkeys(values)))
