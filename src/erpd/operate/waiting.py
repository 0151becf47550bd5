"""What waits for an operator, and the sources, for the first page of the desk."""

from collections import Counter
from collections.abc import Sequence

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from erpd.accounts.desk.waiting import Panel, Row
from erpd.harvest.reconcile import holding
from erpd.operate.deletions.objections import open_objections
from erpd.operate.joining.actions import OPEN
from erpd.operate.links.listing import nowhere
from erpd.operate.mapping import values
from erpd.operate.models import HarvestingRequest, Refusal
from erpd.operate.sources.standing import Standing, State, of_all

# The guide has a section for each state.
_WORDS: dict[State, Promise] = {
    State.SILENT: _("Runs without a sign of life"),
    State.FAILED: _("Sources whose last run failed"),
    State.BROKEN: _("Sources whose rules have mistakes"),
    State.HELD: _("Sources with deletions that wait for you"),
    State.OVERDUE: _("Sources that are overdue"),
}


def waiting() -> Panel:
    """What waits, the most urgent first; and all sources."""
    known = of_all()
    unmapped = Row(gettext("Values that no map covers"), values.number(), "values", reverse("operate:values"))
    broken = Row(gettext("Links that lead nowhere"), nowhere().count(), "links", reverse("operate:links"))
    rows = [*wrong(known), unmapped, broken, *_asked_by_points()]
    return Panel(rows, "operate/overview.html", {"known": known})


def wrong(known: Sequence[Standing]) -> list[Row]:
    """What waits of what is wrong with these sources."""
    counted = Counter(one.state for one in known)
    address = reverse("operate:sources")
    rows = [
        Row(str(words), counted[state], state.value, f"{address}?state={state}")
        for state, words in _WORDS.items()
    ]
    return [*_said_by_suppliers(), *rows]


def _asked_by_points() -> list[Row]:
    asked = HarvestingRequest.objects.filter(state__in=OPEN).count()
    return [Row(gettext("Points that ask to be harvested"), asked, "points", reverse("operate:requests"))]


def _said_by_suppliers() -> list[Row]:
    """Data sets that a supplier wants back, and deletions that wait, and are said to be wrong."""
    return [*_wanted_back(), *_said_to_stay()]


def _wanted_back() -> list[Row]:
    found = {one.run.settings.source.slug for one in open_objections()}
    if not found:
        return []
    address = reverse("operate:deletions", args=[next(iter(found))])
    words = gettext("Sources whose supplier wants withdrawn data sets back")
    return [Row(words, len(found), "wanted-back", address if len(found) == 1 else reverse("operate:sources"))]


def _said_to_stay() -> list[Row]:
    said = Refusal.objects.filter(by_supplier=True, run__held__gt=0, run__settings__removed=None)
    runs = [one.run for one in said.select_related("run__settings__source")]
    waiting = [run for run in runs if holding(run.settings) == run]
    if not waiting:
        return []
    first = waiting[0].settings.source.slug
    address = reverse("operate:deletions", args=[first]) if len(waiting) == 1 else reverse("operate:sources")
    words = gettext("Sources whose supplier says that deletions are wrong")
    return [Row(words, len(waiting), "said-to-be-wrong", address)]
