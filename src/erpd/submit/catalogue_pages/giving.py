"""Give a data set away: from the test catalogue to a real one, or to another owner."""

from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from erpd.accounts.actions.transfers import LONGEST_COMMENT
from erpd.accounts.acts import answer
from erpd.accounts.may import Verb
from erpd.accounts.naming import OwnerField
from erpd.accounts.sign_in.signed_in import lately, signed_in
from erpd.accounts.texts import in_language
from erpd.register.models import Catalogue
from erpd.submit import actions
from erpd.submit.catalogue_pages.acts import DeliveryAct
from erpd.submit.catalogue_pages.reaching import delivery_place
from erpd.submit.giving import give_data_set
from erpd.submit.refusals import EditConflict


class PublishForReal(DeliveryAct):
    """The catalogue in which a data set is published for real."""

    name = "real"

    catalogue = forms.ChoiceField(label=gettext_lazy("Catalogue"), widget=forms.RadioSelect)

    def prepare(self) -> None:
        super().prepare()
        real = Catalogue.objects.filter(holding__owner=self.place.owner).exclude(kind=Catalogue.Kind.TEST)
        self._known = {one.slug: one for one in real.order_by("pk")}
        self.fields["catalogue"].choices = [  # type: ignore[attr-defined]
            (slug, in_language(one.title, *self.place.languages)[0] or slug)
            for slug, one in self._known.items()
        ]

    def perform(self) -> str:
        if self.cleaned_data["edition"] != self.given.edition:
            raise EditConflict
        chosen = self._known[self.cleaned_data["catalogue"]]
        real = actions.publish_for_real(who=self.place.who, delivery=self.given, catalogue=chosen)
        self.after = reverse("catalogue:delivery", args=[self.place.owner.slug, chosen.slug, real.pk])
        return _("The data set is published for everybody. The one in the test catalogue stays.")


class Offer(DeliveryAct):
    """To whom a data set goes."""

    name = "transfer"

    to = OwnerField()
    comment = forms.CharField(
        label=gettext_lazy("Message to the other side (optional)"),
        max_length=LONGEST_COMMENT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def perform(self) -> str:
        at, to = self.place, self.cleaned_data["to"]
        give_data_set(who=at.who, delivery=self.given, to=to, comment=self.cleaned_data["comment"])
        self.after = reverse("catalogue:delivery", args=[at.owner.slug, at.catalogue.slug, self.given.pk])
        said = _("Offered to %(owner)s. We have sent its administrators an e-mail.")
        return said % {"owner": in_language(to.title, *at.languages)[0]}


@signed_in
def publish_for_real(request: HttpRequest, slug: str, catalogue: str, key: UUID) -> HttpResponse:
    """Publish a data set of the test catalogue in a real one."""
    at = delivery_place(request, slug, catalogue, key)
    if not at.is_test:
        raise Http404
    at.demand(Verb.PUBLISH)
    return answer(at, "submit/for_real.html", (PublishForReal,))


@signed_in
@lately
def transfer(request: HttpRequest, slug: str, catalogue: str, key: UUID) -> HttpResponse:
    """Offer a data set to another owner, which accepts or refuses it."""
    at = delivery_place(request, slug, catalogue, key)
    at.demand(Verb.TRANSFER)
    return answer(at, "submit/transfer.html", (Offer,))
