"""The first page of the desk: what waits for a decision, then what there is, and how much."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse

from erpd.accounts.desk.owner_rows import row
from erpd.accounts.desk.pages import Desk, desk
from erpd.accounts.desk.waiting import GUIDE, WAITING
from erpd.accounts.may import Kind, Thing, Verb, may
from erpd.accounts.models import Organisation, Owner, Person
from erpd.accounts.outbox.stuck import failed, late
from erpd.accounts.readiness import newest
from erpd.accounts.sign_in.signed_in import actor
from erpd.pages.languages import reader_languages
from erpd.publish.methods import safe

_SHOWN = 20


@desk(Kind.OWNER)
@safe
def overview(request: HttpRequest) -> HttpResponse:
    """Owners that wait, those who have waited longest first; for operators, mail that failed, and counts."""
    languages = reader_languages(request)
    waiting = Owner.objects.filter(state=Owner.State.REQUESTED).select_related("organisation")
    states = dict(Owner.objects.values_list("state").annotate(Count("pk")))
    panels = [ask() for ask in WAITING]
    facts: dict[str, Any] = {
        "waiting": [row(one, *languages) for one in waiting.order_by("pk")[:_SHOWN]],
        "more": max(0, states.get(Owner.State.REQUESTED, 0) - _SHOWN),
        "others": [one for panel in panels for one in panel.rows if one.number],
        "panels": [panel for panel in panels if panel.template],
        "guide": GUIDE,
        "states": [(state, state.label, states.get(state, 0)) for state in Owner.State],
    }
    if may(actor(request), Verb.SEE, Thing(Kind.NODE)):
        facts |= _of_the_node()
    return Desk(request, "overview").show("accounts/desk/overview.html", facts)


def _of_the_node() -> dict[str, Any]:
    return {
        "sees_node": True,
        "mails_failed": failed().count(),
        "mails_late": late().count(),
        "accounts": Person.objects.filter(is_active=True).count(),
        "organisations": Organisation.objects.count(),
        "agreement": newest(),
    }
