"""Asking to become a data owner: look an organisation up in the operator's list, or describe a new one."""

from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from erpd.accounts.actions import owners
from erpd.accounts.acts import Act, Place, answer
from erpd.accounts.models import Organisation
from erpd.accounts.organisations import SHOWN, found
from erpd.accounts.paging import number, words
from erpd.accounts.sign_in.signed_in import signed_in
from erpd.accounts.texts import in_language
from erpd.metadata.text import EU_LANGUAGES
from erpd.pages.languages import language_name


@dataclass(frozen=True)
class _Choice(Place):
    organisation: Organisation | None


class _Apply(Act):
    name = "apply"
    place: _Choice

    contact = forms.EmailField(
        label=_("Contact address"),
        help_text=_(
            "People send questions and requests about your data sets to this address. Choose one that "
            "several colleagues read. Once your request is approved, we send it a link to confirm it."
        ),
        max_length=254,
    )
    reason = forms.CharField(
        label=_("Message to the operator (optional)"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=owners.LONGEST_REASON,
        required=False,
    )

    def title(self) -> dict[str, str]:
        organisation = self.place.organisation
        return dict(organisation.title) if organisation else {}

    def perform(self) -> str:
        made = owners.request(
            who=self.place.who,
            title=self.title(),
            contact=self.cleaned_data["contact"],
            organisation=self.place.organisation,
            reason=self.cleaned_data["reason"],
        )
        self.after = reverse("owners:owner", args=[made.slug])
        return gettext("Your request has been sent to the operator, who will approve or refuse it.")


class _ApplyForNew(_Apply):
    field_order = ("title_text", "language", "contact", "reason")

    title_text = forms.CharField(label=_("Name of the organisation"), max_length=owners.LONGEST_TITLE)
    language = forms.ChoiceField(label=_("Language of this name"))
    reason = forms.CharField(
        label=_("Which organisation is it?"),
        help_text=_(
            "Only government organisations can become data owners. Say which law or decision established "
            "it, and where the operator can look it up."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=owners.LONGEST_REASON,
    )

    def prepare(self) -> None:
        here = get_language() or "en"
        language = cast(forms.ChoiceField, self.fields["language"])
        named = {language_name(code, here): code for code in EU_LANGUAGES}
        language.choices = [(named[name], name) for name in sorted(named, key=str.casefold)]
        language.initial = here

    def title(self) -> dict[str, str]:
        return {self.cleaned_data["language"]: self.cleaned_data["title_text"]}


@signed_in
def applying(request: HttpRequest) -> HttpResponse:
    """Search, choose, ask. ``?q=``: what to look for; ``?organisation=``: the chosen one; ``?new``: none."""
    chosen, new = request.GET.get("organisation"), "new" in request.GET
    organisation = None
    if chosen is not None:
        organisation = get_object_or_404(Organisation, pk=number(chosen))
    place = _Choice(request, organisation)
    acts = [_Apply] if organisation else [_ApplyForNew] if new else []
    question = words(request)

    def facts() -> dict[str, Any]:
        listed = [] if acts else found(question)
        name, language = in_language(organisation.title if organisation else {}, *place.languages)
        return {
            "question": question,
            "organisation": organisation,
            "name": name,
            "name_language": language,
            "found": [(one, *in_language(one.title, *place.languages)) for one in listed],
            "is_full": len(listed) == SHOWN,
        }

    return answer(place, "accounts/owners/apply.html", acts, facts)
