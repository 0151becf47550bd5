"""How many requests are late, for the first page of the operators' desk: a number, nothing of a person."""

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from erpd.access.models import Body, Part
from erpd.access.requests.due import today_at
from erpd.access.requests.states import OPEN
from erpd.accounts.desk.waiting import Panel, Row


def late() -> int:
    """How many requests are open after the day on which their decision was due, where their body is."""
    # It may be tomorrow there already, by our clock.
    found = Part.objects.filter(state__in=OPEN, due__lte=timezone.now().date())
    days = list(found.order_by().values_list("body", "due").annotate(Count("pk")))
    today = {key: today_at(body) for key, body in Body.objects.in_bulk({key for key, *_ in days}).items()}
    return sum(number for key, due, number in days if due < today[key])


def late_requests() -> Panel:
    """How many, without where they are listed: operators do not see the requests."""
    return Panel([Row(_("Requests for access that are late"), late(), "requests")])
