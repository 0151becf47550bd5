"""Cost estimates at the desk: sent, and cancelled."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from erpd.access.handling.acts import PartAct, day_field, long_text
from erpd.access.models import Part
from erpd.access.outcomes import estimating, rules
from erpd.access.requests.table import Action

MONEY: dict[str, Any] = {"min_value": 0, "max_digits": 12, "decimal_places": 2}


class Estimate(PartAct):
    """The requester is told what it may cost, and has to accept."""

    name = "estimate"
    action = Action.ESTIMATE
    title = _("Send a cost estimate")
    about = _(
        "The request then waits until the requester accepts or declines. A fee needs one that was accepted."
    )
    button = _("Send the estimate")
    audience = "both"
    field_order = ("least", "most", "currency", "covers", "valid_until")

    least = forms.DecimalField(label=_("Amount, or the lowest amount"), **MONEY)
    most = forms.DecimalField(
        label=_("Highest amount (optional)"),
        help_text=_("Leave it empty if the amount is exact."),
        required=False,
        **MONEY,
    )
    currency = forms.CharField(label=_("Currency"), max_length=3, initial="EUR")
    covers = long_text(
        _("What it covers"),
        help_text=_("The items of your tariff. The requester accepts exactly this text."),
        max_length=rules.LONGEST,
    )
    valid_until = day_field(_("Last day on which it can be accepted"))

    def do(self, part: Part) -> str:
        said = dict(self.cleaned_data)
        least, most = said["least"], said["most"]
        estimating.estimate(
            who=self.place.who,
            part=part,
            least=least,
            most=least if most is None else most,
            currency=said["currency"],
            covers=said["covers"],
            valid_until=said["valid_until"],
        )
        return gettext("The estimate is sent to the requester.")


class CancelEstimate(PartAct):
    """The estimate that waits is taken back."""

    name = "cancel"
    action = Action.CANCEL
    button = _("Cancel the estimate")
    look = "secondary"

    def do(self, part: Part) -> str:
        estimating.cancel(who=self.place.who, part=part)
        return gettext("The estimate is cancelled. The requester is told by mail.")
