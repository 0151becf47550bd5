"""Give a data set away: from the test catalogue to a real one, or to another owner."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from erpd.accounts.actions.transfers import LONGEST_COMMENT
from erpd.accounts.may import Verb
from erpd.accounts.naming import OwnerField
from erpd.accounts.refusal import Refusal as AccountRefusal
from erpd.accounts.sign_in.signed_in import lately, signed_in
from erpd.accounts.texts import in_language
from erpd.register.models import Catalogue
from erpd.submit import actions
from erpd.submit.catalogue_pages.acts import edition_in, named, refused
from erpd.submit.catalogue_pages.reaching import Place, delivery, place
from erpd.submit.giving import give_data_set
from erpd.submit.refusals import EditConflict, Refusal


class CatalogueForm(forms.Form):
    """The catalogue in which a data set is published for real."""

    catalogue = forms.ChoiceField(label=gettext_lazy("Catalogue"), widget=forms.RadioSelect)

    def __init__(self, at: Place, *given: object) -> None:
        super().__init__(*given)  # type: ignore[arg-type]
        real = Catalogue.objects.filter(holding__owner=at.owner).exclude(kind=Catalogue.Kind.TEST)
        self.known = {one.slug: one for one in real.order_by("pk")}
        self.fields["catalogue"].choices = [  # type: ignore[attr-defined]
            (slug, in_language(one.title, *at.languages)[0] or slug) for slug, one in self.known.items()
        ]


class OwnerForm(forms.Form):
    """To whom a data set goes."""

    to = OwnerField()
    comment = forms.CharField(
        label=gettext_lazy("Message to the other side (optional)"),
        max_length=LONGEST_COMMENT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


@signed_in
def publish_for_real(request: HttpRequest, slug: str, catalogue: str, key: UUID) -> HttpResponse:
    """Publish a data set of the test catalogue in a real one."""
    at = place(request, slug, catalogue)
    one = delivery(at, key)
    if not at.is_test:
        raise Http404
    at.demand(Verb.PUBLISH)
    form = CatalogueForm(at, request.POST) if request.method == "POST" else CatalogueForm(at)
    facts = {"form": form, **named(at, one)}
    if not form.is_valid():
        return at.show("submit/for_real.html", facts, status=400 if form.is_bound else 200)
    chosen = form.known[form.cleaned_data["catalogue"]]
    try:
        if edition_in(request) != one.edition:
            raise EditConflict(
                _("Somebody else has changed this data set. Look at it again before you publish it.")
            )
        real = actions.publish_for_real(who=at.who, delivery=one, catalogue=chosen)
    except Refusal as refusal:
        return refused(at, "submit/for_real.html", facts, refusal)
    messages.success(
        request, _("The data set is published for everybody. The one in the test catalogue stays.")
    )
    return redirect("catalogue:delivery", slug, chosen.slug, real.pk)


@signed_in
@lately
def transfer(request: HttpRequest, slug: str, catalogue: str, key: UUID) -> HttpResponse:
    """Offer a data set to another owner, which accepts or refuses it."""
    at = place(request, slug, catalogue)
    one = delivery(at, key)
    at.demand(Verb.TRANSFER)
    form = OwnerForm(request.POST) if request.method == "POST" else OwnerForm()
    facts = {"form": form, **named(at, one)}
    if not form.is_valid():
        return at.show("submit/transfer.html", facts, status=400 if form.is_bound else 200)
    to = form.cleaned_data["to"]
    try:
        give_data_set(who=at.who, delivery=one, to=to, comment=form.cleaned_data["comment"])
    except AccountRefusal as refusal:
        return at.show("submit/transfer.html", {**facts, "refusal": refusal}, status=409)
    messages.success(
        request,
        _("Offered to %(owner)s. We have sent its administrators an e-mail.")
        % {"owner": in_language(to.title, *at.languages)[0]},
    )
    return redirect("catalogue:delivery", slug, catalogue, one.pk)
