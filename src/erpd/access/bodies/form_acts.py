"""What is filled in about a question, its condition, and its other languages."""

from dataclasses import replace
from itertools import count
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from erpd.access.bodies import form_actions
from erpd.access.models import Body
from erpd.access.questions import Kind, OnlyIf, Option, Question
from erpd.access.questions.question import LONGEST, NO, WITH_OPTIONS, YES
from erpd.access.questions.reading import LONGEST_HELP, LONGEST_LABEL, MOST_COLUMNS, MOST_OPTIONS
from erpd.accounts.acts import Act
from erpd.accounts.slugs import short_name
from erpd.accounts.texts import in_language

KINDS = {
    Kind.TEXT: _("A line of text"),
    Kind.LONG: _("Text of several lines"),
    Kind.CHOICE: _("A choice: one of several"),
    Kind.SEVERAL: _("A choice: one or more of several"),
    Kind.YES_NO: _("Yes or no"),
    Kind.DATE: _("A date"),
    Kind.PERIOD: _("A period: first and last day"),
    Kind.NUMBER: _("A number"),
    Kind.EMAIL: _("An e-mail address"),
    Kind.PHONE: _("A telephone number"),
    Kind.TABLE: _("A table: rows with columns"),
    Kind.ATTACHMENT: _("A file"),
    Kind.HEADING: _("A heading, which asks nothing"),
    Kind.NOTE: _("A note, which asks nothing"),
}
_LONGEST_LINES = 40_000


class FormAct(Act):
    """An act on the form of a body."""

    @property
    def body(self) -> Body:
        return cast(Body, self.place.body)

    @property
    def question(self) -> Question | None:
        return cast(Question | None, self.place.question)

    def known(self) -> Question:
        """The question of the page. Raises Http404 if it is a new one."""
        if self.question is None:
            raise Http404
        return self.question


class SaveQuestion(FormAct):
    """A question is added or changed, in the language of the body."""

    name = "save"

    kind = forms.ChoiceField(label=_("What do you want as an answer?"), choices=list(KINDS.items()))
    label = forms.CharField(label=_("Question"), max_length=LONGEST_LABEL)
    help = forms.CharField(
        label=_("Help"),
        help_text=_("What people need to know to answer. It appears below the question."),
        max_length=LONGEST_HELP,
        widget=forms.Textarea({"rows": 3}),
        required=False,
    )
    options = forms.CharField(
        label=_("Choices, or columns of the table"),
        help_text=_("One on each line. Leave it empty for all other questions."),
        max_length=_LONGEST_LINES,
        widget=forms.Textarea({"rows": 5}),
        required=False,
    )
    required = forms.BooleanField(label=_("It has to be answered"), required=False)
    private = forms.BooleanField(label=_("Reviewers do not see the answer"), required=False)
    longest = forms.IntegerField(
        label=_("Characters of the answer, at most"),
        help_text=_("For texts. Leave it empty if there is no need for a limit."),
        min_value=1,
        max_value=max(LONGEST.values()),
        required=False,
    )

    def prepare(self) -> None:
        if one := self.question:
            language = self.body.language
            items = [in_language(item.label, language)[0] for item in one.options or one.columns]
            first: dict[str, Any] = {
                "kind": one.kind.value,
                "label": in_language(one.label, language)[0],
                "help": in_language(one.help, language)[0],
                "options": "\n".join(items),
                "required": one.required,
                "private": one.private,
                "longest": one.longest,
            }
            for name, value in first.items():
                self.fields[name].initial = value

    def clean(self) -> None:
        said, kind = self.cleaned_data, self.cleaned_data.get("kind")
        lines = _lines(said.get("options", ""))
        if kind in WITH_OPTIONS and not lines:
            self.add_error("options", gettext("Write the choices, one on each line."))
        elif kind == Kind.TABLE and not lines:
            self.add_error("options", gettext("Write the columns, one on each line."))
        elif kind and kind not in WITH_OPTIONS and kind != Kind.TABLE and lines:
            self.add_error("options", gettext("Only choices and tables have these."))
        most = MOST_COLUMNS if kind == Kind.TABLE else MOST_OPTIONS
        if len(lines) > most:
            self.add_error("options", gettext("There are at most %(most)s.") % {"most": most})
        if said.get("longest") and kind not in LONGEST:
            self.add_error("longest", gettext("Only texts have this."))

    def perform(self) -> str:
        said, kind, old = self.cleaned_data, Kind(self.cleaned_data["kind"]), self.question
        language = self.body.language
        before = old or Question("", kind, {})
        items = _items(_lines(said["options"]), before.options or before.columns, language)
        made = Question(
            id=before.id or (short_name(said["label"], 30).lstrip("0123456789-") or "question"),
            kind=kind,
            label={**before.label, language: said["label"]},
            help={**before.help, language: said["help"]},
            required=said["required"],
            private=said["private"],
            longest=said["longest"],
            options=items if kind in WITH_OPTIONS else (),
            columns=items if kind is Kind.TABLE else (),
            only_if=before.only_if,
        )
        form_actions.put(who=self.place.who, body=self.body, question=made, new=old is None)
        self.after = reverse("bodies:form", args=[self.body.slug])
        return gettext("Saved.")


