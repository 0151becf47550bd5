"""What is derived from the register: it follows the change numbers, and can be made again at any time.

The search index, for example. Each node has its own copy, which a process beside `erpd serve` keeps up to
date.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone

from erpd.register import changes
from erpd.register.models import Version

Progress = Callable[[int, int], None]
More = Callable[[], bool]

_KEPT = 5.0  # seconds for which an answer of ``is_late`` is used again
_late: dict[str, tuple[float, bool]] = {}


def in_turn(key: UUID, every: int) -> bool:
    """Whether a data set is one of those that are looked at closely today, if one in ``every`` is.

    After so many days all of them have been.
    """
    return (key.int + timezone.now().toordinal()) % every == 0


class DerivedFailed(Exception):
    """It cannot be written: the disk fails. The message says what to do."""


class Difference(NamedTuple):
    """Something derived is not as the database has it."""

    key: str
    """The key of the data set; "" if it is about more than one."""
    said: str
    """What differs, in words: "it is missing"."""


@dataclass(frozen=True, slots=True)
class Derived:
    """Something that is derived from the register. The table of all is in ``publish/derived.py``."""

    name: str
    """Its name in commands and in ``/readyz``: "search"."""
    title: str
    """What people call it: "Search index"."""
    reached: Callable[[], int | None]
    """The number of the last change that it holds. None while it does not exist and what shows it has no
    other way to answer: the node is not ready then. Quick, and raises nothing."""
    follow: Callable[[Progress | None, More], int]
    """Brings it up to the last change, or to what is due of it; returns the number of data sets written.

    It is called whenever something has changed, and every few seconds: if nothing is due, it returns at once.
    It reads in batches by change number and notes how far it has got, so that it can be killed at any point.
    If another process is writing, it leaves the work to that one. The second argument is called before a
    costly step such as a commit, and returns True, after a moment, if there are further changes.

    Raises DerivedFailed.
    """
    rebuild: Callable[[Progress | None], int]
    """Makes it again from the database; the old one is used meanwhile. Returns and raises like ``follow``."""
    differences: Callable[[Progress | None, int], Iterator[Difference]]
    """Compares it with the database, data set by data set, and changes nothing.

    What is deeper than a look, such as the content of a record, is compared of one data set in so many (the
    second argument), each day of others (``in_turn``); 1 compares everything. What has changed since it was
    written is not compared.
    """
    late: float = 60.0
    """If a change has been waiting for so many seconds, it is too far behind, and what shows it says so."""
    lacks: Callable[[], Sequence[str]] = tuple
    """The names of the scopes for which it has nothing yet: a catalogue that is new changes no data set, so
    no change number tells of it. ``follow`` looks for them whenever it is called."""


@dataclass(frozen=True, slots=True)
class Lag:
    """How far something derived is behind the register."""

    change: int | None
    """The last change that it holds; None while it does not exist."""
    changes: int
    """How many changes it does not hold yet."""
    seconds: float
    """For how long the first of them has been waiting."""
    since: datetime | None
    """When the first of them was made; None if it holds all."""


def lag(derived: Derived) -> Lag:
    """How far it is behind now."""
    last, reached = changes.last(), derived.reached()
    waiting = Version.objects.filter(change__gt=reached or 0).order_by("change")
    since = waiting.values_list("at", flat=True).first() if last > (reached or 0) else None
    seconds = (changes.clock() - since).total_seconds() if since else 0.0
    return Lag(reached, max(0, last - (reached or 0)), max(0.0, seconds), since)


def is_late(derived: Derived, last: int | None = None) -> bool:
    """Whether it is too far behind to show what the register holds.

    ``last`` is the last change; without it, this may repeat an answer that is a few seconds old.
    """
    now = time.monotonic()
    asked, late = _late.get(derived.name, (-_KEPT, False))
    is_new = now - asked < _KEPT
    if last is None and is_new:
        return late
    if (derived.reached() or 0) >= (changes.last() if last is None else last):
        late = False
    elif not is_new:
        late = lag(derived).seconds > derived.late
    _late[derived.name] = (asked if is_new else now), late
    return late


def mark(key: UUID, digest: str) -> str:
    """A short text that identifies a change. If the database has another one there, it has been restored."""
    return f"{key} {digest}"


def is_same_database(change: int, known: str, marked: Callable[[UUID, str], str] = mark) -> bool:
    """Whether the database has the change that was noted with the mark ``known``.

    False after a backup was restored. ``marked`` makes the mark.
    """
    if change > changes.last():
        return False
    found = Version.objects.filter(change=change).values_list("data_set_id", "digest").first()
    return found is None or marked(*found) == known
