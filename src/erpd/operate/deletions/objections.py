"""What a run withdrew, of which the supplier says that it has not gone: put back, or left as it is."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from erpd.accounts.deeds import record
from erpd.accounts.may import Actor, Kind, Verb, demand
from erpd.harvest.ending import ROLLED_BACK
from erpd.harvest.lease import SourceBusy
from erpd.harvest.leaving import still_gone
from erpd.harvest.models import Run
from erpd.harvest.restoring import restore
from erpd.operate.models import Objection
from erpd.operate.place import SOURCE
from erpd.operate.refusals import Code, refusal
from erpd.operate.suppliers.decided import tell_of_decision


def open_objections() -> QuerySet[Objection]:
    """Those that wait for an operator, the oldest first: not of runs undone since, nor of removed sources."""
    found = Objection.objects.filter(ended=None, run__settings__removed=None)
    undone = Run.objects.filter(objection__in=found, error__rule__in=[str(one) for one in ROLLED_BACK])
    return (
        found.exclude(run__in=undone.values("pk"))
        .select_related("run__settings__source")
        .order_by("at", "pk")
    )


def object_to(run: Run, reason: str) -> bool:
    """Ask that what a run withdrew is put back. False if it withdrew nothing that is still withdrawn, or if
    somebody has asked that already."""
    if not can_be_objected_to(run):
        return False
    _kept, is_new = Objection.objects.get_or_create(run=run, defaults={"reason": reason})
    return is_new


def can_be_objected_to(run: Run) -> bool:
    """Whether something that a run withdrew is still withdrawn, and nobody has objected yet."""
    return not Objection.objects.filter(run=run).exists() and still_gone(run).exists()


def put_back(*, who: Actor, run: Run) -> int:
    """Put back what a run withdrew, as its supplier asks; the rest of the run stays. How many are back.

    Raises PermissionDenied, and Refusal if the source is being harvested, or if the objection was settled.
    """
    demand(who, Verb.DECIDE, SOURCE)
    name, back = run.settings.source.slug, 0

    def begun() -> None:  # many transactions follow: what is back before a break was noted, too
        _demand_open(run)
        record(who=who, verb="begin to put back", thing=Kind.SOURCE, name=name, run=run.pk)

    def ended(number: int) -> None:
        nonlocal back
        back = number
        if _settle(who, run, is_upheld=True):
            record(who=who, verb="put back", thing=Kind.SOURCE, name=name, run=run.pk, number=number)
            tell_of_decision(run)

    try:
        restore(run, begun, ended)
    except SourceBusy as busy:
        raise refusal(Code.BEING_HARVESTED) from busy
    return back


@transaction.atomic
def leave(*, who: Actor, run: Run, reason: str) -> None:
    """Leave withdrawn what a run withdrew, and say why. Raises what ``put_back`` raises."""
    demand(who, Verb.DECIDE, SOURCE)
    _demand_open(run)
    if Run.objects.filter(pk=run.pk, put_back__isnull=False).exists():  # it has begun: some are back
        raise refusal(Code.SETTLED)
    _settle(who, run, is_upheld=False, answer=reason)
    name = run.settings.source.slug
    record(who=who, verb="leave withdrawn", thing=Kind.SOURCE, name=name, run=run.pk, reason=reason)
    tell_of_decision(run)


def _demand_open(run: Run) -> None:
    if open_objections().filter(run=run).select_for_update(of=("self",)).first() is None:
        raise refusal(Code.SETTLED)


def _settle(who: Actor, run: Run, **facts: object) -> bool:
    mine = Objection.objects.filter(run=run, ended=None)
    return bool(mine.update(ended=timezone.now(), by=who.human, **facts))
