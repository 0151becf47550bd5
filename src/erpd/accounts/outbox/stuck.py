"""Mails that a person has to see to."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from erpd.accounts.models import Mail

_LATE = timedelta(hours=1)


def failed() -> "QuerySet[Mail]":
    """Those that are not tried again."""
    return Mail.objects.filter(state=Mail.State.FAILED)


def late() -> "QuerySet[Mail]":
    """Those that have waited for more than an hour."""
    return Mail.objects.filter(state=Mail.State.WAITING, created__lt=timezone.now() - _LATE)
