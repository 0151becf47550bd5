"""Notices by mail without an account: asked for on the supplier's page, confirmed and ended by links."""

import secrets
from datetime import timedelta

from django.core.signing import BadSignature, Signer, TimestampSigner
from django.db import transaction
from django.utils import timezone

from erpd.accounts.actions.invitations import digest_of
from erpd.accounts.addresses import public
from erpd.accounts.deeds import record
from erpd.accounts.mails import tell
from erpd.accounts.may import Actor, Kind, Verb, demand
from erpd.accounts.visitors import DAY, VALID, NoSuchLink, has_links_enough
from erpd.harvest.models import Run, SourceSettings
from erpd.operate.models import Subscription
from erpd.operate.place import SOURCE

NOTICE_VALID = timedelta(days=30)
MOST_OF_A_SOURCE = 50  # addresses that are told
_NOTICE = TimestampSigner(salt="erpd.operate.notice")
_STOP = Signer(salt="erpd.operate.stop")


@transaction.atomic
def ask(*, settings: SourceSettings, email: str, wants: str, language: str) -> None:
    """Send a link with which an address confirms that it wants notices.

    An address that had its links today gets no more, and nobody is told. Raises ValidationError for an
    address that is none.
    """
    email = public(email)
    rows = Subscription.objects.filter(settings=settings)
    today = Subscription.objects.filter(asked__gt=timezone.now() - DAY)
    is_full = rows.exclude(confirmed=None).count() >= MOST_OF_A_SOURCE
    if is_full or today.filter(settings=settings).count() >= MOST_OF_A_SOURCE:
        return
    if has_links_enough(email, today):
        return
    token = secrets.token_urlsafe(32)
    Subscription.objects.create(
        settings=settings, email=email, language=language, wants=wants, digest=digest_of(token)
    )
    tell(email, "notices-to-confirm", language=language, source=settings.source.slug, token=token)


def waiting(token: str) -> Subscription:
    """What the link of a mail confirms. Raises NoSuchLink."""
    rows = Subscription.objects.filter(asked__gt=timezone.now() - VALID, settings__removed=None)
    found = rows.filter(digest=digest_of(token)).select_related("settings__source").first()
    if found is None:
        raise NoSuchLink
    return found


@transaction.atomic
def confirm(*, token: str) -> Subscription:
    """Begin the notices. What the address wanted before is replaced. Raises NoSuchLink."""
    found = waiting(token)
    same = Subscription.objects.filter(settings=found.settings, email=found.email)
    told = max(same.values_list("told", flat=True))
    same.exclude(pk=found.pk).delete()
    found.digest, found.confirmed, found.told = None, timezone.now(), told
    found.save(update_fields=["digest", "confirmed", "told"])
    return found


def stop_token(subscription: Subscription) -> str:
    """What the address has that ends the notices; it works as long as they come."""
    return _STOP.sign_object(subscription.pk)


def stop(*, token: str) -> None:
    """End the notices. That they have ended already is no mistake. Raises NoSuchLink for links made up."""
    try:
        Subscription.objects.filter(pk=_STOP.unsign_object(token)).delete()
    except (BadSignature, ValueError):
        raise NoSuchLink from None


def is_stop(token: str) -> bool:
    """Whether we have made this link."""
    try:
        _STOP.unsign_object(token)
    except (BadSignature, ValueError):
        return False
    return True


def notice_token(subscription: Subscription, run: Run) -> str:
    """What opens the page of a notice, for NOTICE_VALID."""
    return _NOTICE.sign_object([subscription.pk, run.pk])


def notice_of(token: str) -> tuple[Subscription, Run]:
    """What the link of a notice is about. Raises NoSuchLink: it is made up or old, or the notices ended."""
    try:
        subscription, number = _NOTICE.unsign_object(token, max_age=NOTICE_VALID)
    except (BadSignature, ValueError):
        raise NoSuchLink from None
    rows = Subscription.objects.filter(settings__removed=None).exclude(confirmed=None)
    found = rows.filter(pk=subscription).select_related("settings__source__catalogue").first()
    run = Run.objects.filter(pk=number, settings=found.settings_id).first() if found else None
    if found is None or run is None:
        raise NoSuchLink
    return found, run


@transaction.atomic
def remove(*, who: Actor, settings: SourceSettings, number: int) -> None:
    """End the notices to an address, as the operator. Raises PermissionDenied."""
    demand(who, Verb.CHANGE, SOURCE)
    if Subscription.objects.filter(settings=settings, pk=number).delete()[0]:
        record(who=who, verb="end notices", thing=Kind.SOURCE, name=settings.source.slug)


def forget() -> None:
    """Erase addresses that nobody confirmed in time; for the worker."""
    Subscription.objects.filter(confirmed=None, asked__lt=timezone.now() - max(VALID, DAY)).delete()
