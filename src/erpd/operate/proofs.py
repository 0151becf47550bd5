"""What is proved at night, and how it ended. `erpd prove` proves it; the desk names what failed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db.models import Q
from django.utils import timezone

from erpd.metadata.masking import plain
from erpd.operate.models import Proof

INDEX, DOORS, RESTORED, BACKUP = "index", "doors", "restored", "backup"
NIGHTLY = (INDEX, DOORS, RESTORED)
_OLD = {**dict.fromkeys(NIGHTLY, timedelta(days=3)), BACKUP: timedelta(days=8)}
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


def keep(name: str, *, passed: bool | None, said: str, seconds: float | None = None) -> None:
    """Keep how one ended; ``passed`` is None if it could be neither proved nor refuted."""
    facts = {"at": timezone.now(), "passed": passed, "said": plain(said, _LONGEST), "seconds": seconds}
    Proof.objects.update_or_create(name=name, defaults=facts)


def newest_backup() -> Path | None:
    """Where the newest backup was written that this node knows of."""
    said = Proof.objects.filter(name=BACKUP).values_list("said", flat=True).first()
    return Path(said) if said else None


def wrong() -> list[str]:
    """The names of those that failed, were not proved, or ended too long ago.

    What was never begun here is not among them, nor that no backup was restored where there is none.
    """
    now = timezone.now()
    found = list(Proof.objects.filter(name__in=_OLD).order_by("name"))
    is_saved = any(one.name == BACKUP for one in found)
    return [
        one.name
        for one in found
        if one.passed is False
        or (one.passed is None and one.said and is_saved)
        or now - one.at > _OLD[one.name]
    ]
