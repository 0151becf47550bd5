"""How a run ends: done, or failed for a reason that a person is told."""

import errno

from django.db import OperationalError
from django.utils import timezone

from erpd.harvest import lease
from erpd.harvest.models import Run, SourceSettings
from erpd.sources.errors import Reason


def end(run: Run, error: dict[str, str]) -> None:
    """Failed where there is an error. Raises LeaseLost."""
    state = Run.State.FAILED if error else Run.State.DONE
    try:
        lease.keep(run, error=error, finished=timezone.now(), state=state)
    except OperationalError as failure:  # no room for this either: the next harvest goes on with the run
        run.error, run.state = disk_full(failure), Run.State.FAILED


def without_room(settings: SourceSettings, failure: OperationalError) -> Run:
    """No room for a run: there is none, only its report."""
    now = timezone.now()
    error = disk_full(failure)
    return Run(settings=settings, error=error, state=Run.State.FAILED, started=now, finished=now)


def disk_full(failure: Exception) -> dict[str, str]:
    """Raises ``failure`` again where it is anything but a full disk."""
    full = getattr(failure, "errno", None) in (errno.ENOSPC, errno.EDQUOT)
    if not (full or "disk is full" in str(failure) or "No space left" in str(failure)):
        raise failure
    return {
        "rule": Reason.DISK_FULL,
        "message": "There is no space left on the disk",
        "advice": "Everything stored so far is safe. Free some space and harvest again.",
    }


def broken(failure: Exception) -> dict[str, str]:
    """A fault of the program itself."""
    return {
        "rule": Reason.PROGRAM_ERROR,
        "message": f"The program failed: {type(failure).__name__}: {str(failure)[:300]}",
        "advice": "Report this together with the log. Other sources are not affected.",
    }
