"""The one place from which actions send mail: it writes into the outbox, in their transaction."""

from collections.abc import Mapping
from email.utils import make_msgid
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from erpd.accounts.models import Mail, Person
from erpd.accounts.outbox.letters import write
from erpd.accounts.texts import in_language
from erpd.metadata.storable import storable, storable_json

_MOST_OPERATORS = 50  # who are told


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


def tell_operators(
    template: str, title: Mapping[str, str], *, but: Person | None = None, **context: Any
) -> None:
    """Write a mail to each operator but ``but``, with the ``title`` of a data owner in their language."""
    operators = Person.objects.filter(office=Person.Office.OPERATOR, is_active=True)
    for one in operators.exclude(pk__in=[but.pk] if but else []).order_by("pk")[:_MOST_OPERATORS]:
        said = in_language(title, one.language)[0]
        tell(one.email, template, language=one.language, title=said, **context)
