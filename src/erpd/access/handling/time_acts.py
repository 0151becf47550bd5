"""What changes where a request stands and when it is due: returned, extended, of another kind, closed."""

from typing import cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from erpd.access.handling.acts import PartAct, long_text
from erpd.access.handling.asked import Asked
from erpd.access.handling.places import PartPlace
from erpd.access.law.regime import KINDS
from erpd.access.models import Part
from erpd.access.requests import moving
from erpd.access.requests.due import counted, law_of
from erpd.access.requests.extending import grounds
from erpd.access.requests.limits import LONGEST_REASONS, LONGEST_TEXT
from erpd.access.requests.table import Action
from erpd.pages.values import written

KIND_WORDS = {
    "ordinary": _("ordinary"),
    "complex": _("particularly complex"),
    "protected": _("for protected data"),
}


class Return(PartAct):
    """The requester can change the answers again."""

    name = "return"
    action = Action.RETURN
    title = _("Return it for changes")
    about = _("The requester can then change the answers and send them again. You will see what has changed.")
    button = _("Return the request")
    audience = "both"
    field_order = ("text", "questions")

    text = long_text(
        _("What has to be changed, and why"),
        help_text=_("The requester reads this."),
        max_length=LONGEST_TEXT,
    )
    questions = forms.MultipleChoiceField(
        label=_("Questions to answer again (optional)"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def prepare(self) -> None:
        asked = Asked(self.place.part, self.place.languages, with_private=True)
        field = cast(forms.MultipleChoiceField, self.fields["questions"])
        field.choices = [(one.id, one.label) for one in asked.answered() if not one.is_heading]

    def do(self, part: Part) -> str:
        said = self.cleaned_data
        moving.send_back(who=self.place.who, part=part, text=said["text"], questions=said["questions"])
        return gettext("The request is returned. The requester is told by mail.")


class Extend(PartAct):
    """The time limit ends later."""

    name = "extend"
    action = Action.EXTEND
    title = _("Extend the time limit")
    about = _("Once, before the due date, on a ground of the law. The requester is told why, at once.")
    button = _("Extend the time limit")
    audience = "both"
    field_order = ("ground", "reasons")

    ground = forms.ChoiceField(label=_("Ground"), widget=forms.RadioSelect)
    reasons = long_text(
        _("Reasons"),
        help_text=_("Why the ground applies to this request. The requester reads this."),
        max_length=LONGEST_REASONS,
    )

    @classmethod
    def fits(cls, place: PartPlace) -> bool:
        return place.part.extended is None and bool(grounds(place.part))

    def prepare(self) -> None:
        part = self.place.part
        field = cast(forms.ChoiceField, self.fields["ground"])
        field.choices = list(grounds(part).items())
        if len(field.choices) == 1:
            field.initial = field.choices[0][0]
        longer = counted(part, law_of(part), extended=True).due
        if longer:
            field.help_text = gettext("The decision would then be due on %(day)s.") % {"day": written(longer)}

    def do(self, part: Part) -> str:
        said = self.cleaned_data
        moving.extend(who=self.place.who, part=part, ground=said["ground"], reasons=said["reasons"])
        return gettext("The time limit is extended. The requester is told by mail.")


class Classify(PartAct):
    """The law may give another limit to requests of another kind."""

    name = "kind"
    action = Action.CLASSIFY
    title = _("Change the kind of the request")
    about = _("The law may set another time limit for particularly complex requests.")
    button = _("Change the kind")
    audience = "both"

    kind = forms.ChoiceField(
        label=_("Kind"), choices=[(one, KIND_WORDS[one]) for one in KINDS], widget=forms.RadioSelect
    )
    reasons = long_text(
        _("Reasons"),
        help_text=_("The requester reads this, if the due date changes."),
        max_length=LONGEST_REASONS,
    )

    @classmethod
    def fits(cls, place: PartPlace) -> bool:
        """Only where it would make a difference."""
        limits = {
            (limit.amount, limit.unit)
            for each in law_of(place.part)
            for kind in KINDS
            if (limit := each.regime.limits.of(kind))
        }
        return len(limits) > 1

    def prepare(self) -> None:
        self.fields["kind"].initial = self.place.part.kind

    def do(self, part: Part) -> str:
        said = self.cleaned_data
        moving.set_kind(who=self.place.who, part=part, kind=said["kind"], reasons=said["reasons"])
        return gettext("The kind of the request is saved.")


class Close(PartAct):
    """Nothing more is done about it."""

    name = "close"
    action = Action.CLOSE
    title = _("Close the request")
    about = _("It then stays as it is. Reviewers no longer see it, and nobody can write about it any more.")
    button = _("Close the request")
    audience = "both"

    text = long_text(
        _("Reason (optional)"),
        help_text=_("The requester reads this."),
        max_length=LONGEST_TEXT,
        required=False,
    )

    def do(self, part: Part) -> str:
        moving.close(who=self.place.who, part=part, text=self.cleaned_data["text"])
        return gettext("The request is closed.")
