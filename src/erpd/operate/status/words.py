"""How a run ended, in words that say nothing of a server's own."""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from erpd.harvest.ending import DOUBTS
from erpd.harvest.models import Run
from erpd.sources.errors import OURS, Reason


class End(StrEnum):
    """How a run ended."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    UNREACHABLE = "unreachable"
    UNREADABLE = "unreadable"
    DOUBTFUL = "doubtful"
    UNDONE = "undone"
    CANCELLED = "cancelled"
    OURS = "fault-here"

    @property
    def label(self) -> Promise:
        return _LABELS[self]

    @property
    def is_well(self) -> bool:
        return self in (End.COMPLETE, End.INCOMPLETE)


_LABELS: Mapping[End, Promise] = {
    End.COMPLETE: _("Everything was read."),
    End.INCOMPLETE: _("The list did not come to its end, so nothing was withdrawn."),
    End.UNREACHABLE: _("The source could not be reached."),
    End.UNREADABLE: _("What the source sent could not be read."),
    End.DOUBTFUL: _("So much was different from the time before that nothing was changed."),
    End.UNDONE: _("The operator has undone it."),
    End.CANCELLED: _("The operator has cancelled it."),
    End.OURS: _("It failed through a fault of this site."),
}
_REASONS: Mapping[str, End] = {
    **dict.fromkeys(DOUBTS, End.DOUBTFUL),
    Reason.UNDONE: End.UNDONE,
    Reason.CANCELLED: End.CANCELLED,
    **dict.fromkeys((*OURS, Reason.BAD_SETTING), End.OURS),
    **dict.fromkeys(
        (
            *(Reason.UNREACHABLE, Reason.TIMEOUT, Reason.SERVER_ERROR, Reason.CERTIFICATE, Reason.NOT_FOUND),
            *(Reason.TOO_MANY_REDIRECTS, Reason.UNAUTHORISED, Reason.FORBIDDEN_ADDRESS),
        ),
        End.UNREACHABLE,
    ),
}


def end_of(run: Run) -> End:
    """How a run ended, which has."""
    if run.error:
        return _REASONS.get(run.error.get("rule", ""), End.UNREADABLE)
    return End.COMPLETE if run.complete else End.INCOMPLETE
