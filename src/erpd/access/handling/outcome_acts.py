"""How a request is decided at the desk, and a grant revoked. The rules are those of ``outcomes``."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, cast

from django import forms
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from erpd.access.handling.acts import PartAct, day_field, long_text
from erpd.access.handling.asked import Asked
from erpd.access.handling.estimate_acts import MONEY
from erpd.access.handling.places import PartPlace
from erpd.access.law_words import cited, in_words, with_section
from erpd.access.letters.pages import as_file
from erpd.access.letters.writing import as_draft
from erpd.access.models import Decision, Part
from erpd.access.outcomes import deciding, estimating, granting, money, rules
from erpd.access.outcomes.regimes import grounds_of, regimes_of
from erpd.access.requests.requester import called
from erpd.access.requests.table import Action
from erpd.metadata.text import EU_LANGUAGES
from erpd.pages.languages import language_name
from erpd.pages.values import written

_PUBLIC = _("Everybody reads it in the register of decisions. Write nothing about the requester.")
_UNCHECKED = _("Check what you have written, then tick the box.")
_PREVIEW, _PREVIEW_PDF = "preview", "preview-pdf"
_LONGEST_PEOPLE = rules.MOST_PEOPLE * (rules.LONGEST_NAME + 2)


class _Decide(PartAct):
    action = Action.DECIDE
    audience = "both"
    outcome: ClassVar[str]
    done: ClassVar[str | Promise]
    wishes: ClassVar[Mapping[str, Promise]] = {
        _PREVIEW: _("Preview the letter"),
        _PREVIEW_PDF: _("Preview the letter (PDF)"),
    }
    """What else its form can be sent for: nothing is saved then."""

    language = forms.ChoiceField(label=_("Language of what you write here"))
    summary = long_text(
        _("Public summary (optional)"),
        help_text=_PUBLIC,
        max_length=rules.LONGEST_SUMMARY,
        required=False,
        rows=3,
    )
    sure = forms.BooleanField(
        label=_("I have checked it: the letter cannot be changed once it is sent."),
        error_messages={"required": _UNCHECKED},
    )

    def prepare(self) -> None:
        here, field = get_language() or "en", cast(forms.ChoiceField, self.fields["language"])
        field.choices = [(code, language_name(code, here)) for code in EU_LANGUAGES]
        field.initial = self.place.body.language
        self.wish = self.data.get("do", "") if self.data else ""
        if self.wish in self.wishes:
            self.fields["sure"].required = False

    def grant(self) -> rules.GrantFacts | None:
        """What is granted."""
        return None

    def proposed(self) -> deciding.Proposed:
        """What was entered."""
        said = self.cleaned_data
        return {
            "outcome": self.outcome,
            "grounds": said.get("grounds", ()),
            "explanation": said.get("explanation", ""),
            "fee": said.get("fee"),
            "currency": said.get("currency", ""),
            "grant": self.grant(),
            "summary": said["summary"],
            "language": said["language"],
        }

    def perform(self) -> str | HttpResponse:
        return self._previewed() if self.wish in self.wishes else super().perform()

    def do(self, part: Part) -> str:
        deciding.decide(who=self.place.who, part=part, **self.proposed())
        return str(self.done)

    def _previewed(self) -> HttpResponse:
        """The letter as it would be sent now, marked as a draft: above the form, or as a file."""
        place = self.place
        decision = deciding.draft(who=place.who, part=place.part, **self.proposed())
        letter = as_draft(decision.letter)
        as_pdf = self.wish == _PREVIEW_PDF
        file = as_file(decision, letter, f"draft-{place.part.reference}") if as_pdf else None
        facts = {"acts": {self.name: self}, "letter": letter, "not_made": as_pdf}
        return file or place.show("access/handling/act.html", {**about(place, type(self)), **facts})


class _Refusing(_Decide):
    grounds = forms.MultipleChoiceField(
        label=_("Grounds of refusal"), widget=forms.CheckboxSelectMultiple, required=False
    )
    explanation = long_text(
        _("Explanation"),
        help_text=_("What is refused, and why each ground applies, so that the requester can understand it."),
        max_length=rules.LONGEST_EXPLANATION,
        required=False,  # the rules say when it is needed, and name the section
        rows=8,
    )

    def prepare(self) -> None:
        super().prepare()
        found = grounds_of(regimes_of(self.place.part))
        field = cast(forms.MultipleChoiceField, self.fields["grounds"])
        field.choices = [
            (code, with_section(in_words(ground.text), cited(ground.section)))
            for code, ground in found.items()
        ]
        if not found:
            del self.fields["grounds"]

    def clean(self) -> None:
        if not self.errors:
            return  # the rules say what is missing, with its section
        for name in ("grounds", "explanation"):
            if name in self.fields and not self.cleaned_data.get(name) and name not in self.errors:
                self.add_error(name, self.fields[name].error_messages["required"])


class _Granting(_Decide):
    since = day_field(_("First day"))
    until = day_field(
        _("Last day (optional)"), help_text=_("Leave it empty if it has no end."), required=False
    )
    purpose = long_text(_("Purpose"), max_length=rules.LONGEST)
    extract = long_text(_("Which data exactly"), max_length=rules.LONGEST)
    environment = forms.CharField(
        label=_("Where the data is used (optional)"),
        help_text=_("Such as: in our secure room, from a distance, delivered."),
        max_length=rules.LONGEST_ENVIRONMENT,
        required=False,
    )
    people = long_text(
        _("People who may use it (optional)"),
        help_text=_("One name on each line."),
        max_length=_LONGEST_PEOPLE,
        required=False,
        rows=4,
    )
    conditions = long_text(_("Conditions (optional)"), max_length=rules.LONGEST, required=False)
    fee = forms.DecimalField(label=_("Fee (optional)"), required=False, **MONEY)
    currency = forms.CharField(label=_("Currency of the fee"), max_length=3, required=False)

    def prepare(self) -> None:
        super().prepare()
        self._as_asked()
        accepted = estimating.accepted_of(self.place.part)
        if accepted is None:
            del self.fields["fee"], self.fields["currency"]
            return
        self.fields["currency"].initial = accepted.currency
        said = gettext(
            "The requester has accepted %(amount)s, valid until %(day)s. Leave it empty for no fee."
        )
        self.fields["fee"].help_text = said % {
            "amount": money.in_words(accepted.least, accepted.most, accepted.currency),
            "day": written(accepted.valid_until),
        }

    def _as_asked(self) -> None:
        """What was asked for comes first, in the language of the texts; the handler changes it."""
        asked = Asked(self.place.part, (self.place.body.language,), with_private=True)
        given = asked.answers
        period, people = given.get("period") or {}, given.get("people") or []
        today = self.place.today
        first = {
            "purpose": given.get("use", ""),
            "extract": given.get("data", ""),
            "environment": next((one.answer for one in asked.answered() if one.id == "environment"), ""),
            "since": max(today, _day(period.get("from")) or today),
            "until": _day(period.get("until")),
            "people": "\n".join(row["name"] for row in people if isinstance(row, dict) and row.get("name")),
        }
        for name, value in first.items():
            self.fields[name].initial = value

    def grant(self) -> rules.GrantFacts:
        said = self.cleaned_data
        return rules.GrantFacts(
            since=said["since"],
            until=said["until"],
            purpose=said["purpose"],
            extract=said["extract"],
            refused=said.get("refused", ""),
            environment=said["environment"],
            conditions=said["conditions"],
            people=said["people"].splitlines(),
        )


_GRANT = ("since", "until", "purpose", "extract", "environment", "people", "conditions")
_FEE = ("fee", "currency")
_REFUSAL = ("grounds", "explanation")
_END = ("language", "summary", "sure")


class Grant(_Granting):
    """All that was asked for is granted."""

    name = "grant"
    title = _("Grant the request")
    about = _("Access to what is asked for, with a letter to the requester.")
    button = _("Grant, and send the letter")
    outcome = Decision.Outcome.GRANTED
    done = _("The request is granted. The requester is told by mail, and reads the letter.")
    field_order = (*_GRANT, *_FEE, *_END)


class GrantPartly(_Refusing, _Granting):
    """A part of it is granted, the rest refused."""

    name = "grant-in-part"
    title = _("Grant it in part")
    about = _("Access to some of what is asked for; the rest is refused, with grounds and redress.")
    button = _("Grant in part, and send the letter")
    outcome = Decision.Outcome.PARTLY
    done = _("The request is granted in part. The requester is told by mail, and reads the letter.")
    field_order = (*_GRANT, "refused", *_REFUSAL, *_FEE, *_END)

    refused = long_text(_("What is not granted"), max_length=rules.LONGEST)


class Refuse(_Refusing):
    """Nothing is granted."""

    name = "refuse"
    title = _("Refuse the request")
    about = _("With grounds, an explanation, and where to turn against it, in a letter to the requester.")
    button = _("Refuse, and send the letter")
    outcome = Decision.Outcome.REFUSED
    done = _("The request is refused. The requester is told by mail, and reads the letter.")
    field_order = (*_REFUSAL, *_END)


class Revoke(PartAct):
    """What was granted ends at once."""

    name = "revoke"
    action = Action.REVOKE
    title = _("Revoke the grant")
    about = _("It ends at once. The requester is told why.")
    button = _("Revoke the grant")
    audience = "both"

    text = long_text(_("Reason"), help_text=_("The requester reads this."), max_length=rules.LONGEST)
    sure = forms.BooleanField(
        label=_("I have checked it: the grant ends at once."), error_messages={"required": _UNCHECKED}
    )

    @classmethod
    def fits(cls, place: PartPlace) -> bool:
        grant = granting.grant_of(place.part)
        return grant is not None and granting.state_of(grant) in _LIVING

    def do(self, part: Part) -> str:
        grant = granting.grant_of(part)
        if grant is None:
            return gettext("Nothing was granted.")
        granting.revoke(who=self.place.who, grant=grant, reason=self.cleaned_data["text"])
        return gettext("The grant is revoked. The requester is told by mail.")


_LIVING = (granting.State.COMING, granting.State.ACTIVE)


def about(place: PartPlace, kind: type[PartAct]) -> dict[str, Any]:
    """What the page of an act says beside its form."""
    return {
        "act": kind,
        "requester": called(place.part.request),
        "is_refusal": issubclass(kind, Refuse | GrantPartly),
    }


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
