"""Second factors: their secrets are encrypted at rest, and whoever needs one keeps one."""

import base64
import hashlib
import secrets

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from erpd.accounts.models import Person
from erpd.accounts.sign_in.signed_in import SECOND_FACTORS, needs_second_factor


class Factors(DefaultMFAAdapter):  # type: ignore[misc]
    """What django-allauth asks about second factors."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is wrong or has already been used."),
        "unverified_email": _("Confirm your e-mail address before you set up a second factor."),
        "cannot_generate_recovery_codes": _("Set up an app or a passkey first."),
        "cannot_delete_authenticator": _(
            "Your role needs a second factor. Set up another one before you remove this one."
        ),
    }

    def get_totp_issuer(self) -> str:
        """The name that the app shows."""
        return str(settings.NODE.title)

    def generate_authenticator_name(self, user: Person, kind: Authenticator.Type) -> str:
        """What a new passkey is called until its person says otherwise."""
        number = Authenticator.objects.filter(user=user, type=kind).count() + 1
        return gettext("Passkey %(number)s") % {"number": number}

    def encrypt(self, text: str) -> str:
        """As the database keeps a secret."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret. With another home's secret nothing opens it: then no code is right."""
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return base64.b32encode(secrets.token_bytes(20)).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether it may be removed: not the last one of somebody whose role needs one."""
        person = authenticator.user
        factors = Authenticator.objects.filter(user=person, type__in=SECOND_FACTORS)
        return factors.exclude(pk=authenticator.pk).exists() or not needs_second_factor(person)


def _cipher() -> Fernet:
    digest = hashlib.blake2b(settings.SECRET_KEY.encode(), digest_size=32, person=b"erpd factors").digest()
    return Fernet(base64.urlsafe_b64encode(digest))
