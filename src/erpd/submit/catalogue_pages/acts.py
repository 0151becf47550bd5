"""Publish, withdraw, erase; empty a test catalogue. Each page says what it means, and a button does it."""

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext

from erpd.accounts.acts import Act, answer
from erpd.accounts.may import Kind, Verb
from erpd.accounts.paging import number
from erpd.accounts.sign_in.signed_in import lately, signed_in
from erpd.pages.findings import remarks, summed
from erpd.register.content import facts_of
from erpd.submit import actions
from erpd.submit.catalogue_pages.reaching import CataloguePlace, DeliveryPlace, delivery_place, place
from erpd.submit.models import Delivery
from erpd.submit.refusals import NotPublishable

MOST_SHOWN = 50  # findings


class DeliveryAct(Act):
    """An act on a data set: the edition that was seen."""

    place: DeliveryPlace
    more = "submit/refused.html"

    edition = forms.CharField(required=False, widget=forms.HiddenInput)

    def prepare(self) -> None:
        if self.place.delivery:
            self.fields["edition"].initial = self.place.delivery.edition
        else:
            del self.fields["edition"]

    def clean_edition(self) -> int:
        """One that does not exist if it is not said."""
        return number(self.cleaned_data["edition"]) or 0

    @property
    def given(self) -> Delivery:
        """The data set. Only what is done to one asks."""
        assert self.place.delivery
        return self.place.delivery

    @property
    def remarks(self) -> list[Any]:
        """What keeps it from being published."""
        found = facts_of(self.refusal.findings) if isinstance(self.refusal, NotPublishable) else []
        return list(remarks(summed(found), 0, MOST_SHOWN, delivered=True))


class _Button(DeliveryAct):
    """What a button does to a data set."""

    verb: ClassVar[Verb]
    title: ClassVar[Promise]
    meaning: ClassVar[Promise]
    """What follows from it."""
    button: ClassVar[Promise]

    @property
    def _facts(self) -> dict[str, Any]:
        return {
            "who": self.place.who,
            "delivery": self.given,
            "edition": self.cleaned_data["edition"],
        }

    def prepare(self) -> None:
        super().prepare()
        self.after = reverse("catalogue:delivery", args=[*_address(self.place), self.given.pk])


class Publish(_Button):
    name = "publish"
    verb = Verb.PUBLISH
    title = gettext_lazy("Publish this data set?")
    meaning = gettext_lazy(
        "Everybody will see it here, and other portals will copy it. From then on, its identifier is "
        "permanent. You can withdraw it later."
    )
    button = gettext_lazy("Publish")

    def perform(self) -> str:
        actions.publish(**self._facts)
        if self.place.is_test:
            return gettext("Published in the test catalogue, where only your organisation sees it.")
        return gettext("The data set is published.")


class Withdraw(_Button):
    name = "withdraw"
    verb = Verb.WITHDRAW
    title = gettext_lazy("Withdraw this data set?")
    meaning = gettext_lazy(
        "Nobody will find it any more, and its page will say that it was withdrawn. Portals that copied it "
        "will remove it at their next harvest. Its identifier stays reserved for it, so that you can "
        "publish it again."
    )
    button = gettext_lazy("Withdraw")

    def perform(self) -> str:
        actions.withdraw(**self._facts)
        return gettext("The data set is withdrawn.")


class Erase(_Button):
    name = "erase"
    verb = Verb.ERASE
    title = gettext_lazy("Erase this data set?")
    meaning = gettext_lazy(
        "Only your organisation has seen it. It will be deleted, and this cannot be undone."
    )
    button = gettext_lazy("Erase")

    def perform(self) -> str:
        actions.erase(**self._facts)
        self.after = reverse("catalogue:list", args=_address(self.place))
        return gettext("The data set is erased.")


class Empty(Act):
    """Erase all that is in a test catalogue."""

    name = "empty"
    place: CataloguePlace

    def perform(self) -> str:
        erased = actions.empty(who=self.place.who, catalogue=self.place.catalogue)
        self.after = reverse("catalogue:list", args=_address(self.place))
        said = ngettext("%(number)d data set was erased.", "%(number)d data sets were erased.", erased)
        return said % {"number": erased}


@signed_in
def act(request: HttpRequest, slug: str, catalogue: str, key: UUID, name: str) -> HttpResponse:
    """Ask whether to do it; do it, to the edition that was seen."""
    at = delivery_place(request, slug, catalogue, key)
    chosen = next((one for one in (Publish, Withdraw, Erase) if one.name == name), None)
    if chosen is None:
        raise Http404
    at.demand(chosen.verb)
    return answer(at, "submit/act.html", (chosen,))


@signed_in
@lately
def empty(request: HttpRequest, slug: str, catalogue: str) -> HttpResponse:
    """Ask whether to empty a test catalogue; empty it."""
    at = place(request, slug, catalogue)
    if not at.is_test:
        raise Http404
    at.demand(Verb.EMPTY, Kind.CATALOGUE)
    deliveries = Delivery.objects.filter(catalogue=at.catalogue)
    return answer(at, "submit/empty.html", (Empty,), lambda: {"number": deliveries.count()})


def _address(at: CataloguePlace) -> tuple[str, str]:
    return at.owner.slug, at.catalogue.slug