class SaveCondition(FormAct):
    """When a question is asked: always, or only after certain answers to an earlier one."""

    name = "condition"

    values = forms.MultipleChoiceField(
        label=_("Ask it only if one of these is the answer"),
        help_text=_("Tick none to ask it always."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def prepare(self) -> None:
        on: Question = self.place.on
        labels = {YES: gettext("Yes"), NO: gettext("No")}
        labels |= {one.id: in_language(one.label, *self.place.languages)[0] for one in on.options}
        values = cast(forms.MultipleChoiceField, self.fields["values"])
        values.choices = [(value, labels[value]) for value in on.values]
        now = self.known().only_if
        values.initial = list(now.values) if now and now.question == on.id else []

    def perform(self) -> str:
        values = tuple(self.cleaned_data["values"])
        changed = replace(self.known(), only_if=OnlyIf(self.place.on.id, values) if values else None)
        form_actions.put(who=self.place.who, body=self.body, question=changed, new=False)
        self.after = reverse("bodies:question", args=[self.body.slug, changed.id])
        return gettext("Saved.")


class SaveWords(FormAct):
    """The texts of a question in another language."""

    name = "words"

    def prepare(self) -> None:
        language, one = self.place.language, self.known()
        for name, texts, longest in (("label", one.label, LONGEST_LABEL), ("help", one.help, LONGEST_HELP)):
            if not texts:
                continue
            widget = forms.Textarea({"rows": 3}) if name == "help" else forms.TextInput
            self._field(name, texts, language, longest, widget)
        for item in one.options or one.columns:
            self._field(f"item-{item.id}", item.label, language, LONGEST_LABEL, forms.TextInput)

    def _field(self, name: str, texts: Any, language: str, longest: int, widget: Any) -> None:
        self.fields[name] = forms.CharField(
            label=in_language(texts, self.body.language)[0],
            initial=texts.get(language, ""),
            max_length=longest,
            required=False,
            widget=widget,
        )

    def perform(self) -> str:
        one, language = self.known(), self.place.language
        label = {**one.label, language: self.cleaned_data["label"]}
        advice = {**one.help, language: self.cleaned_data.get("help", "")}
        changed = replace(
            one,
            label=label,
            help=advice,
            options=tuple(self._item(item, language) for item in one.options),
            columns=tuple(self._item(item, language) for item in one.columns),
        )
        form_actions.put(who=self.place.who, body=self.body, question=changed, new=False)
        self.after = reverse("bodies:question", args=[self.body.slug, one.id])
        return gettext("Saved.")

    def _item(self, item: Option, language: str) -> Option:
        return Option(item.id, {**item.label, language: self.cleaned_data[f"item-{item.id}"]})


class _OnOne(FormAct):
    """An act on one question of the list."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=40)


class Move(_OnOne):
    """A question goes up or down."""

    name = "move"

    by = forms.TypedChoiceField(choices=[("-1", ""), ("1", "")], coerce=int, widget=forms.HiddenInput)

    def perform(self) -> str:
        said = self.cleaned_data
        form_actions.move(who=self.place.who, body=self.body, key=said["key"], by=said["by"])
        return gettext("Moved.")


class RemoveQuestion(_OnOne):
    """A question is no longer asked."""

    name = "remove"

    def perform(self) -> str:
        form_actions.remove(who=self.place.who, body=self.body, key=self.cleaned_data["key"])
        return gettext("Removed. What was answered in requests that were sent stays there.")


def _lines(text: str) -> list[str]:
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def _items(lines: list[str], old: tuple[Option, ...], language: str) -> tuple[Option, ...]:
    """Options as they were typed. One that is called as before, or stands alone in its place, is the same."""
    by_label = {in_language(item.label, language)[0]: item for item in old}
    same_place = dict(zip(lines, old, strict=False)) if len(lines) == len(old) else {}
    kept = {line: by_label[line] for line in lines if line in by_label}
    used = {item.id for item in kept.values()}
    for line, item in same_place.items():
        if line not in kept and item.id not in used:
            kept[line] = item
            used.add(item.id)
    found = []
    for line in lines:
        if line in kept:
            found.append(Option(kept[line].id, {**kept[line].label, language: line}))
            continue
        if len(line) > LONGEST_LABEL:
            raise ValidationError(
                {"options": gettext("A line has at most %(most)s characters.") % {"most": LONGEST_LABEL}}
            )
        key = next(key for number in count(1) if (key := f"option-{number}") not in used)
        used.add(key)
        found.append(Option(key, {language: line}))
    return tuple(found)
