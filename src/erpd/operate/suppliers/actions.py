"""The secret link to the page of a source, and what whoever has it may do."""

import secrets
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from erpd.accounts.actions.invitations import digest_of
from erpd.accounts.deeds import record
from erpd.accounts.may import Actor, Kind, Verb, demand
from erpd.harvest.leaving import still_gone
from erpd.harvest.models import Run, SourceSettings
from erpd.harvest.reconcile import holding
from erpd.harvest.worker import harvestable
from erpd.metadata.storable import storable
from erpd.operate.deletions.actions import record_refusal
from erpd.operate.deletions.objections import object_to
from erpd.operate.models import Refusal, Subscription, SupplierLink
from erpd.operate.place import SOURCE
from erpd.operate.refusals import Code, refusal

BETWEEN = timedelta(hours=1)  # two runs that are asked for
_BYTES = 16  # of a token: 128 random bits


class NoSuchLink(LookupError):
    """The link was replaced, revoked or made up, or its source was removed."""


@transaction.atomic
def make_link(*, who: Actor, settings: SourceSettings) -> str:
    """Make the token of the link, in place of the one before and the notices asked for with it.

    We keep no more than its digest.

    Raises PermissionDenied.
    """
    demand(who, Verb.CHANGE, SOURCE)
    token = secrets.token_urlsafe(_BYTES)
    made = {"digest": digest_of(token), "by": who.human, "at": timezone.now()}
    Subscription.objects.filter(
        settings=settings
    ).delete()  # whoever had the old link may have asked for them
    SupplierLink.objects.update_or_create(settings=settings, defaults=made)
    record(who=who, verb="make link", thing=Kind.SOURCE, name=settings.source.slug)
    return token


@transaction.atomic
def revoke_link(*, who: Actor, settings: SourceSettings) -> None:
    """End the link, and the notices that were asked for with it. Raises PermissionDenied."""
    demand(who, Verb.CHANGE, SOURCE)
    Subscription.objects.filter(settings=settings).delete()
    if SupplierLink.objects.filter(settings=settings).delete()[0]:
        record(who=who, verb="revoke link", thing=Kind.SOURCE, name=settings.source.slug)


def source_of(token: str) -> SourceSettings:
    """The source whose page a link opens. Raises NoSuchLink.

    It looks for the digest, so how long that takes says nothing of tokens that are nearly right.
    """
    links = SupplierLink.objects.filter(settings__removed=None).select_related("settings__source__catalogue")
    found = links.filter(digest=digest_of(token)).first()
    if found is None:
        raise NoSuchLink
    return found.settings


def may_ask(settings: SourceSettings) -> bool:
    """Whether its supplier may ask for a run: the source is harvested, and nobody has asked for an hour."""
    return _askable(settings).exists()


def _askable(settings: SourceSettings) -> QuerySet[SourceSettings]:
    long_ago = Q(asked=None) | Q(asked__lt=timezone.now() - BETWEEN)
    return SourceSettings.objects.filter(long_ago, pk=settings.pk, pk__in=harvestable().values("pk"))


@transaction.atomic
def ask_for_a_run(*, settings: SourceSettings) -> None:
    """Let the worker harvest the source as soon as it can, as its supplier. Raises Refusal: once an hour."""
    if not _askable(settings).update(asked=timezone.now()):
        raise refusal(Code.ASKED_LATELY)
    record(who=name_of(settings), verb="ask for a run", thing=Kind.SOURCE, name=settings.source.slug)


@transaction.atomic
def hold(*, settings: SourceSettings, run: int, reason: str) -> None:
    """Keep what waits since that run, and ask for what it withdrew to be put back, as its supplier.

    Operators see both. Raises Refusal if neither can be said: nothing has gone, or somebody was first.
    """
    said = settings.runs.filter(pk=run).exclude(state=Run.State.RUNNING).first()
    if said is None:
        raise refusal(Code.NO_LONGER_HELD)
    reason = storable(reason)
    is_kept, is_asked = _keep(said, reason), object_to(said, reason)
    if is_kept:
        record_refusal(said, name_of(settings), reason)
    if is_asked:
        facts: dict[str, Any] = {"run": run, "number": still_gone(said).count(), "reason": reason}
        record(who=name_of(settings), verb="object", thing=Kind.SOURCE, name=settings.source.slug, **facts)
    if not (is_kept or is_asked):
        raise refusal(Code.NO_LONGER_HELD)


def _keep(run: Run, reason: str) -> bool:
    if holding(run.settings) != run:
        return False
    return Refusal.objects.get_or_create(run=run, defaults={"reason": reason, "by_supplier": True})[1]


def name_of(settings: SourceSettings) -> str:
    """As the audit log calls whoever has the link."""
    return f"supplier of {settings.source.slug}"
