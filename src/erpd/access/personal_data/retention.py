"""When a request is forgotten: by the law with which its parts began, from the end of the last one on."""

from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone

from erpd.access.law import kept_by
from erpd.access.models import AccessRequest, Grant, Part
from erpd.access.requests.due import law_of
from erpd.access.requests.states import ENDED


def kept_until(request: AccessRequest) -> date | None:
    """Return the last day on which a request is kept; None while somebody works on it or a grant is active.

    A request whose person has gone with their account is a draft that nobody can send: it is not kept.
    """
    sent = [part for part in request.parts.all() if part.state != Part.State.DRAFT]
    if not sent:
        if request.person_id is None and not request.email:
            return date.min
        return request.modified.date() + timedelta(days=draft_days())
    if any(part.state not in ENDED for part in sent):
        return None
    days = [_kept_until(part) for part in sent]
    return None if None in days else max(day for day in days if day)


def draft_days() -> int:
    """For how many days a draft is kept: the fewest that a regime in force says, else our own choice."""
    law = settings.LAW()
    today = timezone.now().date()
    held = [law.applied(each, today, settings.NODE.country) for each in law.on(today)]
    return min((days for one in held if (days := one.retention().drafts)), default=kept_by([]).drafts)


def _kept_until(part: Part) -> date | None:
    ended = part.changed.date()
    grant: Grant | None = getattr(getattr(part, "decision", None), "grant", None)
    if grant and not grant.revoked:
        if grant.until is None:
            return None
        ended = max(ended, grant.until)
    return _years_after(ended, kept_by(law_of(part)).closed)


def _years_after(day: date, years: int) -> date:
    """The same date, years later; 28 February for the leap day."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
