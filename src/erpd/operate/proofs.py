"""What is proved at night, or when somebody asks, and how it ended: `erpd prove` proves it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from erpd.accounts.deeds import record
from erpd.accounts.may import Actor, Kind, Thing, Verb, demand
from erpd.harvest import holder
from erpd.metadata.masking import plain
from erpd.operate.models import Proof
from erpd.operate.refusals import Code, refusal

INDEX, DOORS, RESTORED, BACKUP = "index", "doors", "restored", "backup"
NIGHTLY = (INDEX, DOORS, RESTORED)
_OLD = {**dict.fromkeys(NIGHTLY, timedelta(days=3)), BACKUP: timedelta(days=8)}
_NIGHT = range(1, 5)  # hours, in UTC
_PAUSE = timedelta(hours=20)  # so once a night
_LONGEST = 1_000
_TAKES = timedelta(hours=7)  # no longer than all of them together
_KEPT = 14  # times that each has ended


def ask(*, who: Actor, name: str) -> None:
    """Let a worker make one as soon as it can.

    Raises PermissionDenied, and Refusal if it waits for the worker already, or is being made.
    """
    demand(who, Verb.CHANGE, Thing(Kind.NODE))
    with transaction.atomic():
        Proof.objects.get_or_create(name=name)
        one = Proof.objects.select_for_update().get(name=name)
        if one.asked or is_being_made(one):
            raise refusal(Code.BEING_PROVED)
        Proof.objects.filter(pk=name).update(asked=timezone.now())
        record(who=who, verb="ask for a proof", thing=Kind.NODE, name=name)


def is_being_made(one: Proof) -> bool:
    """Whether a worker that lives makes it."""
    return bool(one.holder) and holder.lives(one.holder, one.begun, _TAKES)


@transaction.atomic
def take(now: datetime, mine: str, *, only_asked: bool = False) -> list[str]:
    """Those that are due now, or were asked for, and that no worker makes; they are ours until they end."""
    is_night = not only_asked and now.astimezone(UTC).hour in _NIGHT
    due = Q(asked__isnull=False)
    if is_night:
        nightly = [name for name in NIGHTLY if not is_off(name)]
        for name in nightly:
            Proof.objects.get_or_create(name=name)
        due |= Q(name__in=nightly) & (Q(begun=None) | Q(begun__lt=now - _PAUSE))
    taken = []
    for one in Proof.objects.select_for_update(skip_locked=True).filter(due, name__in=NIGHTLY):
        if is_being_made(one):
            continue
        if one.holder:  # its worker has died: once more, and not for ever
            holder.remove(one.holder)
            one.asked = None
        one.holder, one.begun = mine, now
        one.save(update_fields=["asked", "holder", "begun"])
        taken.append(one.name)
    return sorted(taken, key=NIGHTLY.index)


def held(mine: str) -> list[str]:
    """Those that are ours and have not ended."""
    return list(Proof.objects.filter(holder=mine).values_list("name", flat=True))


def leave(mine: str) -> None:
    """Let another worker make those that are ours and have not ended."""
    Proof.objects.filter(holder=mine).update(holder="", begun=None, asked=timezone.now())


@transaction.atomic
def keep(name: str, *, passed: bool | None, said: str, seconds: float | None = None) -> None:
    """Keep how one ended; ``passed`` is None if it could be neither proved nor refuted."""
    now, said = timezone.now(), plain(said, _LONGEST)
    Proof.objects.get_or_create(name=name)
    one = Proof.objects.select_for_update().get(name=name)
    one.at, one.passed, one.said, one.seconds = now, passed, said, seconds
    one.asked, one.holder = None, ""
    this = {"at": now.isoformat(), "passed": passed, "said": said, "seconds": seconds}
    one.ended = [this, *one.ended][:_KEPT]
    one.save()


def is_off(name: str) -> bool:
    """Whether the node's settings say that it is not made at night; somebody may still ask for it."""
    return name == RESTORED and not settings.NODE.restore_backups


def newest_backup() -> Path | None:
    """Where the newest backup was written that this node knows of."""
    said = Proof.objects.filter(name=BACKUP).values_list("said", flat=True).first()
    return Path(said) if said else None


def wrong() -> list[str]:
    """The names of those that failed, were not proved, or ended too long ago.

    What was never begun here is not among them, nor that no backup was restored where there is none, nor what
    the settings have switched off, unless it failed.
    """
    now = timezone.now()
    found = list(Proof.objects.filter(name__in=_OLD).order_by("name"))
    is_saved = any(one.name == BACKUP for one in found)
    return [
        one.name
        for one in found
        if one.passed is False
        or (
            not is_off(one.name)
            and ((one.passed is None and one.said and is_saved) or now - one.at > _OLD[one.name])
        )
    ]
