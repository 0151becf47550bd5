"""The forms with which the operator decides about a data owner."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from erpd.accounts.actions.owners import LONGEST_REASON
from erpd.accounts.models import Agreement, Membership, Organisation, Owner, Person
from erpd.accounts.texts import in_language
from erpd.pages.languages import language_name

_LONGEST_SLUG = 40


def _reason(**facts: Any) -> forms.CharField:
    return forms.CharField(max_length=LONGEST_REASON, widget=forms.Textarea({"rows": 3}), **facts)


class Reasoned(forms.Form):
    """A decision that needs a reason."""

    reason = _reason(
        label=_("Reason"), help_text=_("Its administrators read it, so say what they can do now.")
    )


class Confirm(forms.Form):
    """The contact address is right, as the operator knows otherwise."""


class Approve(forms.Form):
    """The request becomes a data owner, for the organisation that it asked for or for another of the list."""

    organisation = forms.TypedChoiceField(
        label=_("Organisation"), widget=forms.RadioSelect, required=False, coerce=int, empty_value=None
    )
    slug = forms.CharField(
        label=_("Short name"),
        required=False,
        max_length=_LONGEST_SLUG,
        help_text=_("Names its catalogues. It never changes afterwards."),
    )
    reason = _reason(label=_("Remark"), required=False, help_text=_("Optional. Its administrators read it."))

    def __init__(
        self,
        data: Any,
        *,
        owner: Owner,
        candidates: Sequence[Organisation],
        languages: Sequence[str],
    ) -> None:
        super().__init__(data, initial={"slug": owner.slug, "organisation": owner.organisation_id or ""})
        offered = {one.pk: one for one in (*filter(None, [owner.organisation]), *candidates)}
        self._offered = offered
        field: Any = self.fields["organisation"]
        none = [] if owner.organisation else [("", _("None of the list"))]
        field.choices = [*none, *((pk, _named(one, languages)) for pk, one in offered.items())]
        if not candidates:  # the one that it asked for
            del self.fields["organisation"]
        if owner.holdings.exists():
            del self.fields["slug"]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        said["organisation"] = self._offered.get(said.get("organisation") or 0)
        said.setdefault("slug", "")
        return said


class Paper(forms.Form):
    """An administrator has signed the agreement on paper."""

    person = forms.ModelChoiceField(
        Person.objects.none(), label=_("Signed by"), empty_label=_("Choose a person")
    )
    language = forms.ChoiceField(label=_("Language of the text that was signed"))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, owner: Owner, agreement: Agreement, languages: Sequence[str]) -> None:
        super().__init__(data, initial={"version": agreement.version})
        person: Any = self.fields["person"]
        administrators = Person.objects.filter(
            memberships__owner=owner, memberships__role=Membership.Role.ADMIN
        )
        person.queryset = administrators.order_by("email")
        person.label_from_instance = lambda one: one.email
        language: Any = self.fields["language"]
        language.choices = [(code, language_name(code, code)) for code in agreement.text]
        language.initial = next((code for code in languages if code in agreement.text), None)


def _named(one: Organisation, languages: Sequence[str]) -> str:
    domains = ", ".join(one.domains[:3])
    return in_language(one.title, *languages)[0] + (f" ({domains})" if domains else "")
