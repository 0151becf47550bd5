"""The page of an owner: what it still lacks, its catalogues, members, contact address."""

from typing import Any, cast

from django import forms
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from erpd.accounts.actions import contacts, owners
from erpd.accounts.acts import Act, answer
from erpd.accounts.models import Membership, Owner
from erpd.accounts.owner_pages.places import OwnerPlace, owner_place
from erpd.accounts.readiness import CONFIRMED_FOR, hindrances
from erpd.accounts.refusal import Code, Hindrance
from erpd.accounts.sign_in.signed_in import lately, signed_in
from erpd.accounts.texts import in_language
from erpd.metadata.text import EU_LANGUAGES
from erpd.pages.languages import language_name
from erpd.register.catalogues import numbers
from erpd.register.models import Catalogue


class Contact(Act):
    name = "contact"
    place: OwnerPlace

    contact = forms.EmailField(
        label=_("New contact address"),
        help_text=_("You cannot publish again until it is confirmed. We will send it a link."),
        max_length=254,
    )

    def perform(self) -> str:
        contact = self.cleaned_data["contact"]
        owners.change(who=self.place.who, owner=self.place.owner, contact=contact)
        return gettext("The contact address is now %(contact)s.") % {"contact": contact}


class SendAgain(Act):
    name = "again"
    place: OwnerPlace

    def perform(self) -> str:
        contacts.ask_again(who=self.place.who, owner=self.place.owner)
        return gettext("We have sent the link to %(contact)s.") % {"contact": self.place.owner.contact}


class About(Act):
    name = "about"
    place: OwnerPlace

    language = forms.ChoiceField(label=_("Language of the description"))
    about = forms.CharField(
        label=_("Description"),
        help_text=_("What your organisation does, and which data it holds. Leave it empty to remove it."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=owners.LONGEST_ABOUT,
        required=False,
    )

    def prepare(self) -> None:
        here = get_language() or "en"
        language = cast(forms.ChoiceField, self.fields["language"])
        language.choices = [(code, language_name(code, here)) for code in EU_LANGUAGES]
        text, known = in_language(self.place.owner.about, *self.place.languages)
        language.initial = known or here
        self.fields["about"].initial = text

    def perform(self) -> str:
        owners.describe(
            who=self.place.who,
            owner=self.place.owner,
            about=self.cleaned_data["about"],
            language=self.cleaned_data["language"],
        )
        return gettext("The description on your public page has been changed.")


@signed_in
@lately
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """What somebody who may see the owner finds first."""
    place = owner_place(request, slug)
    acts = (Contact, SendAgain, About)
    return answer(place, "accounts/owners/overview.html", acts, lambda: _facts(place))


def _facts(place: OwnerPlace) -> dict[str, Any]:
    owner = place.owner
    counted = {**numbers(), **_in_test(owner)}
    until = owner.confirmed + CONFIRMED_FOR if owner.confirmed else None
    catalogues = Catalogue.objects.filter(holding__owner=owner).order_by("pk")
    members = owner.memberships.values_list("role", flat=True)
    return {
        "room": "overview",
        "lacking": [(one, _remedy(place, one)) for one in hindrances(owner)],
        "catalogues": [
            (one, *in_language(one.title, *place.languages), counted.get(one.pk, 0))
            for one in catalogues[:100]
        ],
        "member_count": len(members),
        "administrator_count": list(members).count(Membership.Role.ADMIN),
        "confirmed_until": until,
        "is_to_confirm": owner.state == Owner.State.APPROVED and contacts.is_to_confirm(owner),
    }


def _in_test(owner: Owner) -> dict[int, int]:
    """Test catalogue -> the number of its published data sets, which never reach the register."""
    tests = Catalogue.objects.filter(holding__owner=owner, kind=Catalogue.Kind.TEST)
    published = Q(deliveries__state="published", deliveries__removed=None)
    counted = tests.annotate(number=Count("deliveries", filter=published))
    return dict(counted.values_list("pk", "number"))


def _remedy(place: OwnerPlace, one: Hindrance) -> str:
    """Where it is put right."""
    slug = place.owner.slug
    if one.code in (Code.AGREEMENT_NOT_ACCEPTED, Code.AGREEMENT_CHANGED):
        return reverse("owners:agreement", args=[slug])
    return "#contact" if one.code in (Code.CONTACT_UNCONFIRMED, Code.CONTACT_EXPIRED) else ""
