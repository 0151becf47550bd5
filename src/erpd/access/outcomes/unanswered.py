"""Estimates that end without an answer: the worker says so to both sides, and the body goes on."""

from contextlib import suppress
from datetime import timedelta

from django.db import transaction
from django.http import Http404
from django.utils import timezone

from erpd.access.models import Estimate, Part
from erpd.access.outcomes.estimating import end, sent_of
from erpd.access.requests.due import today_of
from erpd.access.requests.events import AUTOMATIC, UNANSWERED, note_event, record
from erpd.access.requests.locked import part_of
from erpd.access.requests.telling import tell_body, tell_requester
from erpd.accounts.may import COMMAND_LINE

_MOST = 500  # estimates of a round


def end_estimates() -> int:
    """End each estimate whose last day has passed without an answer; returns how many.

    Its part is under review again, as if the requester had declined, and waits for the body. Its clock goes
    on the day after the estimate was valid, however late the worker is.
    """
    today = timezone.now().date() + timedelta(days=1)  # where the day begins first
    waiting = Estimate.objects.filter(state=Estimate.State.SENT, valid_until__lt=today)
    waiting = waiting.filter(part__state=Part.State.ESTIMATE).order_by("valid_until", "pk")
    ended = 0
    for reference in list(waiting.values_list("part__reference", flat=True)[:_MOST]):
        with suppress(Http404):  # it has just been erased
            ended += _end(reference)
    return ended


@transaction.atomic
def _end(reference: str) -> bool:
    part = part_of(reference)
    one = sent_of(part) if part.state == Part.State.ESTIMATE else None
    if one is None or today_of(part) <= one.valid_until:
        return False
    end(part, Estimate.State.EXPIRED, on=one.valid_until + timedelta(days=1))
    note_event(part, UNANSWERED, AUTOMATIC, COMMAND_LINE, estimate=one.pk)
    record(part, "end the estimate", COMMAND_LINE)
    tell_requester(part, "request-estimate-ended", day=one.valid_until)
    tell_body(part, "request-estimate-unanswered", day=one.valid_until)
    return True
