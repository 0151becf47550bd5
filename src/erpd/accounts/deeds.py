"""The audit log. It is written with what it tells, and only here; nothing changes or removes a line."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from erpd.accounts.may import Actor, Kind
from erpd.accounts.models import Deed, Owner, Person
from erpd.register.rows import insert

PAGE = 100


def record(
    *, who: Actor | str, verb: str, thing: Kind, name: str, owner: Owner | None = None, **detail: Any
) -> None:
    """Write that ``who`` did ``verb`` to the ``thing`` called ``name``, in the same transaction.

    ``who``: a text is the address of somebody who needs no account for it.
    """
    by, person = (who, None) if isinstance(who, str) else (who.name, who.human)
    insert(
        Deed,
        [vars(Deed(person=person, by=by, owner=owner, verb=verb, thing=thing, name=name, detail=detail))],
    )


def how_often(owner: Owner, *verbs: str, thing: Kind | None = None) -> int:
    """How often somebody did one of ``verbs``, perhaps to a ``thing``, for an owner in the last 24 hours."""
    found = Deed.objects.filter(owner=owner, verb__in=verbs, at__gt=timezone.now() - timedelta(days=1))
    return (found.filter(thing=thing) if thing else found).count()


def deeds(
    *, owner: Owner | None = None, by: str = "", before: int | None = None, size: int = PAGE
) -> list[Deed]:
    """Up to ``size`` deeds, newest first, of one owner or all. The next page is ``before`` the last id.

    ``by``: only those of this address, also by its keys, or of what the log calls so.
    """
    found = Deed.objects.order_by("-pk").select_related("owner", "person")
    if owner:
        found = found.filter(owner=owner)
    if by:
        person = Person.objects.filter(email=by.lower()).first()
        found = found.filter(person=person) if person else found.filter(by=by)
    if before is not None:
        found = found.filter(pk__lt=before)
    return list(found[: max(1, min(size, PAGE))])
