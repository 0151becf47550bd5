"""Makes the rehearsals that wait, in a worker. If it is killed, another makes them anew."""

import logging
from datetime import timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone

from erpd.harvest import holder
from erpd.harvest.discovering import LIMITS
from erpd.harvest.probing.aspects import unread
from erpd.harvest.probing.facts import facts, nothing
from erpd.harvest.probing.probe import SECONDS, probe, settings_of
from erpd.metadata.storable import storable_json
from erpd.operate.made import take
from erpd.operate.models import Rehearsal
from erpd.register.outage import is_outage
from erpd.sources.errors import Reason, SourceError, for_strangers
from erpd.sources.http.client import Client

logger = logging.getLogger(__name__)

NETWORKS: tuple[str, ...] = ()
"""Which addresses that are not public may be called for visitors: none."""
KEPT = timedelta(days=30)
MOST_DEATHS = 2  # workers that died during one rehearsal
MOST_FINDINGS = 100
_LONGEST = timedelta(seconds=2 * SECONDS)  # without a sign of it, a worker on another machine is dead
_MOST_LOOKED_AT = 40  # for one that nobody makes
State = Rehearsal.State


def rehearse_due() -> int:
    """Make the rehearsal that has waited longest; returns how many were made, at most one."""
    if not _waiting().exists():  # without a lock, because most often there is none
        return 0
    with holder.working() as mine:
        one = take(_waiting()[:_MOST_LOOKED_AT], mine, _LONGEST)
        if one is None:
            return 0
        try:
            _write(one, *_made(one))
        except Exception as error:
            if is_outage(error):
                raise
            logger.exception("%s failed", one)
            _write(one, *_failed(one, Reason.PROGRAM_ERROR))
    return 1


def forget() -> None:
    """Forget rehearsals after 30 days."""
    Rehearsal.objects.filter(asked__lt=timezone.now() - KEPT).delete()


def _waiting() -> QuerySet[Rehearsal]:
    return Rehearsal.objects.filter(state__in=(State.WAITING, State.RUNNING)).order_by(
        F("begun").asc(nulls_first=True), "asked", "pk"
    )


def _made(one: Rehearsal) -> tuple[State, dict[str, Any]]:
    """How it ended, and what was seen."""
    if one.deaths >= MOST_DEATHS:
        return _failed(one, Reason.SET_ASIDE)
    try:
        with Client(LIMITS, NETWORKS) as client:
            seen = facts(probe(settings_of(one.url), client, for_strangers=True))
    except SourceError as found:
        error = for_strangers(found)
        return State.FAILED, nothing(one.url, error, unread(error))
    more = max(0, len(seen["findings"]) - MOST_FINDINGS)
    return State.DONE, {**seen, "findings": seen["findings"][:MOST_FINDINGS], "more": more}


def _failed(one: Rehearsal, why: Reason) -> tuple[State, dict[str, Any]]:
    error = SourceError(
        why, "This site could not finish the rehearsal", "Please try again later.", url=one.url
    )
    return State.FAILED, nothing(one.url, error, unread(error))


def _write(one: Rehearsal, state: State, seen: dict[str, Any]) -> None:
    """Keep it, unless another worker has taken it over."""
    mine = Rehearsal.objects.filter(pk=one.pk, holder=one.holder)
    mine.update(state=state, seen=storable_json(seen), holder="", asker="")
