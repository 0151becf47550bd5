"""What a run brought, for the people who run its source: whether it is worth a mail, and in words."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext, ngettext

from erpd.harvest.difference import gone_in
from erpd.harvest.ledger import ledger_of
from erpd.harvest.models import Run, SourceSettings
from erpd.harvest.turnover import DECIDED
from erpd.operate.models import Subscription
from erpd.operate.status.words import End, end_of
from erpd.operate.suppliers.failures import FAILED
from erpd.register.arrival import Bin
from erpd.sources.errors import Reason

_BY_PEOPLE = (*DECIDED, Reason.CANCELLED)
_LOOKED_BACK = 20  # runs among which the last one is sought that no person ended


@dataclass(frozen=True)
class News:
    """A run that has ended, beside the one before it."""

    run: Run

    @cached_property
    def end(self) -> End:
        return end_of(self.run)

    @cached_property
    def is_by_people(self) -> bool:
        """Whether somebody here ended it so: nobody needs to hear of that by mail."""
        return self.run.error.get("rule") in _BY_PEOPLE

    @cached_property
    def refused(self) -> int:
        ledger = ledger_of(self.run)
        return sum(ledger[place] for place in FAILED)

    @cached_property
    def withdrawn(self) -> int:
        """Whatever became of them since."""
        return gone_in(self.run).count()

    @cached_property
    def needs_somebody(self) -> bool:
        """Whether the people who run the source can do something about it."""
        failed = self.run.state == Run.State.FAILED and self.end is not End.OURS
        return bool(failed or self.refused or self.run.held)

    def is_for(self, wants: str) -> bool:
        """Whether it is worth a mail to somebody who wants such news. Trouble that lasts is told once."""
        ledger, before = ledger_of(self.run), self._before
        is_trouble = _trouble(self.run) != (_trouble(before) if before else _NO_TROUBLE)
        if is_trouble or self.withdrawn:
            return True
        return wants == Subscription.Wants.CHANGES and bool(ledger[Bin.NEW] or ledger[Bin.CHANGED])

    @property
    def result(self) -> str:
        """In one line, in the language that is active: the subject of the mail."""
        ledger = ledger_of(self.run)
        facts = {
            "where": _where(self.run.settings),
            "came": ledger[Bin.NEW] + ledger[Bin.CHANGED] + ledger[Bin.UNCHANGED],
            "refused": self.refused,
            "deleted": self.withdrawn,
            "held": self.run.held,
        }
        if self.run.state == Run.State.FAILED:
            said = gettext("%(where)s: the run failed") % facts
        else:
            said = gettext("%(where)s: %(came)s in, %(refused)s refused, %(deleted)s deleted") % facts
        if self.run.held:
            said += ngettext(", %(held)s deletion waits", ", %(held)s deletions wait", self.run.held) % facts
        return f"{said} - {gettext('action needed')}" if self.needs_somebody else said

    @cached_property
    def _before(self) -> Run | None:
        ended = self.run.settings.runs.exclude(state=Run.State.RUNNING).filter(pk__lt=self.run.pk)
        last = ended.order_by("-pk")[:_LOOKED_BACK]
        return next((one for one in last if not News(one).is_by_people), None)


_NO_TROUBLE = ("", 0, 0)


def _trouble(run: Run) -> tuple[str, int, int]:
    failure = str(run.error.get("rule", "")) if run.state == Run.State.FAILED else ""
    return failure, News(run).refused, run.held


def _where(settings: SourceSettings) -> str:
    """The country, if the source is its only one here; otherwise the source."""
    country = settings.source.catalogue.country
    others = SourceSettings.objects.filter(removed=None, source__catalogue__country=country)
    is_only = bool(country) and not others.exclude(pk=settings.pk).exists()
    return country if is_only else settings.source.slug
