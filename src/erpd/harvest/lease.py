"""Which process works on a run. If that process is dead, another takes the run over; never while it lives.

A holder beats by the clock of the database, in a row that waits for nothing: not for the row of its run, nor
for its turn to write. On its own machine there is a surer and faster sign: the lock that it holds.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial
from typing import Self

from django.db import Error, connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from erpd.harvest import holder
from erpd.harvest.models import Heartbeat, Run, SourceSettings
from erpd.metadata.masking import shown
from erpd.metadata.storable import storable_json
from erpd.register import changes
from erpd.sources.errors import Reason

BEAT = timedelta(seconds=20)
# Without a beat for so long, a holder on another machine is dead.
PATIENCE = timedelta(minutes=3)
# So often a run may end its process at the same page.
MOST_DEATHS = 3


class SourceBusy(Exception):
    """Another process is harvesting this source."""


class LeaseLost(Exception):
    """Another process has taken over the run, so this one must not write any more."""


def begin(settings: SourceSettings, following: tuple[int, str] | None = None) -> Run:
    """Begin a new run, or take over the interrupted one with its checkpoint; ``let_go`` is its end.

    Raises SourceBusy, also if ``following``, the number and state of the last run, is out of date; OSError.
    """
    mine = holder.new()
    try:
        with transaction.atomic():
            # Others hold this for a moment, or for a whole dry run: there is nothing to wait for.
            free = SourceSettings.objects.select_for_update(skip_locked=True).filter(pk=settings.pk).first()
            if free is None:
                raise SourceBusy(f"{shown(settings.url)} is being harvested or tried. Wait until that ends.")
            if free.removed:
                raise SourceBusy(f"{shown(settings.url)} has been removed. Add it again to harvest it.")
            # Not locked: a living holder may be writing a page, for which nobody has to wait.
            run = settings.runs.filter(state=Run.State.RUNNING).first()
            if following not in (None, last_run(settings)):
                raise SourceBusy(f"{shown(settings.url)} has meanwhile been harvested by another worker.")
            if run and is_alive(run):
                raise SourceBusy(_busy(run))
            holder.lock(mine)
            run = _taken_over(run, mine) if run else _begun(settings, mine)
            Heartbeat.objects.update_or_create(run=run, defaults={"holder": mine, "at": Now()})
            return run
    except BaseException:
        holder.unlock(mine)
        raise


def _begun(settings: SourceSettings, mine: str) -> Run:
    return Run.objects.create(
        settings=settings,
        holder=mine,
        started=timezone.now(),
        before=settings.present().count(),
        after_change=changes.last(),
    )


def _taken_over(run: Run, mine: str) -> Run:
    # What the dead one sent last may be stored only now; on a machine that has vanished that may take long.
    rows = Run.objects.select_for_update(skip_locked=True).filter(pk=run.pk, state=Run.State.RUNNING)
    taken = rows.first()
    if taken is None:
        raise SourceBusy(
            f"{shown(run.settings.url)} has just been harvested, or its last page is still being stored."
        )
    if taken.holder:
        transaction.on_commit(partial(holder.remove, taken.holder))
    _count_death(taken)
    taken.holder = mine
    taken.save(update_fields=["holder", "deaths", "died_at"])
    return taken


def _count_death(run: Run) -> None:
    """Count that the process which held the run has died, unless it only let go."""
    if not run.holder or holder.is_this_process(run.holder):
        return
    run.deaths = run.deaths + 1 if run.died_at == run.pages else 1
    run.died_at = run.pages


@contextmanager
def idle(settings: SourceSettings, then: str) -> Iterator[SourceSettings]:
    """Lock a source for a block, in one transaction: no run begins. Yields its settings as they are now.

    ``then`` says what to do once a run has finished. Raises SourceBusy if one has not.
    """
    with transaction.atomic():
        locked = SourceSettings.objects.select_for_update().get(pk=settings.pk)
        if locked.runs.filter(state=Run.State.RUNNING).exists():
            raise SourceBusy(
                f"{shown(settings.url)} is being harvested, or its run was interrupted. Let that run finish "
                f"(`erpd harvest --source {settings.source.slug}` resumes it), then {then}."
            )
        yield locked


def last_run(settings: SourceSettings) -> tuple[int, str]:
    """Number and state of the last run of a source."""
    return settings.runs.order_by("-pk").values_list("pk", "state").first() or (0, "")


def set_aside(run: Run) -> dict[str, str]:
    """The error of a run that has ended its process too often; empty if it has not.

    Otherwise what one source sends could end one worker after the other, for ever.
    """
    if run.deaths < MOST_DEATHS:
        return {}
    return {
        "rule": Reason.SET_ASIDE,
        "message": f"The process that worked on this run died {run.deaths} times after page {run.pages}",
        "advice": "What was stored before is safe. The next scheduled run starts from the beginning. If that "
        "one is set aside too, look in the system's log for what ended the process, and report it.",
        "url": shown(run.settings.url),
    }


def keep(run: Run, **changed: object) -> None:
    """Store the changed fields of the run. Raises LeaseLost if the run is no longer ours.

    Most of them hold what the source said: tokens, totals, messages.
    """
    changed = {name: storable_json(value) for name, value in changed.items()}
    for name, value in changed.items():
        setattr(run, name, value)
    mine = Run.objects.filter(pk=run.pk, holder=run.holder, state=Run.State.RUNNING)
    if not mine.update(holder=run.holder, **changed):
        raise LeaseLost(f"{run} was taken over by another process.")


def let_go(run: Run, *, ended: bool = False) -> None:
    """Work on the run no longer: unless it has ``ended``, any process may take it over at once."""
    holder.unlock(run.holder)
    if ended:
        holder.remove(run.holder)


def hand_over(run: Run) -> None:
    """Leave the run to whoever comes next, on whichever machine: this process ends, but did not die."""
    with suppress(Error):  # then it looks as if it had died
        Heartbeat.objects.filter(run=run.pk, holder=run.holder).delete()
        Run.objects.filter(pk=run.pk, holder=run.holder, state=Run.State.RUNNING).update(holder="")
        holder.remove(run.holder)


class Heart(threading.Thread):
    """Keeps the heartbeat of a run going, whatever its holder is waiting for. A context manager."""

    def __init__(self, run: Run) -> None:
        super().__init__(daemon=True, name=f"heart of {run}")
        self._mine = {"run": run.pk, "holder": run.holder}
        self._ended = threading.Event()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._ended.set()
        self.join()

    def run(self) -> None:
        while not self._ended.wait(BEAT.total_seconds()):
            try:
                Heartbeat.objects.filter(**self._mine).update(at=Now())
            except Error:  # the database is busy or away: the next beat may come through
                continue
            finally:
                connection.close()


def is_harvesting() -> bool:
    """Whether a heart beats: somebody works on a run."""
    return Heartbeat.objects.filter(at__gte=Now() - PATIENCE, run__state=Run.State.RUNNING).exists()


def is_alive(run: Run) -> bool:
    """Whether the process that holds a run is at work."""
    seen = holder.is_locked(run.holder)
    if seen is not None:
        return seen
    beats = Heartbeat.objects.filter(run=run)
    # The clock of the database was set back: count from now, as the next beat of a living holder does.
    beats.filter(at__gt=Now()).update(at=Now())
    return beats.filter(at__gte=Now() - PATIENCE).exists()


def _busy(run: Run) -> str:
    host, process = run.holder.split(" ")[:2]
    beat = Heartbeat.objects.filter(run=run).values_list("at", flat=True).first()
    until = f" If it has died, its run can be taken over at {beat + PATIENCE:%H:%M} UTC." if beat else ""
    return (
        f"{shown(run.settings.url)} is being harvested; its run began at {run.started:%Y-%m-%d %H:%M} UTC "
        f"(process {process} on {host}). Wait until it finishes.{until}"
    )
