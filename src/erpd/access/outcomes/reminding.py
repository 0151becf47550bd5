"""What the worker tells of grants: 60, 30 and 7 days before their last day, and when they have expired."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from erpd.access.models import Grant
from erpd.access.requests.due import place_of
from erpd.access.requests.events import AUTOMATIC, note_event
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
    return sum(_remind(pk) for pk in list(ending.values_list("pk", flat=True)[:_MOST]))


@transaction.atomic
def _remind(pk: int) -> bool:
    rows = Grant.objects.select_related("decision__part__request__person", "decision__part__body__keeper")
    grant = rows.select_for_update(of=("self",), skip_locked=True).filter(pk=pk, revoked=None).first()
    if grant is None or grant.until is None:
        return False
    part, place = grant.decision.part, place_of(grant.decision.part.body)
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
        tell_requester(part, "request-grant-expired", day=grant.until.isoformat())
    else:
        tell_requester(part, "request-grant-ends", day=grant.until.isoformat(), days=left)
    return True
