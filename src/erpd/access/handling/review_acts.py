"""Who works on a request: its handler, and those who are asked for an opinion."""

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from erpd.access.handling.acts import Events, PartAct, long_text
from erpd.access.handling.places import PartPlace
from erpd.access.models import Part
from erpd.access.requests import moving
from erpd.access.requests.limits import LONGEST_TEXT
from erpd.access.requests.table import Action
from erpd.access.requests.telling import handlers
from erpd.accounts.models import Person


class _PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # it has none when it runs
    def label_from_instance(self, obj: Person) -> str:
        return f"{obj.name} ({obj.email})" if obj.name else obj.email


class Take(PartAct):
    """Whoever presses the button becomes the handler."""

    name = "take"
    action = Action.TAKE
    button = _("Take it yourself")

    @classmethod
    def fits(cls, place: PartPlace) -> bool:
        return place.part.handler_id != (place.who.person and place.who.person.pk)

    def same(self, mine: Events) -> Events:
        return mine.filter(detail__handler=self.place.who.person and self.place.who.person.pk)

    def do(self, part: Part) -> str:
        moving.take(who=self.place.who, part=part)
        return gettext("You are now the handler of this request.")


class NameHandler(PartAct):
    """Another handler."""

    name = "handler"
    action = Action.TAKE
    title = _("Name the handler")
    about = _("One of those who answer requests for this body. They are told by mail.")
    button = _("Name the handler")

    person = _PersonField(Person.objects.none(), label=_("Handler"), empty_label=None)

    @classmethod
    def fits(cls, place: PartPlace) -> bool:
        return _others(place).exists()

    def prepare(self) -> None:
        cast(Any, self.fields["person"]).queryset = _others(self.place)

    def same(self, mine: Events) -> Events:
        return mine.filter(detail__handler=self.cleaned_data["person"].pk)

    def do(self, part: Part) -> str:
        person: Person = self.cleaned_data["person"]
        moving.take(who=self.place.who, part=part, handler=person)
        return gettext("%(person)s is now the handler of this request.") % {"person": person}


class AskReview(PartAct):
    """A member of the body is asked for an opinion."""

    name = "review"
    action = Action.REVIEW
    title = _("Ask a member for a review")
    about = _(
        "They see this request alone, without private answers, and write notes, until you take them off."
    )
    button = _("Ask for a review")

    person = _PersonField(Person.objects.none(), label=_("Member"), empty_label=None)
    text = long_text(
        _("What do you want to know? (optional)"),
        help_text=_("Only the body sees this."),
        max_length=LONGEST_TEXT,
        required=False,
    )

    @classmethod
    def fits(cls, place: PartPlace) -> bool:
        return _reviewers(place).exists()

    def prepare(self) -> None:
        cast(Any, self.fields["person"]).queryset = _reviewers(self.place)

    def same(self, mine: Events) -> Events:
        return mine.filter(detail__reviewer=self.cleaned_data["person"].pk)

    def do(self, part: Part) -> str:
        person: Person = self.cleaned_data["person"]
        moving.ask_review(who=self.place.who, part=part, person=person, text=self.cleaned_data["text"])
        return gettext("%(person)s is asked for a review and now sees this request.") % {"person": person}


class EndReview(PartAct):
    """A reviewer is taken off: they see nothing more."""

    name = "end-review"
    action = Action.REVIEW
    minds_others = False  # taking sight away waits for nobody
    field_order = ("seen", "id")

    id = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)

    def same(self, mine: Events) -> Events:
        return mine.none()

    def do(self, part: Part) -> str:
        review = part.reviews.filter(pk=self.cleaned_data["id"]).select_related("person").first()
        if review is None:
            raise Http404
        moving.end_review(who=self.place.who, part=part, person=review.person)
        return gettext("%(person)s no longer sees this request.") % {"person": review.person}


def _others(place: PartPlace) -> "QuerySet[Person, Person]":
    return handlers(place.body.keeper).exclude(pk=place.part.handler_id or 0)


def _reviewers(place: PartPlace) -> "QuerySet[Person, Person]":
    """Members who do not see the part yet: handlers see it anyway."""
    members = Person.objects.filter(
        memberships__owner=place.body.keeper_id, memberships__handles=False, is_active=True
    )
    asked = place.part.reviews.filter(ended=None).values("person")
    return members.exclude(pk__in=asked).order_by("email")
