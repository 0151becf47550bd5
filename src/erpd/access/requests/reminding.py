"""What the worker does for requests: it tells handlers what is due, and of messages; and tidies up.

Each mail is written once, however often this is called.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from erpd.access.models import Body, Event, Part, Review
from erpd.access.requests.due import today_of
from erpd.access.requests.events import AUTOMATIC, note_event, record
from erpd.access.requests.locked import part_of
from erpd.access.requests.states import OPEN
from erpd.access.requests.table import Action, Role
from erpd.access.requests.talking import tell_of_messages
from erpd.access.requests.telling import handlers, tell_body
from erpd.accounts.mails import tell
from erpd.accounts.may import COMMAND_LINE
from erpd.accounts.models import Membership
from erpd.accounts.texts import in_language

DAYS = (7, 2)  # before the due date
_LATE, _WEEKLY = "late", "week"
_MOST = 500  # of a round
_DAY = timedelta(days=1)


def remind_of_requests() -> None:
    """Write the mails that are due, and take off who can no longer act for a body."""
    for look in (_release, _remind_of_dates, _tell_of_messages, _tell_weekly):
        look()


def _remind_of_dates() -> None:
    """Seven and two days before a decision is due, and once when it is late."""
    soon = timezone.now().date() + max(DAYS) * _DAY + _DAY  # a day more: each body has its own zone
    found = Part.objects.filter(state__in=OPEN, due__lte=soon).select_related("body")
    for reference in [part.reference for part in found.order_by("due") if _step_of(part)][:_MOST]:
        _remind_of_date(reference)


@transaction.atomic
def _remind_of_date(reference: str) -> None:
    part = part_of(reference)
    step = _step_of(part)
    if step and tell_body(part, "request-late" if step == _LATE else "request-due", due=part.due):
        part.told = {**part.told, step: str(part.due)}
        part.save(update_fields=["told"])


def _step_of(part: Part) -> str:
    """Of what the body is to be told now; "" if of nothing. An extension or a pause makes another date."""
    if part.due is None or part.state not in OPEN:
        return ""
    left = (part.due - today_of(part)).days
    step = _LATE if left < 0 else next((f"due {days}" for days in sorted(DAYS) if left <= days), "")
    return "" if part.told.get(step) == str(part.due) else step


def _tell_of_messages() -> None:
    messages = Event.objects.filter(part=OuterRef("pk"), action=Action.MESSAGE, role=Role.REQUESTER)
    today = messages.filter(mailed__gt=timezone.now() - _DAY)
    found = Part.objects.filter(Exists(messages.filter(mailed=None)), ~Exists(today))
    for reference in found.values_list("reference", flat=True)[:_MOST]:
        with transaction.atomic():
            tell_of_messages(part_of(reference))


def _tell_weekly() -> None:
    """Once a week, how many requests each body has open, late, soon due, without a handler."""
    year, week, _day = timezone.now().date().isocalendar()
    name = f"{year}-{week}"
    told = Part.objects.filter(body=OuterRef("pk"), told__week=name)
    found = Part.objects.filter(body=OuterRef("pk"), state__in=OPEN)
    bodies = Body.objects.filter(Exists(found), ~Exists(told), keeper__isnull=False, desk=True)
    for body in bodies.select_related("keeper")[:_MOST]:
        _tell_of_week(body, name)


@transaction.atomic
def _tell_of_week(body: Body, name: str) -> None:
    rows = Part.objects.select_for_update(of=("self",)).filter(body=body, state__in=OPEN).order_by("pk")
    parts = list(rows)
    if not parts or any(part.told.get(_WEEKLY) == name for part in parts):
        return
    for person in handlers(body.keeper):
        tell(
            person.email,
            "requests-this-week",
            language=person.language,
            title=in_language(body.title, person.language)[0],
            body=body.slug,
            **_counts(parts, today_of(parts[0])),
        )
    for part in parts:
        part.told = {**part.told, _WEEKLY: name}
    Part.objects.bulk_update(parts, ["told"])


def _counts(parts: Iterable[Part], today: date) -> dict[str, int]:
    dates = [(part.due, part.handler_id) for part in parts]
    return {
        "open": len(dates),
        "late": sum(due is not None and due < today for due, _ in dates),
        "due": sum(due is not None and today <= due <= today + 7 * _DAY for due, _ in dates),
        "new": sum(handler is None for _, handler in dates),
    }


def _release() -> None:
    """Parts of a handler who no longer answers requests have none, and who left reviews nothing."""
    handles = _memberships("part__body__keeper", "person")
    gone = Review.objects.filter(ended=None).filter(~Exists(handles))
    gone.update(ended=timezone.now())
    without = Part.objects.filter(state__in=OPEN, handler__isnull=False).filter(
        ~Exists(_memberships("body__keeper", "handler").filter(handles=True))
    )
    for reference in without.values_list("reference", flat=True)[:_MOST]:
        with transaction.atomic():
            release(part_of(reference))


def release(part: Part) -> None:
    """Take the handler off a part, which is locked; the others of the body are told that it has none."""
    if part.handler is None:
        return
    before, part.handler = part.handler, None
    part.save(update_fields=["handler"])
    note_event(part, Action.TAKE, AUTOMATIC, COMMAND_LINE, audience=Event.Audience.BODY, released=before.pk)
    record(part, "release", COMMAND_LINE, handler=before.email)
    tell_body(part, "request-released")


def _memberships(keeper: str, person: str) -> QuerySet[Membership]:
    return Membership.objects.filter(
        Q(person__is_active=True), owner=OuterRef(keeper), person=OuterRef(person)
    )
