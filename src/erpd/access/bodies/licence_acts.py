"""What is filled in about a licence that has to be accepted before a request is sent."""

from django import forms
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from erpd.access.bodies import form_actions
from erpd.access.bodies.form_acts import FormAct
from erpd.access.questions.licences import LONGEST_TEXT, LONGEST_TITLE, Licence
from erpd.accounts.texts import in_language


class SaveLicence(FormAct):
    """A licence is added or changed, in the language of the body."""

    name = "licence"

    title = forms.CharField(label=_("What is to be accepted"), max_length=LONGEST_TITLE)
    link = forms.CharField(
        label=_("Link to the text"), help_text=_("https://…"), max_length=1000, required=False
    )
    text = forms.CharField(
        label=_("Or the text itself"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 14}),
        required=False,
    )

    def prepare(self) -> None:
        one: Licence | None = self.place.licence
        if one:
            self.fields["title"].initial = in_language(one.title, self.body.language)[0]
            self.fields["text"].initial = in_language(one.text, self.body.language)[0]
            self.fields["link"].initial = one.link

    def perform(self) -> str:
        said, language = self.cleaned_data, self.body.language
        old: Licence = self.place.licence or Licence("", {}, {})
        made = Licence(
            old.id,
            {**old.title, language: said["title"]},
            {**old.text, language: said["text"]} if said["text"].strip() else {},
            said["link"],
        )
        form_actions.put_licence(who=self.place.who, body=self.body, licence=made)
        self.after = reverse("bodies:form", args=[self.body.slug])
        return gettext("Saved.")


class RemoveLicence(FormAct):
    """A licence need no longer be accepted."""

    name = "remove-licence"

    key = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def perform(self) -> str:
        form_actions.remove_licence(who=self.place.who, body=self.body, key=self.cleaned_data["key"])
        return gettext("Removed.")
