"""What the worker tells of grants: 60, 30 and 7 days before their last day, and when they have expired."""

from contextlib import suppress
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.http import Http404
from django.utils import timezone

from erpd.access.models import Grant
from erpd.access.requests.due import place_of
from erpd.access.requests.events import AUTOMATIC, note_event
from erpd.access.requests.locked import part_of
from erpd.access.requests.telling import tell_requester
from erpd.accounts.may import COMMAND_LINE

DAYS = (7, 30, 60)
EXPIRED = "expired"
"""The action of the event that says so."""
_OVER = 0  # ``Grant.reminded`` once it is noted
_MOST = 500  # grants of a round


def remind_of_grants() -> int:
    """Write what is due, each once, however often this is called; returns how many mails and notes.

    If the worker slept, only what is due now is told.
    """
    today = timezone.now().date() + timedelta(days=1)  # where the day begins first
    due = Q(until__lt=today) & ~Q(reminded=_OVER)
    for days in DAYS:
        due |= Q(until__lte=today + timedelta(days=days)) & (Q(reminded=None) | Q(reminded__gt=days))
    ending = Grant.objects.filter(due, revoked=None).order_by("until")
    written = 0
    for reference in list(ending.values_list("decision__part__reference", flat=True)[:_MOST]):
        with suppress(Http404):  # it has just been erased
            written += _remind(reference)
    return written


@transaction.atomic
def _remind(reference: str) -> bool:
    part = part_of(reference)
    grant = Grant.objects.select_related("decision").filter(decision__part=part, revoked=None).first()
    if grant is None or grant.until is None:
        return False
    place = place_of(part.body)
    left = (grant.until - place.day_of(timezone.now())).days
    due = _OVER if left < 0 else next((days for days in DAYS if left <= days), None)
    if due is None or (grant.reminded is not None and grant.reminded <= due):
        return False
    grant.reminded = due
    grant.save(update_fields=["reminded"])
    if due != _OVER and (grant.until - place.day_of(grant.decision.at)).days <= due:
        return False  # the letter, which is newer, said it
    if due == _OVER:
        note_event(part, EXPIRED, AUTOMATIC, COMMAND_LINE)
        tell_requester(part, "request-grant-expired", day=grant.until)
    else:
        tell_requester(part, "request-grant-ends", day=grant.until, days=left)
    return True
