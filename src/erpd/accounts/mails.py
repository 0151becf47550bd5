"""The one place from which actions send mail: it writes into the outbox, in their transaction."""

from email.utils import make_msgid
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from erpd.accounts.models import Mail
from erpd.accounts.outbox.letters import write
from erpd.metadata.storable import storable, storable_json


def tell(to: str, template: str, *, language: str = "en", **context: Any) -> None:
    """Write a mail to ``to`` in the transaction of what it tells: if that is undone, so is the mail.

    ``template``: a letter of ``outbox.letters``; ``context``: what it says. Raises KeyError if there is no
    such letter or something that it says is missing.
    """
    context = storable_json(context)
    write(template, language, context)
    host = urlsplit(settings.NODE.base_url).hostname
    Mail.objects.create(
        to=storable(to),
        language=language,
        template=template,
        context=context,
        message_id=make_msgid(domain=host),
    )
