"""What is proved at night, and how it ended. `erpd prove` proves it; the desk names what failed."""

from datetime import UTC, datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from erpd.metadata.masking import plain
from erpd.operate.models import Proof

INDEX, DOORS, BACKUP = "index", "doors", "backup"
NIGHTLY = (INDEX, DOORS)
_OLD = {INDEX: timedelta(days=3), DOORS: timedelta(days=3), BACKUP: timedelta(days=8)}
_NIGHT = range(1, 5)  # hours, in UTC
_PAUSE = timedelta(hours=20)  # so once a night
_LONGEST = 1_000


def take(now: datetime) -> bool:
    """Whether they are due now. Of several workers, one is told so."""
    if now.astimezone(UTC).hour not in _NIGHT:
        return False
    for name in NIGHTLY:
        Proof.objects.get_or_create(name=name)
    due = Proof.objects.filter(Q(begun=None) | Q(begun__lt=now - _PAUSE), name=NIGHTLY[0])
    return bool(due.update(begun=now))


def keep(name: str, *, passed: bool, said: str) -> None:
    """Keep how one ended."""
    facts = {"at": timezone.now(), "passed": passed, "said": plain(said, _LONGEST)}
    Proof.objects.update_or_create(name=name, defaults=facts)


def wrong() -> list[str]:
    """The names of those that failed, or ended too long ago. What was never begun here is not among them."""
    now = timezone.now()
    found = Proof.objects.filter(name__in=_OLD).order_by("name")
    return [one.name for one in found if one.passed is False or now - one.at > _OLD[one.name]]
