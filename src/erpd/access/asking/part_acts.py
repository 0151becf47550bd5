"""What a requester does at the page of a part."""

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from erpd.access.attachments import actions as attachments
from erpd.access.opened import open_here
from erpd.access.outcomes import estimating, granting
from erpd.access.requests import moving, talking
from erpd.access.requests.limits import LONGEST_TEXT
from erpd.accounts.acts import Act


class Message(Act):
    """They write to the body."""

    name = "message"

    text = forms.CharField(
        label=_("Your message"), max_length=LONGEST_TEXT, widget=forms.Textarea({"rows": 5})
    )
    file = forms.FileField(
        label=_("File (optional)"),
        help_text=_("A PDF, an office document, a CSV file, plain text or an image, up to 10 MB."),
        required=False,
    )

    def perform(self) -> str:
        place, given = self.place, self.cleaned_data["file"]
        checked = attachments.check_upload(given) if given else None
        with transaction.atomic():
            event = talking.message(
                who=place.who, part=place.part, text=self.cleaned_data["text"], opened=place.opened
            )
            if checked:
                attachments.store(
                    who=place.who, part=place.part, opened=place.opened, event=event, file=checked
                )
        return gettext("Sent.")


class Nudge(Act):
    """They remind the body."""

    name = "nudge"

    def perform(self) -> str:
        talking.nudge(who=self.place.who, part=self.place.part, opened=self.place.opened)
        return gettext("The body was reminded.")


class Withdraw(Act):
    """They take the part back."""

    name = "withdraw"

    text = forms.CharField(
        label=_("Why (if you want to say)"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 3}),
        required=False,
    )
    sure = forms.BooleanField(label=_("I want no decision on this request any more"))

    def perform(self) -> str:
        place = self.place
        moving.withdraw(who=place.who, part=place.part, text=self.cleaned_data["text"], opened=place.opened)
        return gettext("You have withdrawn the request.")


class Accept(Act):
    """They accept the estimate, in the words that they read."""

    name = "accept"

    wording = forms.CharField(widget=forms.HiddenInput, max_length=20_000)

    def prepare(self) -> None:
        waiting = self.place.estimate
        if waiting:
            self.fields["wording"].initial = estimating.wording(waiting, get_language() or "en")

    def perform(self) -> str:
        place = self.place
        estimating.accept(
            who=place.who,
            part=place.part,
            opened=place.opened,
            text=self.cleaned_data["wording"].replace("\r\n", "\n"),
        )
        return gettext("You have accepted the estimate.")


class Decline(Act):
    """They decline it."""

    name = "decline"

    def perform(self) -> str:
        estimating.decline(who=self.place.who, part=self.place.part, opened=self.place.opened)
        return gettext("You have declined the estimate. The body is told.")


class Renew(Act):
    """They ask for the same again."""

    name = "renew"

    def perform(self) -> HttpResponse:
        place = self.place
        made = granting.renew(who=place.who, part=place.part, opened=place.opened)
        if made.person_id is None:
            open_here(place.request, made.pk)
        return redirect("asking:request", made.pk)
