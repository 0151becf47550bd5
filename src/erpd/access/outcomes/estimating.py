"""Cost estimates: sent and cancelled by the body, accepted or declined by the requester."""

from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from erpd.access.models import Estimate, Part
from erpd.access.outcomes import money
from erpd.access.outcomes.refusals import Code, Refused
from erpd.access.outcomes.regimes import fees_section, regimes_of
from erpd.access.outcomes.rules import LONGEST, clean
from erpd.access.requests import due
from erpd.access.requests.events import note_event, record
from erpd.access.requests.locked import part_of
from erpd.access.requests.roles import demand
from erpd.access.requests.table import Action
from erpd.access.requests.telling import tell_body, tell_requester
from erpd.accounts.may import Actor
from erpd.metadata.text import EU_LANGUAGES
from erpd.pages.values import written

_LONGEST_VALID = timedelta(days=3 * 366)
State = Estimate.State


@transaction.atomic
def estimate(
    *,
    who: Actor,
    part: Part,
    least: Decimal | int | str,
    most: Decimal | int | str,
    currency: str,
    covers: str,
    valid_until: date,
) -> Estimate:
    """Send an estimate; the part waits for the answer. ``least`` and ``most`` are the same if it is exact.

    ``valid_until``: the last day on which it can be accepted. Raises Http404, PermissionDenied, WrongState,
    ValidationError.
    """
    part = part_of(part.reference)
    mine = demand(who, Action.ESTIMATE, part)
    low, high = money.amount(least), money.amount(most)
    covers, today = clean(covers, LONGEST, _("What it covers")), due.today_of(part)
    if low > high:
        raise ValidationError(_("The highest amount is less than the lowest."))
    if not covers:
        raise ValidationError(_("Say what the estimate covers."))
    if not today <= valid_until <= today + _LONGEST_VALID:
        raise ValidationError(
            _("The estimate must be valid until today or later, and for three years at most.")
        )
    made = Estimate.objects.create(
        part=part,
        least=low,
        most=high,
        currency=money.currency_code(currency),
        covers=covers,
        valid_until=valid_until,
        by=who.human,
    )
    part.state = Part.State.ESTIMATE
    part.save(update_fields=["state"])
    due.pause(part, "estimate")
    note_event(part, Action.ESTIMATE, mine, who, estimate=made.pk)
    record(part, Action.ESTIMATE, who)
    tell_requester(part, "request-estimate", day=valid_until)
    return made


@transaction.atomic
def cancel(*, who: Actor, part: Part) -> Estimate:
    """Take back the estimate that waits for an answer. Raises like ``estimate``."""
    part = part_of(part.reference)
    mine = demand(who, Action.CANCEL, part)
    made = end(part, State.CANCELLED)
    note_event(part, Action.CANCEL, mine, who, estimate=made.pk)
    record(part, Action.CANCEL, who)
    tell_requester(part, "request-estimate-cancelled")
    return made


@transaction.atomic
def accept(*, who: Actor, part: Part, opened: Collection[UUID] = (), text: str) -> Estimate:
    """Accept the estimate that waits. ``text``: what the requester read, as ``wording`` says it; it is kept.

    Raises Refusal if that is not what the estimate says, or if its last day has passed; WrongState, Http404.
    """
    part = part_of(part.reference)
    mine = demand(who, Action.ACCEPT, part, opened)
    waiting = waiting_of(part)
    text = clean(text, 2 * LONGEST, _("The estimate"))
    if all(text != wording(waiting, language) for language in EU_LANGUAGES):
        raise Refused(Code.ESTIMATE_CHANGED, section=fees_section(regimes_of(part)))
    if due.today_of(part) > waiting.valid_until:
        section = fees_section(regimes_of(part))
        raise Refused(Code.ESTIMATE_EXPIRED, day=written(waiting.valid_until), section=section)
    made = end(part, State.ACCEPTED, text)
    note_event(part, Action.ACCEPT, mine, who, estimate=made.pk)
    record(part, Action.ACCEPT, who)
    tell_body(part, "request-estimate-accepted")
    return made


@transaction.atomic
def decline(*, who: Actor, part: Part, opened: Collection[UUID] = ()) -> Estimate:
    """Decline the estimate that waits; the body decides what follows. Raises like ``estimate``."""
    part = part_of(part.reference)
    mine = demand(who, Action.DECLINE, part, opened)
    made = end(part, State.DECLINED)
    note_event(part, Action.DECLINE, mine, who, estimate=made.pk)
    record(part, Action.DECLINE, who)
    tell_body(part, "request-estimate-declined")
    return made


def wording(one: Estimate, language: str) -> str:
    """What the requester reads, and accepts, in a language."""
    with override(language):
        lines = (
            _("Cost estimate for your request %(reference)s") % {"reference": one.part.reference},
            _("Amount: %(amount)s") % {"amount": money.in_words(one.least, one.most, one.currency)},
            _("Valid until: %(day)s") % {"day": written(one.valid_until)},
            _("It covers: %(covers)s") % {"covers": one.covers},
        )
        return "\n".join(lines)


def waiting_of(part: Part) -> Estimate:
    """The estimate that waits for an answer. Raises Refusal if none does."""
    found = sent_of(part)
    if found is None:
        raise Refused(Code.ESTIMATE_CHANGED, section=fees_section(regimes_of(part)))
    return found


def sent_of(part: Part) -> Estimate | None:
    """The estimate that waits for an answer, if one does."""
    return part.estimates.filter(state=State.SENT).order_by("pk").last()


def accepted_of(part: Part) -> Estimate | None:
    """The estimate that was accepted last."""
    return part.estimates.filter(state=State.ACCEPTED).order_by("pk").last()


def end(part: Part, state: str, text: str = "", *, on: date | None = None) -> Estimate:
    """The estimate no longer waits: the part is under review again, and its clock goes on.

    ``on``: from which day; otherwise from today. Raises Refusal if none waits. Verbs call it, with the part
    locked.
    """
    made = waiting_of(part)
    made.state, made.accepted_text = state, text
    made.answered = None if state == State.EXPIRED else timezone.now()
    made.save(update_fields=["state", "answered", "accepted_text"])
    part.state = Part.State.REVIEW
    part.save(update_fields=["state"])
    due.resume(part, on)
    return made
