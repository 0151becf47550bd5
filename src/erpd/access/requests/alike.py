"""Requests of one person for one thing: pointed out to both sides, and nobody is refused for it."""

from django.db.models import QuerySet

from erpd.access.models import Part
from erpd.access.requests.limits import parts_of_requester

_OVER = (Part.State.WITHDRAWN, Part.State.CLOSED)


def alike(part: Part) -> QuerySet[Part]:
    """Other parts of the same person at the same body that ask for one of the same data sets, newest first.

    Drafts are left out: the body does not see them. What was withdrawn or closed counts no more, nor what
    the request renews.
    """
    data_sets = part.wanted.values("data_set")
    found = parts_of_requester(part.request).filter(body=part.body_id, wanted__data_set__in=data_sets)
    hidden = (Part.State.DRAFT, *_OVER)
    if renewed := renewed_by(part):
        found = found.exclude(pk=renewed.pk)
    return found.exclude(pk=part.pk).exclude(state__in=hidden).distinct().order_by("-received", "-pk")


def renewed_by(part: Part) -> Part | None:
    """The part whose grant a part renews, if it is of the same body: no other one hears of it."""
    return Part.objects.filter(body=part.body_id, decision__grant__renewals=part.request_id).first()
