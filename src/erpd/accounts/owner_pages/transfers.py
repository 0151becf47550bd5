"""What an owner offers to others and is offered; the page `transfer` is where the other side decides."""

from typing import Any

from django import forms
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from erpd.accounts.actions import transfers as actions
from erpd.accounts.acts import Act, Which, answer
from erpd.accounts.models import Transfer
from erpd.accounts.naming import OwnerField
from erpd.accounts.owner_pages.places import OwnerPlace, named, owner_place
from erpd.accounts.paging import behind, cut
from erpd.accounts.sign_in.signed_in import lately, signed_in
from erpd.register.models import Catalogue


def _comment() -> forms.CharField:
    return forms.CharField(
        label=_("Message to the other side (optional)"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=actions.LONGEST_COMMENT,
        required=False,
    )


class GiveCatalogue(Act):
    name = "catalogue"
    place: OwnerPlace

    catalogue = forms.ModelChoiceField(
        Catalogue.objects.none(), label=_("Catalogue"), to_field_name="slug", empty_label=None
    )
    to = OwnerField()
    comment = _comment()

    def prepare(self) -> None:
        catalogue = self.fields["catalogue"]
        assert isinstance(catalogue, forms.ModelChoiceField)
        catalogue.label_from_instance = self.place.title_of  # type: ignore[assignment]
        catalogue.queryset = Catalogue.objects.filter(holding__owner=self.place.owner).order_by("pk")

    def perform(self) -> str:
        actions.give_catalogue(who=self.place.who, **self.cleaned_data)
        return gettext("The catalogue is offered. It is transferred once the other side accepts.")


class HandOver(Act):
    name = "ownership"
    place: OwnerPlace

    successor = forms.EmailField(
        label=_("E-mail address of your successor"),
        help_text=_("They become an administrator when they accept, and you leave the organisation."),
        max_length=254,
    )
    comment = _comment()

    def perform(self) -> str:
        actions.hand_over(who=self.place.who, owner=self.place.owner, **self.cleaned_data)
        return gettext("The ownership is offered. You stay until your successor accepts.")


class Cancel(Which):
    name = "cancel"
    place: OwnerPlace

    def perform(self) -> str:
        found = self.place.owner.transfers_out.filter(pk=self.cleaned_data["id"]).first()
        if found is None:
            raise Http404
        actions.cancel(who=self.place.who, transfer=found)
        return gettext("The offer is cancelled.")


@signed_in
@lately
def transfers(request: HttpRequest, slug: str) -> HttpResponse:
    """What was transferred, and what waits for an answer, newest first."""
    place = owner_place(request, slug)
    acts = (GiveCatalogue, HandOver, Cancel)
    return answer(place, "accounts/owners/transfers.html", acts, lambda: _facts(place))


def _facts(place: OwnerPlace) -> dict[str, Any]:
    owner = place.owner
    found = Transfer.objects.filter(Q(from_owner=owner) | Q(to_owner=owner))
    page = cut(place.request, behind(place.request, found.select_related("from_owner", "to_owner", "by")))
    sides = [(one, named(place, one.from_owner), named(place, one.to_owner)) for one in page.rows]
    return {"room": "transfers", "page": page, "transfers": sides}
