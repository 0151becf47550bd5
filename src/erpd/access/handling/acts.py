"""What every act on a request shares: it sees what others have done meanwhile, and is done once."""

from enum import StrEnum
from typing import Any, ClassVar

from django import forms
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from erpd.access.handling.history import Happened, since
from erpd.access.handling.places import PartPlace
from erpd.access.models import Event, Part
from erpd.access.requests.events import AUTOMATIC
from erpd.access.requests.locked import part_of
from erpd.access.requests.requester import called
from erpd.access.requests.roles import WrongState, demand
from erpd.access.requests.table import Action, allowed
from erpd.accounts.acts import Act
from erpd.accounts.refusal import Hindrance, Refusal, Texts


class Code(StrEnum):
    """Why an act is refused here, and not by its verb."""

    CHANGED = "request-changed"


class _Reason(Hindrance):
    texts: ClassVar[Texts] = {
        Code.CHANGED: (
            _("Somebody else has acted on this request since you opened the page. Nothing was done."),
            _("Read what has happened. If your entry is still right, send it again."),
        )
    }


Events = QuerySet[Event, Event]


class PartAct(Act):
    """Something that somebody of the body does to a part."""

    action: ClassVar[Action]
    title: ClassVar[Promise | str] = ""
    about: ClassVar[Promise | str] = ""
    button: ClassVar[Promise | str] = ""
    look: ClassVar[str] = "primary"
    audience: ClassVar[str] = "body"
    """Who reads what is entered: "both", or "body" alone."""
    minds_others: ClassVar[bool] = True
    """Whether it is refused once if others have acted since the page was opened."""
    more: ClassVar[str] = "access/handling/happened.html"
    do_not_call_in_templates: ClassVar[bool] = True  # they show the kinds that are offered, not made yet
    place: PartPlace
    happened: list[Happened]
    """Since the page was opened, if it is refused."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**63 - 1)

    def __init__(self, place: Any, data: Any = None, files: Any = None) -> None:
        super().__init__(place, data, files)
        self.happened = []
        self.fields["seen"].initial = _newest(place.part)

    @classmethod
    def fits(cls, place: PartPlace) -> bool:
        """Whether the page offers it now, as far as state and roles allow it."""
        return True

    def do(self, part: Part) -> str:
        """Call the verb, and return what to tell."""
        raise TypeError(f"{self.name} does nothing")

    def same(self, mine: Events) -> Events:
        """Of what the person has done since they opened the page: that which this would only repeat."""
        return mine

    def perform(self) -> str | HttpResponse:
        place = self.place
        self.after = reverse("handling:part", args=[place.body.slug, place.part.reference])
        try:
            with transaction.atomic():
                part = part_of(place.part.reference)
                return self._once(part)
        except Refusal:
            self._look_again()
            raise

    def _once(self, part: Part) -> str:
        """Do it. What was sent twice is done once; what others have done meanwhile is looked at first."""
        wrong: WrongState | None = None
        try:
            demand(self.place.who, self.action, part)
        except WrongState as error:
            wrong = error
        new = part.events.filter(pk__gt=self.cleaned_data["seen"])
        if self.same(new.filter(person=self.place.who.person, action=self.action)).exists():
            return gettext("This was done already.")
        if wrong:
            raise wrong
        others = new.exclude(person=self.place.who.person).exclude(role=AUTOMATIC)
        if self.minds_others and others.exists():
            raise Refusal(_Reason(Code.CHANGED))
        return self.do(part)

    def _look_again(self) -> None:
        """Show what is now, and what has happened, beside what was entered."""
        place, seen = self.place, self.cleaned_data["seen"]
        place.part.refresh_from_db()
        self.happened = since(place.part, seen, called(place.part.request))
        data = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        data["seen"] = str(_newest(place.part))
        self.data = data


def offered(place: PartPlace, kinds: tuple[type[PartAct], ...]) -> list[type[PartAct]]:
    """Those that the person may do now."""
    return [
        kind for kind in kinds if place.roles & allowed(place.part.state, kind.action) and kind.fits(place)
    ]


def _newest(part: Part) -> int:
    newest = Event.objects.filter(part=part).order_by("-pk").values_list("pk", flat=True).first()
    return newest or 0


def long_text(label: Any, **more: Any) -> forms.CharField:
    """A field of several lines."""
    rows = more.pop("rows", 6)
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **more)


def day_field(label: Any, **more: Any) -> forms.DateField:
    """A field for a day."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, widget=widget, input_formats=["%Y-%m-%d"], **more)
