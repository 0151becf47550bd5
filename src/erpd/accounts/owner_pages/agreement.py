"""The agreement of an owner: read in the reader's language, accepted, kept (P: what you get, 3)."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from erpd.accounts.actions import agreements
from erpd.accounts.acts import Act, answer
from erpd.accounts.may import Verb
from erpd.accounts.models import Agreement
from erpd.accounts.owner_pages.places import OwnerPlace, owner_place
from erpd.accounts.paging import number
from erpd.accounts.readiness import newest
from erpd.accounts.sign_in.signed_in import lately, signed_in
from erpd.accounts.texts import in_language

SHOWN = 100


class Accept(Act):
    """``version`` and ``language`` say what was on the page: another version may have come meanwhile."""

    name = "accept"
    place: OwnerPlace

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=10**9)
    language = forms.CharField(widget=forms.HiddenInput, max_length=2)
    read = forms.BooleanField(
        label=_("I have read the agreement and accept it for my organisation."),
        error_messages={"required": _("Tick the box if your organisation accepts the agreement.")},
    )

    def perform(self) -> str:
        given = {name: self.cleaned_data[name] for name in ("version", "language")}
        agreements.accept(who=self.place.who, owner=self.place.owner, **given)
        return gettext("You have accepted version %(version)s of the agreement.") % given


@signed_in
@lately
def agreement(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest version; ``?version=``: an earlier one."""
    place = owner_place(request, slug)
    asked = request.GET.get("version")
    last = newest()
    shown = last if asked is None else get_object_or_404(Agreement, version=number(asked))
    return answer(place, "accounts/owners/agreement.html", (Accept,), lambda: _facts(place, shown, last))


def _facts(place: OwnerPlace, shown: Agreement | None, last: Agreement | None) -> dict[str, Any]:
    acceptances = list(
        place.owner.acceptances.select_related("agreement", "person").order_by("-agreement__version")[:SHOWN]
    )
    accepted = next((one for one in acceptances if one.agreement == shown), None)
    facts: dict[str, Any] = {"room": "agreement", "agreement": shown, "accepted": accepted}
    if shown:
        facts["text"], facts["text_language"] = in_language(shown.text, *place.languages)
        facts["changes"], facts["changes_language"] = in_language(shown.changes, *place.languages)
        facts["languages"] = [code for code in shown.text if code != facts["text_language"]]
    return {
        **facts,
        "is_newest": shown == last,
        "acceptances": acceptances,
        "may_agree": place.may(Verb.AGREE) and shown == last and accepted is None,
    }
