"""How actions take hold of an owner: those who act on the same owner at once follow each other."""

from django.http import Http404

from erpd.accounts.may import Actor, Kind, Thing, Verb, demand
from erpd.accounts.models import Owner


def locked(
    who: Actor, verb: Verb, owner: Owner, kind: Kind = Kind.OWNER, *, person: int | None = None
) -> Owner:
    """The owner as it is now, locked until the transaction ends, if ``who`` may do ``verb`` to its ``kind``.

    ``may`` is asked afterwards, because somebody may just have taken the role of ``who`` away. Raises like
    ``demand``.
    """
    found = lock(owner.pk)
    demand(who, verb, Thing(kind, owner.pk, person=person))
    return found


def lock(*keys: int) -> Owner:
    """Lock owners, always in the same order; returns the first. Raises Http404 if one does not exist.

    ``no_key``: whoever delivers for an owner refers to it (audit log), and must not wait while holding what
    an action on that owner waits for.
    """
    rows = Owner.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
    found = {one.pk: one for one in rows}
    if found.keys() != set(keys):
        raise Http404
    return found[keys[0]]
