"""Which process works on a run. If that process is dead, another takes the run over."""

import os
import secrets
import socket
import threading
from datetime import timedelta
from types import TracebackType
from typing import Self

from django.db import Error, connection, transaction
from django.utils import timezone

from erpd.harvest.models import Run, SourceSettings
from erpd.register.models import DataSet

BEAT = timedelta(seconds=20)
# Without a beat for so long, a holder is dead.
PATIENCE = timedelta(minutes=3)


class SourceBusy(Exception):
    """Another process is harvesting this source."""


class LeaseLost(Exception):
    """Another process has taken over the run, so this one must not write any more."""


def begin(settings: SourceSettings, following: tuple[int, str] | None = None) -> Run:
    """Begin a new run, or take over the interrupted one with its checkpoint.

    Raises SourceBusy, also if ``following``, the number and state of the last run, is out of date.
    """
    holder = f"{socket.gethostname()} {os.getpid()} {secrets.token_hex(4)}"
    with transaction.atomic():
        SourceSettings.objects.select_for_update().get(pk=settings.pk)
        run = settings.runs.select_for_update().filter(state=Run.State.RUNNING).first()
        now = timezone.now()
        if following not in (None, last_run(settings)):
            raise SourceBusy(f"{settings.url} has meanwhile been harvested by another worker.")
        if run is None:
            before = DataSet.objects.filter(source=settings.source_id, deleted=False).count()
            return Run.objects.create(
                settings=settings, holder=holder, heartbeat=now, started=now, before=before
            )
        if _alive(run):
            raise SourceBusy(
                f"{settings.url} is being harvested; its run began at {run.started:%Y-%m-%d %H:%M} "
                f"UTC ({run.holder}). "
                f"Wait until it finishes. If that process has died, its run can be taken over at "
                f"{run.heartbeat + PATIENCE:%H:%M} UTC."
            )
        run.holder, run.heartbeat = holder, now
        run.save(update_fields=["holder", "heartbeat"])
        return run


def last_run(settings: SourceSettings) -> tuple[int, str]:
    """Number and state of the last run of a source."""
    return settings.runs.order_by("-pk").values_list("pk", "state").first() or (0, "")


def keep(run: Run, **changed: object) -> None:
    """Store the changed fields of the run, and a heartbeat. Raises LeaseLost if the run is no longer ours."""
    for name, value in changed.items():
        setattr(run, name, value)
    run.heartbeat = timezone.now()
    mine = Run.objects.filter(pk=run.pk, holder=run.holder, state=Run.State.RUNNING)
    if not mine.update(heartbeat=run.heartbeat, **changed):
        raise LeaseLost(f"{run} was taken over by another process.")


class Heart(threading.Thread):
    """Keeps the heartbeat of a run going while a slow page is read. A context manager."""

    def __init__(self, run: Run) -> None:
        super().__init__(daemon=True, name=f"heart of {run}")
        self._mine = {"pk": run.pk, "holder": run.holder, "state": Run.State.RUNNING}
        self._ended = threading.Event()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self.join()

    def run(self) -> None:
        while not self._ended.wait(BEAT.total_seconds()):
            try:
                Run.objects.filter(**self._mine).update(heartbeat=timezone.now())
            except Error:  # the database is busy or full: the next beat may come through
                continue
            finally:
                connection.close()


def _alive(run: Run) -> bool:
    host, process, _ = run.holder.rsplit(" ", 2)
    if timezone.now() - run.heartbeat > PATIENCE:
        return False
    if host != socket.gethostname():
        return True
    if int(process) == os.getpid():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
