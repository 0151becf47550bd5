"""How a run ends: done, or failed with a reason that people can read."""

import errno
import logging
from collections.abc import Callable, Mapping

from django.db import OperationalError, connection, transaction
from django.utils import timezone

from erpd.harvest import lease, uncovered
from erpd.harvest.ledger import summarise
from erpd.harvest.models import Cancellation, Run, SourceSettings
from erpd.harvest.told import TOLD
from erpd.metadata.masking import masked
from erpd.sources.errors import Reason, SourceError

logger = logging.getLogger(__name__)

# Reasons that only the end of a run reveals; its changes are then rolled back.
DOUBTS = (Reason.EXPECTATION, Reason.CHANGED_IDS, Reason.OTHER_CONTENT)
ROLLED_BACK = (*DOUBTS, Reason.UNDONE)


def end(run: Run, error: dict[str, str]) -> None:
    """End a run: failed if there is an error, otherwise done. Raises LeaseLost."""
    state = Run.State.FAILED if error else Run.State.DONE
    try:
        # First: of a large run it takes long, and others want to write.
        summary = summarise(run)
        values = _uncovered(run, error)
        with transaction.atomic():
            lease.keep(run, error=error, finished=timezone.now(), state=state, summary=summary)
            Cancellation.objects.filter(run=run.pk).delete()
            if values is not None:
                _told(run, lambda run: uncovered.keep(run.settings, values))
            for tell in TOLD:
                _told(run, tell)
        lease.let_go(run, ended=True)
    except OperationalError as failure:  # no room for this either: the next harvest resumes the run
        run.error, run.state = disk_full(failure), Run.State.FAILED


def facts_of(failure: SourceError) -> dict[str, str]:
    """The error of a run whose source failed."""
    return {name: getattr(failure, name) for name in ("rule", "message", "advice", "section", "url")}


def _uncovered(run: Run, error: Mapping[str, str]) -> Mapping[tuple[str, str], uncovered.Value] | None:
    """None if they could not be counted: what is known of the source's values stays then."""
    try:
        return uncovered.counted(run.settings, None if error else run)
    except OperationalError:
        raise
    except Exception:
        logger.exception("The values of %s could not be counted", run)
        return None


def _told(run: Run, tell: Callable[[Run], None]) -> None:
    """A fault in what is told keeps no run from ending. A database that is gone does: nothing was written."""
    try:
        with transaction.atomic():
            tell(run)
    except Exception as failure:
        if _is_full(failure) or not connection.is_usable():
            raise
        logger.exception("The end of %s could not be told", run)


def rolled_back(run: Run) -> bool:
    """Whether the changes of a run were undone, by itself because it was doubtful, or by a person."""
    return run.error.get("rule") in ROLLED_BACK


def without_room(settings: SourceSettings, failure: Exception) -> Run:
    """A failed run that was never stored, because there was no room for it."""
    now = timezone.now()
    error = disk_full(failure)
    return Run(settings=settings, error=error, state=Run.State.FAILED, started=now, finished=now)


def disk_full(failure: Exception) -> dict[str, str]:
    """The error of a run whose disk is full. Raises ``failure`` again if that is not the reason."""
    if not _is_full(failure):
        raise failure
    return {
        "rule": Reason.DISK_FULL,
        "message": "There is no space left on the disk",
        "advice": "Everything stored so far is safe. Free some space and harvest again.",
    }


def _is_full(failure: Exception) -> bool:
    full = getattr(failure, "errno", None) in (errno.ENOSPC, errno.EDQUOT)
    return full or "disk is full" in str(failure) or "No space left" in str(failure)


def broken(failure: Exception) -> dict[str, str]:
    """The error of a run in which the program itself failed."""
    return {
        "rule": Reason.PROGRAM_ERROR,
        "message": f"The program failed: {type(failure).__name__}: {masked(str(failure))[:300]}",
        "advice": "Report this together with the log. Other sources are not affected.",
    }
