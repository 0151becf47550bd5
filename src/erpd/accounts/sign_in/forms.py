"""The forms of accounts: django-allauth's with our words, and a password is typed once everywhere."""

from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.mfa.base import forms as second
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from allauth.socialaccount import forms as socialaccount
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from erpd.accounts.actions.profiles import LONGEST_NAME, kept_name
from erpd.accounts.addresses import validate, validate_public
from erpd.accounts.faults import PlainForm
from erpd.accounts.models import Person
from erpd.pages.languages import interface_languages, own_name


class _Plain(PlainForm):
    labels: ClassVar[dict[str, Any]] = {}
    takes_new_address: ClassVar[bool] = False
    """Whether whoever fills it in may enter an address that we do not know yet."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.label_suffix = ""
        self.fields.pop("password2", None)
        for name, field in self.fields.items():
            field.label = self.labels.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)
            if isinstance(field, forms.EmailField):  # before django-allauth makes a k of the sign of Kelvin
                field.validators.append(validate_public if self.takes_new_address else validate)


_ADDRESS, _PASSWORD, _NEW = _("E-mail address"), _("Password"), _("New password")
_CODE = _("Code")


class SignIn(_Plain, account.LoginForm):  # type: ignore[misc]
    """Address and password."""

    labels: ClassVar = {"login": _ADDRESS, "password": _PASSWORD, "remember": _("Stay signed in for 14 days")}


class AskForPassword(_Plain, account.ResetPasswordForm):  # type: ignore[misc]
    """The address to which a link goes."""

    labels: ClassVar = {"email": _ADDRESS}


class PasswordByLink(_Plain, account.ResetPasswordKeyForm):  # type: ignore[misc]
    """A new password, by the link of a mail."""

    labels: ClassVar = {"password1": _NEW}


class ChangePassword(_Plain, account.ChangePasswordForm):  # type: ignore[misc]
    """The old password and a new one."""

    labels: ClassVar = {"oldpassword": _("Current password"), "password1": _NEW}


class SetPassword(_Plain, account.SetPasswordForm):  # type: ignore[misc]
    """The first password of somebody who signs in elsewhere."""

    labels: ClassVar = {"password1": _NEW}


class ChangeAddress(_Plain, account.AddEmailForm):  # type: ignore[misc]
    """A new address."""

    takes_new_address = True
    labels: ClassVar = {"email": _("New e-mail address")}


class Confirm(_Plain, account.ReauthenticateForm):  # type: ignore[misc]
    """The password, asked again."""

    labels: ClassVar = {"password": _PASSWORD}


class AskForCode(_Plain, account.RequestReauthenticationCodeForm):  # type: ignore[misc]
    """Where a code is sent."""

    labels: ClassVar = {"recipient": _ADDRESS}


class CodeByMail(_Plain, account.ConfirmReauthenticationCodeForm):  # type: ignore[misc]
    """A code that was sent."""

    labels: ClassVar = {"code": _CODE}


class SecondFactor(_Plain, second.AuthenticateForm):  # type: ignore[misc]
    """A code at the sign-in."""

    labels: ClassVar = {"code": _CODE}


class ConfirmByCode(_Plain, second.ReauthenticateForm):  # type: ignore[misc]
    """A code, asked again."""

    labels: ClassVar = {"code": _CODE}


class SetUpApp(_Plain, ActivateTOTPForm):  # type: ignore[misc]
    """The first code of an app."""

    labels: ClassVar = {"code": _CODE}


class AddPasskey(_Plain, AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey."""

    labels: ClassVar = {
        "name": _("Name"),
        "passwordless": _("Sign in with it alone, without the password. It then needs a PIN or biometrics."),
    }

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["passwordless"].help_text = ""


class RenamePasskey(_Plain, EditWebAuthnForm):  # type: ignore[misc]
    """A name for a passkey."""

    labels: ClassVar = {"name": _("Name")}


class SignUpElsewhere(_Plain, socialaccount.SignupForm):  # type: ignore[misc]
    """The address of somebody whose provider does not say it."""

    takes_new_address = True
    labels: ClassVar = {"email": _ADDRESS}


class SignUp(_Plain, account.SignupForm):  # type: ignore[misc]
    """Address, name, password."""

    takes_new_address = True
    name = forms.CharField(
        label=_("Name (optional)"),
        max_length=LONGEST_NAME,
        required=False,
        help_text=_("Others in your organisation, and a body that you ask for access, see you by this name."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ("email", "name", "password1")
    labels: ClassVar = {"email": _ADDRESS, "password1": _PASSWORD}

    def signup(self, request: HttpRequest, user: Person) -> None:
        """Keep what django-allauth has no field for."""
        user.name = kept_name(self.cleaned_data["name"])
        user.save(update_fields=["name"])

    def try_save(self, request: HttpRequest) -> Any:
        """An address that is known takes as long as a new one, whose password is hashed."""
        if self.account_already_exists:
            Person().set_password(self.cleaned_data.get("password1"))
        return super().try_save(request)


class Profile(_Plain):
    """What people change about themselves without a new sign-in."""

    name = forms.CharField(
        label=_("Name (optional)"),
        max_length=LONGEST_NAME,
        required=False,
        help_text=_("Others in your organisation, and a body that you ask for access, see you by this name."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(label=_("Language of your e-mails"))

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        field = self.fields["language"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(code, own_name(code)) for code in interface_languages()]
