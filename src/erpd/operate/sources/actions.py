"""What people at the desk do with a source: let the worker harvest it, now, or not at all."""

from django.db import transaction
from django.utils import timezone

from erpd.accounts.deeds import record
from erpd.accounts.may import Actor, Kind, Verb, demand
from erpd.harvest.models import SourceSettings
from erpd.operate.place import SOURCE


@transaction.atomic
def switch(*, who: Actor, settings: SourceSettings, on: bool) -> None:
    """Let the worker harvest a source, or not. Raises PermissionDenied."""
    demand(who, Verb.CHANGE, SOURCE)
    SourceSettings.objects.filter(pk=settings.pk).update(active=on)
    record(who=who, verb="switch on" if on else "switch off", thing=Kind.SOURCE, name=settings.source.slug)


@transaction.atomic
def ask_for_a_run(*, who: Actor, settings: SourceSettings) -> None:
    """Let the worker harvest a source as soon as it can, at whatever hour. Raises PermissionDenied."""
    demand(who, Verb.DECIDE, SOURCE)
    SourceSettings.objects.filter(pk=settings.pk).update(asked=timezone.now())
    record(who=who, verb="ask for a run", thing=Kind.SOURCE, name=settings.source.slug)
