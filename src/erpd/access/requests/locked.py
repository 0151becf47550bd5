"""How verbs take hold of a part: those who act on the same one at once follow each other."""

from collections.abc import Collection
from uuid import UUID

from django.http import Http404

from erpd.access.models import AccessRequest, Part
from erpd.access.requests.roles import is_requester
from erpd.accounts.may import Actor
from erpd.accounts.models import Person


def part_of(reference: str) -> Part:
    """Return a part as it is now, locked until the transaction ends, with its request and body.

    Who locks a request, too, does so before. Raises Http404 if there is none.
    """
    rows = Part.objects.select_for_update(of=("self",)).select_related("request__person", "body__keeper")
    found = rows.filter(reference=reference).first()
    if found is None:
        raise Http404
    return found


def request_of(who: Actor, request: AccessRequest, opened: Collection[UUID]) -> AccessRequest:
    """Return a request as it is now, locked, if it is of ``who``. Raises Http404 if not."""
    found = AccessRequest.objects.select_for_update(of=("self",)).filter(pk=request.pk).first()
    if found is None or not is_requester(who, found, opened):
        raise Http404
    return found


def lock_person(person: int | None) -> None:
    """Lock who asks, so that what they start and send at once is counted. Before any of their parts."""
    if person is not None:
        list(Person.objects.select_for_update(no_key=True).filter(pk=person).values_list("pk"))


def parts_of(request: AccessRequest) -> list[Part]:
    """Return all parts of a request that is locked, locked as well, in the order in which they were made."""
    references = request.parts.order_by("pk").values_list("reference", flat=True)
    return [part_of(reference) for reference in references]
