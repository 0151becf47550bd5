"""The operator makes, replaces and revokes the link here, and sees who has notices by mail.

The link is shown once, on the answer that makes it.
"""

from typing import Any

from django.conf import settings as node
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from erpd.accounts.acts import Act, Which, answer
from erpd.accounts.desk.pages import desk
from erpd.accounts.may import Kind, Verb
from erpd.accounts.sign_in.signed_in import lately
from erpd.operate.models import Subscription, SupplierLink
from erpd.operate.place import SourcePlace, source_place
from erpd.operate.suppliers import actions, subscribing


class Make(Act):
    name = "make"
    place: SourcePlace

    def perform(self) -> HttpResponse:
        token = actions.make_link(who=self.place.who, settings=self.place.settings)
        address = node.NODE.base_url + reverse("suppliers:page", args=[token])
        return self.place.show("operate/supplier_link.html", {**_facts(self.place), "address": address})


class Revoke(Act):
    name = "revoke"
    place: SourcePlace

    def perform(self) -> str:
        actions.revoke_link(who=self.place.who, settings=self.place.settings)
        return gettext("The link no longer opens anything.")


class Remove(Which):
    name = "remove"
    place: SourcePlace

    def perform(self) -> str:
        subscribing.remove(who=self.place.who, settings=self.place.settings, number=self.cleaned_data["id"])
        return gettext("This address receives no more notices.")


@desk(Kind.SOURCE)
@lately
def supplier_link(request: HttpRequest, slug: str) -> HttpResponse:
    """The link of one source, as far as it is known."""
    place = source_place(request, slug)
    place.demand(Verb.CHANGE)
    offered = () if place.settings.removed else (Make, Revoke, Remove)
    return answer(place, "operate/supplier_link.html", offered, lambda: _facts(place))


def _facts(place: SourcePlace) -> dict[str, Any]:
    link = SupplierLink.objects.filter(settings=place.settings).select_related("by").first()
    told = Subscription.objects.filter(settings=place.settings).exclude(confirmed=None).order_by("email")
    return {"link": link, "told": told}
