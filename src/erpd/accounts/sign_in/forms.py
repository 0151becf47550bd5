"""The forms of accounts."""

from typing import Any

from allauth.account.forms import SignupForm
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from erpd.accounts.actions.people import LONGEST_NAME
from erpd.accounts.models import Person
from erpd.metadata.storable import storable
from erpd.pages.languages import interface_languages, own_name


class SignUp(SignupForm):  # type: ignore[misc]
    """Address, name, password."""

    name = forms.CharField(
        label=_("Name"),
        max_length=LONGEST_NAME,
        required=False,
        help_text=_("As the others in your organisation see it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ("email", "name", "password1")

    def signup(self, request: HttpRequest, user: Person) -> None:
        """Keep what django-allauth has no field for."""
        user.name = storable(self.cleaned_data["name"]).strip()
        user.save(update_fields=["name"])

    def try_save(self, request: HttpRequest) -> Any:
        """An address that is known takes as long as a new one, whose password is hashed."""
        if self.account_already_exists:
            Person().set_password(self.cleaned_data.get("password1"))
        return super().try_save(request)


class Profile(forms.Form):
    """What people change about themselves without a new sign-in."""

    name = forms.CharField(
        label=_("Name"),
        max_length=LONGEST_NAME,
        required=False,
        help_text=_("As the others in your organisation see it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(label=_("Language of your e-mails"))

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        field = self.fields["language"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(code, own_name(code)) for code in interface_languages()]
