"""How each source is, told by its last runs: one state, the most urgent first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from erpd.harvest.lease import is_alive
from erpd.harvest.models import Run, SourceSettings
from erpd.harvest.opening import rules_of
from erpd.harvest.reconcile import holding
from erpd.harvest.rules import RulesError
from erpd.harvest.schedule import GRACE
from erpd.operate.models import Refusal

TREND = 12  # runs


class State(StrEnum):
    """How a source is. The most urgent first."""

    SILENT = "silent"
    FAILED = "failed"
    BROKEN = "broken"
    HELD = "held"
    OVERDUE = "overdue"
    RUNNING = "running"
    NEVER = "never"
    OFF = "off"
    FINE = "fine"

    @property
    def label(self) -> Promise:
        return _LABELS[self]

    @property
    def needs_a_person(self) -> bool:
        return self in _NEEDING


_NEEDING = frozenset((State.SILENT, State.FAILED, State.BROKEN, State.HELD, State.OVERDUE))
_LABELS = {
    State.SILENT: _("no sign of life"),
    State.FAILED: _("last run failed"),
    State.BROKEN: _("its rules have mistakes"),
    State.HELD: _("deletions wait for you"),
    State.OVERDUE: _("overdue"),
    State.RUNNING: _("being harvested"),
    State.NEVER: _("not harvested yet"),
    State.OFF: _("switched off"),
    State.FINE: _("fine"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A source with its last run."""

    settings: SourceSettings
    state: State
    last: Run | None
    held: int = 0
    """Data sets whose deletion waits."""


def standings(found: Iterable[SourceSettings], now: datetime) -> list[Standing]:
    """How these sources are, the most urgent first; then by name."""
    rows = list(found)
    runs = Run.objects.filter(settings__in=[one.pk for one in rows])
    last = last_runs(runs)
    may_hold = set(Run.objects.filter(pk__in=newest(runs), held__gt=0).values_list("settings", flat=True))
    told = [_standing(one, last.get(one.pk), now, may_hold=one.pk in may_hold) for one in rows]
    order = list(State)
    return sorted(told, key=lambda one: (order.index(one.state), one.settings.source.slug))


def of_all() -> list[Standing]:
    """The same, of all sources."""
    found = SourceSettings.objects.filter(removed=None).select_related("source__catalogue")
    return standings(found, timezone.now())


def last_runs(found: QuerySet[Run]) -> dict[int, Run]:
    """Source -> its newest of these runs."""
    runs = Run.objects.filter(pk__in=newest(found, 1)).defer("checkpoint", "validators")
    return {run.settings_id: run for run in runs}


def newest(found: QuerySet[Run], most: int = TREND) -> QuerySet[Run, dict[str, int]]:
    """The keys of so many of these runs of each source, from an index: there are more of them every week."""
    placed = Window(RowNumber(), partition_by=F("settings"), order_by=F("pk").desc())
    return found.annotate(place=placed).filter(place__lte=most).values("pk")


def _standing(settings: SourceSettings, last: Run | None, now: datetime, *, may_hold: bool) -> Standing:
    held = _held(settings) if may_hold else 0
    try:
        every = timedelta(days=rules_of(settings).schedule.every)
    except RulesError:
        return Standing(settings, State.BROKEN, last, held)
    if last and last.state == Run.State.RUNNING:
        state = State.RUNNING if is_alive(last) else State.SILENT
    elif last and last.state == Run.State.FAILED:
        state = State.FAILED
    elif held:
        state = State.HELD
    elif not settings.active:
        state = State.OFF
    elif last is None:
        state = State.NEVER
    else:
        state = State.OVERDUE if now - last.started > every + GRACE else State.FINE
    return Standing(settings, state, last, held)


def _held(settings: SourceSettings) -> int:
    run = holding(settings)
    return run.held if run and not Refusal.objects.filter(run=run).exists() else 0
