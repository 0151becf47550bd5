"""What django-allauth asks of us: mails, the people that it makes, where it may lead them."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.password_reset import get_reset_password_from_key_url
from allauth.account.models import EmailAddress
from allauth.account.utils import get_next_redirect_url
from allauth.usersessions.internal.flows.sessions import end_other_sessions
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from erpd.accounts.addresses import address, known_as
from erpd.accounts.deeds import record
from erpd.accounts.mails import tell
from erpd.accounts.may import Actor, Kind
from erpd.accounts.models import Person
from erpd.accounts.sign_in.invited import invited_by
from erpd.accounts.sign_in.signed_in import signed_in_lately
from erpd.accounts.sign_in.work import work_of

_SAID = ("activate_url", "password_reset_url", "code")
_WAYS = {
    "reauthenticate": _("Use your password"),
    "reauthenticate_by_code": _("Get a code by e-mail"),
    "mfa_reauthenticate": _("Use your app or a recovery code"),
    "mfa_reauthenticate:webauthn": _("Use a passkey"),
}
_SETS_UP = ("totp_activated", "webauthn_added")
CHANGES = {
    "account_connected": "connect",
    "account_disconnected": "disconnect",
    "email_changed": "change address",
    "password_changed": "change password",
    "password_reset": "change password",
    "password_set": "change password",
    "recovery_codes_generated": "make recovery codes",
    "totp_activated": "set up app",
    "totp_deactivated": "remove app",
    "webauthn_added": "add passkey",
    "webauthn_removed": "remove passkey",
}
"""What somebody is told about their own account -> the verb of the audit log."""


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Mails go through the outbox, in the reader's language; links lead to this node alone."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account has been closed. Ask the operator of this site."),
        "email_password_mismatch": _("The e-mail address or the password is wrong."),
        "too_many_login_attempts": _(
            "Too many attempts. Wait five minutes, or set a new password, which works at once."
        ),
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write a mail into the outbox. ``template_prefix``: "account/email/" and the name of a letter."""
        name = template_prefix.rsplit("/", 1)[-1]
        person = Person.objects.filter(email=email.lower()).first() or context.get("user")
        language = person.language if person else get_language() or "en"
        tell(email, name, language=language, **{key: context[key] for key in _SAID if key in context})

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Person,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell what was changed, and write it down.

        Sessions that began before there was a second factor end with its set-up.
        """
        if template_prefix.endswith(_SETS_UP):
            end_other_sessions(self.request, user)
        facts = {**(context or {}), "user": user}
        with transaction.atomic():
            if verb := CHANGES.get(template_prefix.rsplit("/", 1)[-1]):
                before = facts.get("from_email", "")
                record(who=Actor(person=user), verb=verb, thing=Kind.NODE, name=user.email, before=before)
            super().send_notification_mail(template_prefix, user, facts, email)

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """The link leads back to where somebody wanted to go, also in another browser."""
        after = get_next_redirect_url(request)
        path = reverse("account_confirm_email", args=[emailconfirmation.key])
        return str(settings.NODE.base_url) + path + (f"?{urlencode({'next': after})}" if after else "")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Whatever ``Host`` the request named, the link leads to this node."""
        path: str = urlsplit(get_reset_password_from_key_url(self.request, key)).path
        return str(settings.NODE.base_url) + path

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Who signs in without having wanted to go anywhere comes to their work. ``next`` is asked before."""
        return work_of(request.user) if isinstance(request.user, Person) else reverse("account_login")

    get_signup_redirect_url = get_login_redirect_url

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """A new password ends the session: after the sign-in, one's own page, not that form again."""
        return reverse("account")

    def is_safe_url(self, url: str) -> bool:
        """Whether a ``next`` may be followed: paths of this node only."""
        return bool(url_has_allowed_host_and_scheme(url, allowed_hosts=None))

    def is_email_verified(self, request: HttpRequest, email: str) -> bool:
        """Whoever comes with the link of an invitation reads the mail of its address."""
        found = invited_by(get_next_redirect_url(request))
        return bool(found and found.email == email.strip().lower())

    def clean_email(self, email: str) -> str:
        """An address of whoever signs up, adds one or asks for a link, as it is stored. Providers', too."""
        return address(email)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Whoever signs in may write a domain as they read it."""
        if "email" in credentials:
            credentials["email"] = known_as(credentials["email"]) or credentials["email"]
        return super().authenticate(request, **credentials)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Mark an address as confirmed, unless it became somebody else's meanwhile."""
        try:
            with transaction.atomic():
                confirmed: bool = super().confirm_email(request, email_address)
        except IntegrityError:
            return False
        return confirmed

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """A code by mail is for those who have neither a password nor a second factor."""
        methods: list[dict[str, Any]] = [
            {**method, "description": _WAYS[method["id"]]}
            for method in super().get_reauthentication_methods(user)
        ]
        return [method for method in methods if method["id"] != "reauthenticate_by_code"] or methods

    def is_reauthentication_required(self, *, app: str, **named: Any) -> bool:
        """A sign-in counts, too, not only a confirmation."""
        return not signed_in_lately(self.request)

    def new_user(self, request: HttpRequest) -> Person:
        """Somebody who signs up reads the language of the page."""
        return Person(language=get_language() or "en")

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Attempts are counted for each address; the original counts anew for each ``Host`` of a request."""
        return str(credentials.get("email", "")).lower()
