"""The acts with which the operator decides about a data owner."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from erpd.accounts.actions import agreements, contacts, owners
from erpd.accounts.acts import Act
from erpd.accounts.desk.pages import Desk
from erpd.accounts.models import Acceptance, Membership, Organisation, Owner, Person
from erpd.accounts.organisations import found
from erpd.accounts.paging import words
from erpd.accounts.readiness import newest
from erpd.accounts.texts import in_language
from erpd.pages.languages import language_name

_LONGEST_SLUG = 40
_CANDIDATES = 10


@dataclass(frozen=True)
class AtOwner(Desk):
    """A data owner at the desk."""

    owner: Owner


def _reason(**facts: Any) -> forms.CharField:
    return forms.CharField(max_length=owners.LONGEST_REASON, widget=forms.Textarea({"rows": 3}), **facts)


class _Reasoned(Act):
    """A decision that needs a reason."""

    place: AtOwner

    reason = _reason(
        label=_("Reason"), help_text=_("Its administrators will read this, so say what they can do now.")
    )


class Refuse(_Reasoned):
    name = "refuse"

    def perform(self) -> str:
        owners.refuse(who=self.place.who, owner=self.place.owner, reason=self.cleaned_data["reason"])
        return gettext("The request is refused. Its administrators have been sent an e-mail.")


class Close(_Reasoned):
    name = "close"

    def perform(self) -> str:
        owners.close(who=self.place.who, owner=self.place.owner, reason=self.cleaned_data["reason"])
        return gettext("The data owner is closed. Its administrators have been sent an e-mail.")


class Confirm(Act):
    """The contact address is right, as the operator knows otherwise."""

    name = "confirm"
    place: AtOwner

    def perform(self) -> str:
        contacts.confirm_otherwise(who=self.place.who, owner=self.place.owner)
        return gettext("The contact address is confirmed for a year.")


class Approve(Act):
    """The request becomes a data owner, for the organisation that it asked for or for another of the list."""

    name = "approve"
    place: AtOwner

    organisation = forms.TypedChoiceField(
        label=_("Organisation"), widget=forms.RadioSelect, required=False, coerce=int, empty_value=None
    )
    slug = forms.CharField(
        label=_("Short name"),
        required=False,
        max_length=_LONGEST_SLUG,
        help_text=_("It names the catalogues and cannot be changed later."),
    )
    reason = _reason(
        label=_("Remark"), required=False, help_text=_("Optional. Its administrators will read this.")
    )

    def prepare(self) -> None:
        owner = self.place.owner
        candidates = found(words(self.place.request, "find"), size=_CANDIDATES)
        self._offered = {one.pk: one for one in (*filter(None, [owner.organisation]), *candidates)}
        field: Any = self.fields["organisation"]
        none = [] if owner.organisation else [("", gettext("None of these"))]
        named = ((pk, _named(one, self.place.languages)) for pk, one in self._offered.items())
        field.choices, field.initial = [*none, *named], owner.organisation_id or ""
        self.fields["slug"].initial = owner.slug
        if not candidates:  # the one that it asked for
            del self.fields["organisation"]
        if owner.holdings.exists():
            del self.fields["slug"]

    def perform(self) -> str:
        said, owner = self.cleaned_data, self.place.owner
        owners.approve(
            who=self.place.who,
            owner=owner,
            slug=said.get("slug", ""),
            organisation=self._offered.get(said.get("organisation") or 0),
            reason=said["reason"],
        )
        slug = Owner.objects.values_list("slug", flat=True).get(pk=owner.pk)
        self.after = reverse("desk:owner", args=[slug])
        return gettext("The data owner is approved. Its administrators have been sent an e-mail.")


class Paper(Act):
    """An administrator has signed the agreement on paper."""

    name = "paper"
    place: AtOwner

    person = forms.ModelChoiceField(
        Person.objects.none(), label=_("Signed by"), empty_label=_("Choose a person")
    )
    language = forms.ChoiceField(label=_("Language of the text that was signed"))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def prepare(self) -> None:
        agreement, person, language = newest(), self.fields["person"], self.fields["language"]
        assert agreement
        assert isinstance(person, forms.ModelChoiceField)
        assert isinstance(language, forms.ChoiceField)
        self.fields["version"].initial = agreement.version
        administrators = Person.objects.filter(
            memberships__owner=self.place.owner, memberships__role=Membership.Role.ADMIN
        )
        person.queryset = administrators.order_by("email")
        person.label_from_instance = lambda one: one.email  # type: ignore[assignment]
        language.choices = [(code, language_name(code, code)) for code in agreement.text]
        language.initial = next((code for code in self.place.languages if code in agreement.text), None)

    def perform(self) -> str:
        agreements.accept_on_paper(who=self.place.who, owner=self.place.owner, **self.cleaned_data)
        return gettext("The agreement is accepted.")


def acts(owner: Owner) -> list[type[Act]]:
    """What an operator can do about an owner in its state."""
    if owner.state == Owner.State.REQUESTED:
        return [Approve, Refuse]
    if owner.state != Owner.State.APPROVED:
        return [Approve]
    confirm = [Confirm] if contacts.is_to_confirm(owner) else []
    version = newest()
    is_missing = version and not Acceptance.objects.filter(owner=owner, agreement=version).exists()
    return [*confirm, *([Paper] if is_missing else []), Close]


def _named(one: Organisation, languages: Sequence[str]) -> str:
    domains = ", ".join(one.domains[:3])
    return in_language(one.title, *languages)[0] + (f" ({domains})" if domains else "")
