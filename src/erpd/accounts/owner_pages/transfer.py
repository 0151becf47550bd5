"""The page on which the other side accepts or refuses what is offered."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from erpd.accounts.actions import transfers
from erpd.accounts.acts import Act, Place, answer
from erpd.accounts.models import Transfer
from erpd.accounts.owner_pages.places import named
from erpd.accounts.readiness import hindrances
from erpd.accounts.sign_in.signed_in import lately, signed_in
from erpd.register.models import Catalogue


@dataclass(frozen=True)
class _Offer(Place):
    transfer: Transfer

    @property
    def is_of_data_set(self) -> bool:
        return self.transfer.kind == Transfer.Kind.DATA_SET


class Accept(Act):
    name = "accept"
    place: _Offer

    def prepare(self) -> None:
        transfer = self.place.transfer
        if self.place.is_of_data_set and transfer.catalogue:
            into = Catalogue.objects.filter(holding__owner=transfer.to_owner, kind=transfer.catalogue.kind)
            self.fields["catalogue"] = forms.ModelChoiceField(
                into.order_by("pk"),
                label=_("Destination catalogue"),
                to_field_name="slug",
                empty_label=None,
                initial=transfer.catalogue,
            )

    def perform(self) -> str:
        catalogue = self.cleaned_data.get("catalogue")
        transfers.accept(who=self.place.who, transfer=self.place.transfer, catalogue=catalogue)
        self.after = reverse("owners:owner", args=[self.place.transfer.to_owner.slug])
        return gettext("You have accepted the transfer.")


class Refuse(Act):
    name = "refuse"
    place: _Offer

    comment = forms.CharField(
        label=_("Why do you refuse?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=transfers.LONGEST_COMMENT,
    )

    def perform(self) -> str:
        comment = self.cleaned_data["comment"]
        transfers.refuse(who=self.place.who, transfer=self.place.transfer, comment=comment)
        self.after = reverse("owners:mine")
        return gettext("You have refused the transfer.")


@signed_in
@lately
def transfer(request: HttpRequest, number: int) -> HttpResponse:
    """What is offered to the person or to an owner that they administer."""
    place = Place(request)
    assert place.who.person
    offers = transfers.offered_to(place.who.person).select_related(
        "from_owner", "to_owner", "by", "catalogue"
    )
    found = offers.filter(pk=number).first()
    if found is None:
        raise Http404
    offer = _Offer(request, found)
    return answer(offer, "accounts/owners/transfer.html", (Accept, Refuse), lambda: _facts(offer))


def _facts(offer: _Offer) -> dict[str, Any]:
    transfer = offer.transfer
    is_ownership = transfer.kind == Transfer.Kind.OWNERSHIP
    return {
        "transfer": transfer,
        "from_owner": named(offer, transfer.from_owner),
        "to_owner": named(offer, transfer.to_owner),
        "lacking": [] if is_ownership else hindrances(transfer.to_owner),
    }
