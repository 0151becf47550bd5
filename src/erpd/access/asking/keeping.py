"""Nothing that was typed is lost: a form of answers carries a ticket, with which they can still be saved.

The ticket says for which request and page it was made. Whoever has it may save answers there, also when the
session has ended, and nothing else; so it also proves that a form comes from our page.
"""

from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.http import HttpRequest

TICKET = "ticket"
_SALT = "erpd.access.asking"
_VALID = timedelta(days=7)


def ticket(request: HttpRequest, key: UUID) -> str:
    """The ticket of the page that is asked for, for the request that it is about."""
    return signing.dumps([str(key), request.path], salt=_SALT)


def bearer(request: HttpRequest) -> UUID | None:
    """For which request the ticket was made that came with a form of this page; None if there is none."""
    try:
        key, path = signing.loads(request.POST.get(TICKET, ""), salt=_SALT, max_age=_VALID)
        return UUID(key) if path == request.path else None
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        return None
