"""The secret link to the page of a source, and what whoever has it may do."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from erpd.accounts.actions.invitations import digest_of
from erpd.accounts.deeds import record
from erpd.accounts.may import Actor, Kind, Verb, demand
from erpd.harvest.models import SourceSettings
from erpd.harvest.worker import harvestable
from erpd.metadata.storable import storable
from erpd.operate.deletions.actions import record_refusal, still_held
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


@transaction.atomic
def ask_for_a_run(*, settings: SourceSettings) -> None:
    """Let the worker harvest the source as soon as it can, as its supplier. Raises Refusal: once an hour."""
    now = timezone.now()
    long_ago = Q(asked=None) | Q(asked__lt=now - BETWEEN)
    mine = SourceSettings.objects.filter(pk=settings.pk, pk__in=harvestable().values("pk"))
    if not mine.filter(long_ago).update(asked=now):
        raise refusal(Code.ASKED_LATELY)
    record(who=name_of(settings), verb="ask for a run", thing=Kind.SOURCE, name=settings.source.slug)


@transaction.atomic
def hold(*, settings: SourceSettings, run: int, reason: str) -> None:
    """Keep the data sets whose deletion waits since that run, as their supplier. Operators see that.

    Raises Refusal if another run has ended since, or if somebody has decided.
    """
    held = still_held(settings, run)
    reason = storable(reason)
    _kept, is_new = Refusal.objects.get_or_create(run=held, defaults={"reason": reason, "by_supplier": True})
    if not is_new:
        raise refusal(Code.NO_LONGER_HELD)
    record_refusal(held, name_of(settings), reason)


def name_of(settings: SourceSettings) -> str:
    """As the audit log calls whoever has the link."""
    return f"supplier of {settings.source.slug}"
