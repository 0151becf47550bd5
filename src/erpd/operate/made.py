"""What somebody asks for, a worker makes, and of which nothing is kept but the result.

A worker that is killed loses nothing: another makes it anew.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from erpd.harvest import holder
from erpd.harvest.ending import broken
from erpd.harvest.lease import SourceBusy
from erpd.harvest.ledger import Report
from erpd.harvest.models import SourceSettings
from erpd.harvest.rehearsal import TooMany
from erpd.metadata.masking import plain
from erpd.metadata.storable import storable_json
from erpd.operate.models import Made, Rehearsal, Replay, Trial
from erpd.register.outage import is_outage

logger = logging.getLogger(__name__)

MOST_ON_SQLITE = 20_000
"""Of data sets. Nobody else can write there while what was read is compared: some ten seconds for so many."""
MOST_DEATHS = 2  # workers that died during one
_LONGEST = timedelta(hours=12)  # without a sign of it, a worker on another machine is dead
_MOST_KINDS = 50  # of findings
_LONGEST_TEXT = 500  # characters
_Run = TypeVar("_Run", Trial, Replay)
_Any = TypeVar("_Any", Trial, Replay, Rehearsal)


def ask(rows: QuerySet[_Run], of: Mapping[str, Any], *, before: datetime | None = None, **more: Any) -> bool:
    """Let the worker make the one ``of`` a source or run, in place of the result before; in a transaction.

    False if it waits or is being made, or was asked for after ``before``. ``more``: what else it begins with.
    """
    fresh: dict[str, Any] = {
        "asked": timezone.now(),
        "begun": None,
        "ended": None,
        "state": Made.State.WAITING,
        "deaths": 0,
        "seen": {},
        **more,
    }
    found, is_new = rows.get_or_create(**of, defaults=fresh)
    ended = rows.filter(pk=found.pk, state=Made.State.DONE)
    return is_new or bool((ended.filter(asked__lte=before) if before else ended).update(**fresh))


def make_due(
    waiting: Callable[[], QuerySet[_Run]],
    make: Callable[[_Run], dict[str, Any]],
    tell: Callable[[_Run], None] = lambda _: None,
) -> int:
    """Make the first of those that wait; returns how many were made, at most one.

    ``tell`` is told that it has ended, in the transaction that keeps its result.
    """
    if not waiting().exists():  # without a lock, because most often there is none
        return 0
    with holder.working() as mine:
        one = take(waiting(), mine, _LONGEST)
        if one is None:
            return 0
        try:
            _write(one, make(one), tell)
        except SourceBusy:  # a run has begun meanwhile: it waits for its end
            _ours(one).update(state=Made.State.WAITING, holder="")
            return 0
        except Exception as error:
            if is_outage(error):
                raise
            logger.exception("%s failed", one)
            _write(one, {"error": broken(error)}, tell)
    return 1


@transaction.atomic
def take(waiting: QuerySet[_Any], mine: str, longest: timedelta) -> _Any | None:
    """The first of these that nobody makes; it is ours now. ``longest``: making one takes no longer."""
    for one in waiting.select_for_update(of=("self",), skip_locked=True):
        if one.state == one.State.RUNNING:
            if holder.lives(one.holder, one.begun, longest):
                continue
            one.deaths += holder.has_died(one.holder, one.asked)
            holder.remove(one.holder)
        one.holder, one.begun, one.state = mine, timezone.now(), one.State.RUNNING
        one.save(update_fields=["holder", "begun", "state", "deaths"])
        return one
    return None


def result_of(
    settings: SourceSettings,
    run: Callable[[int | None], Report],
    message: Callable[[Mapping[str, str]], str],
) -> dict[str, Any]:
    """What is kept of a run of these settings that keeps nothing else.

    ``run`` is given how many records may come, if not any number. ``message``: what is told of an error.
    """
    most = MOST_ON_SQLITE if connection.vendor == "sqlite" else None
    too_many = {"too_many": most}
    if most and settings.present().count() > most:
        return too_many
    try:
        report = run(most)
    except TooMany:
        return too_many
    error, found = report.run.error, report.findings[:_MOST_KINDS]
    return {
        "ledger": report.ledger,
        "error": {"rule": str(error["rule"]), "message": message(error)} if error else {},
        "findings": [
            {**_short(one.finding.as_dict()), "times": one.times, "others": one.others} for one in found
        ],
        "left": len(report.findings) - len(found),
    }


def _short(facts: dict[str, Any]) -> dict[str, Any]:
    return {
        name: plain(value, _LONGEST_TEXT) if isinstance(value, str) else value
        for name, value in facts.items()
    }


def _write(one: _Run, seen: dict[str, Any], tell: Callable[[_Run], None]) -> None:
    """Keep it, unless another worker has taken it over."""
    done = {"state": Made.State.DONE, "seen": storable_json(seen), "holder": "", "ended": timezone.now()}
    with transaction.atomic():
        if _ours(one).update(**done):
            tell(one)


def _ours(one: _Run) -> QuerySet[_Run]:
    return type(one).objects.filter(pk=one.pk, holder=one.holder)
