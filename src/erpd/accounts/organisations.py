"""Looking for organisations in the operator's list, and whether an address is one of theirs."""

from django.db.models import QuerySet

from erpd.accounts.models import Organisation
from erpd.accounts.organisation_lists import domains_of

SHOWN = 20


def found(text: str, *, size: int = SHOWN) -> list[Organisation]:
    """Organisations with every word of ``text`` in a title or mail domain, in any language."""
    return list(matching(text)[:size]) if text.strip() else []


def matching(text: str) -> QuerySet[Organisation]:
    """The same as a query, in the order in which they came; all of them if there is no word."""
    rows = Organisation.objects.order_by("pk")
    for word in text.casefold().split()[:10]:
        rows = rows.filter(words__contains=word)
    return rows


def is_theirs(email: str, organisation: Organisation) -> bool | None:
    """Whether the domain of an address is one of the organisation's, or below it; None if none is known.

    It is only shown to the operator, who decides.
    """
    if not organisation.domains:
        return None
    try:
        (domain,) = domains_of([email.rpartition("@")[2]])
    except ValueError:
        return False
    return any(domain == one or domain.endswith(f".{one}") for one in organisation.domains)
