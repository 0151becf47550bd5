"""What the worker removes: expired sessions, old mails, checked files, accounts that nobody confirmed."""

import time
from contextlib import suppress
from datetime import timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from erpd.accounts import checked
from erpd.accounts.models import CheckedFile, Mail, Person

KEPT = timedelta(days=30)  # a mail after it was sent, or its file after it was written
UNCONFIRMED = timedelta(days=14)  # an account after somebody signed up; its link is valid for three days
_MOST = 1_000  # of a kind, in a round


def tidy() -> None:
    """Remove it all. Nothing that is still needed goes, however often this is called."""
    now = timezone.now()
    with transaction.atomic():
        Session.objects.filter(expire_date__lt=now).delete()
        living = Session.objects.values("session_key")
        # A session that has just begun may not be stored yet.
        UserSession.objects.filter(created_at__lt=now - timedelta(days=1)).exclude(
            session_key__in=living
        ).delete()
        _remove(CheckedFile.objects.filter(at__lt=now - checked.KEPT))
        _remove(Mail.objects.filter(state=Mail.State.SENT, sent__lt=now - KEPT))
        _remove(
            Person.objects.filter(
                created__lt=now - UNCONFIRMED, emailaddress__verified=False, last_login=None, office=""
            )
            .exclude(emailaddress__verified=True)
            .exclude(memberships__isnull=False)
        )
    _remove_files()


def _remove(found: QuerySet[Any]) -> None:
    found.model.objects.filter(pk__in=list(found.values_list("pk", flat=True)[:_MOST])).delete()


def _remove_files() -> None:
    """Mails that are files because no server sends them. Whatever else lies there stays."""
    before = time.time() - KEPT.total_seconds()
    for file in (settings.HOME / "mail").glob("*.eml"):
        with suppress(OSError):  # somebody else removes it, too
            if file.stat().st_mtime < before:
                file.unlink()
