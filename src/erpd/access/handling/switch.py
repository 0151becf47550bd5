"""The part of a body's own page at which its desk is opened and closed."""

from django import forms
from django.http import Http404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from erpd.access.handling import opening
from erpd.access.models import Body
from erpd.accounts.acts import Act


class _Desk(Act):
    @property
    def body(self) -> Body:
        found: Body | None = self.place.body
        if found is None:
            raise Http404
        return found


class OpenDesk(_Desk):
    """Requests are taken here."""

    name = "open"

    nudge = forms.IntegerField(
        label=_("Days before the due date from which people can remind you of their request"),
        min_value=0,
        max_value=opening.MOST_DAYS,
    )

    def prepare(self) -> None:
        if self.place.body:
            self.fields["nudge"].initial = self.place.body.nudge

    def perform(self) -> str:
        was_open = self.body.desk
        opening.open_desk(who=self.place.who, body=self.body, nudge=self.cleaned_data["nudge"])
        return gettext("Saved.") if was_open else gettext("The desk is open: you now receive requests here.")


class CloseDesk(_Desk):
    """No more requests are taken."""

    name = "close"

    def perform(self) -> str:
        opening.close_desk(who=self.place.who, body=self.body)
        return gettext("The desk is closed. You still answer the requests that you have received.")
