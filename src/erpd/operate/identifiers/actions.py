"""What operators decide about the pairs of a run whose identifiers changed."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from erpd.accounts.deeds import record
from erpd.accounts.may import Actor, Kind, Verb, demand
from erpd.harvest.identifiers import keep
from erpd.harvest.lease import SourceBusy
from erpd.harvest.models import Run
from erpd.operate.place import SOURCE
from erpd.operate.refusals import Code, refusal


@transaction.atomic
def keep_addresses(*, who: Actor, run: Run, keys: Collection[UUID] | None) -> int:
    """Give the chosen data sets their new identifiers; None chooses all. Raises PermissionDenied, Refusal."""
    demand(who, Verb.DECIDE, SOURCE)
    if keys is not None and not keys:
        raise refusal(Code.NOTHING_CHOSEN)
    try:
        number = keep(run, keys)
    except SourceBusy as busy:
        raise refusal(Code.BEING_HARVESTED) from busy
    if not number:
        raise refusal(Code.NO_LONGER_HELD)
    name = run.settings.source.slug
    record(who=who, verb="keep addresses", thing=Kind.SOURCE, name=name, run=run.pk, number=number)
    return number
