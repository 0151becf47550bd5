"""What django-allauth asks of us."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.utils.translation import get_language

from erpd.accounts.mails import tell

_LINKS = ("activate_url", "password_reset_url")


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sends the mails of django-allauth through the outbox."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the mail into the outbox. ``template_prefix``: "account/email/" and the name of a letter."""
        links = {name: context[name] for name in _LINKS if name in context}
        tell(email, template_prefix.rsplit("/", 1)[-1], language=get_language() or "en", **links)
