"""Does what uploads ask for, one after the other, in a process beside the server.

Any number of them share the work. If one is killed, another begins that upload again: what is stored already
is found unchanged. An upload that ends its process three times has failed.
"""

import logging
import time
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import Error, transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext, override

from erpd.accounts.may import Actor
from erpd.register.catalogues import profile_of
from erpd.sources.children.child import CannotStart
from erpd.submit.bulk.items import Contents, Note, NothingRead, contents
from erpd.submit.bulk.report import report
from erpd.submit.bulk.storing import MOST_AT_ONCE, Outcome, Result, Task
from erpd.submit.models import Upload

logger = logging.getLogger(__name__)

PATIENCE = timedelta(minutes=10)  # without a sign of life for so long, whoever worked on it is dead
KEPT = timedelta(days=30)  # an upload, and its report
MOST_TRIES = 3
MOST_SHOWN = 200  # notes on the page of an upload
_BEAT = 1.0  # seconds between two signs of life
State = Upload.State


def work_one() -> bool:
    """Do what the oldest upload asks for, or remove old ones. Returns whether there was one."""
    upload = _take()
    if upload is None:
        tidy()
        return False
    with override(upload.language):
        try:
            _Work(upload).do()
        except NothingRead as error:
            _end(upload, State.FAILED, notes=[_as_dict(Note("error", str(error)))])
        except (Error, CannotStart):  # it is tried again
            Upload.objects.filter(pk=upload.pk).update(state=State.WAITING)
            raise
        except Exception:
            logger.exception("Upload %s", upload.pk)
            told = gettext("Something went wrong on our side. The error has been logged.")
            _end(upload, State.FAILED, notes=[_as_dict(Note("error", told))])
    return True


def tidy() -> None:
    """Remove uploads long since done."""
    old = Upload.objects.filter(created__lt=timezone.now() - KEPT)
    if old.exists():  # on SQLite, to delete nothing takes the lock, too
        old.delete()


def _take() -> Upload | None:
    """Take one that nobody works on: the oldest of the owner that has waited longest for its turn."""
    now = timezone.now()
    lost = Q(state=State.RUNNING, beat__lt=now - PATIENCE)
    served = Upload.objects.filter(owner=OuterRef("owner"), beat__isnull=False).order_by("-beat")
    free = Upload.objects.filter(Q(state=State.WAITING) | lost).alias(
        turn=Subquery(served.values("beat")[:1])
    )
    free = free.order_by(F("turn").asc(nulls_first=True), "created")
    if not free.exists():  # looked at each second, without the lock
        return None
    with transaction.atomic():
        return _taken(free, now)


def _taken(free: QuerySet[Upload], now: datetime) -> Upload | None:
    upload = free.select_for_update(skip_locked=True).first()
    if upload is None:
        return None
    if upload.tries >= MOST_TRIES:
        told = gettext("This file could not be worked through. Divide it into several, then choose those.")
        _end(upload, State.FAILED, notes=[_as_dict(Note("error", told))])
        return None
    upload.state, upload.holder, upload.beat = State.RUNNING, uuid4().hex, now
    upload.tries, upload.seen = upload.tries + 1, 0
    upload.save(update_fields=["state", "holder", "beat", "tries", "seen"])
    return upload


class _Work:
    def __init__(self, upload: Upload) -> None:
        self.upload = upload
        self.seen, self._next = 0, 0.0

    def do(self) -> None:
        upload = self.upload
        read = contents(
            bytes(upload.content), upload.syntax, upload.language, gettext, profile_of(upload.catalogue)
        )
        if upload.stores and upload.whole and len(read.items) > MOST_AT_ONCE:
            said = gettext("At most %(most)d data sets can be stored all at once. Store them one by one.")
            raise NothingRead(said % {"most": MOST_AT_ONCE})
        passes = 1 + (upload.stores and upload.whole)
        Upload.objects.filter(pk=upload.pk).update(total=passes * len(read.items))
        task = Task(Actor(upload.person), upload.catalogue, upload.publishes)
        hindered = upload.whole and any(note.severity == "error" for note in read.notes)
        if upload.stores and upload.whole and not hindered:
            outcomes = task.all(read.items, self._saw)
        else:
            outcomes = list(self._followed(task, read, dry=hindered or not upload.stores))
        hindered |= upload.whole and any(one.result is Result.REFUSED for one in outcomes)
        self._tell(outcomes, read, takes=not hindered)

    def _followed(self, task: Task, read: Contents, *, dry: bool) -> Sequence[Outcome]:
        found = []
        for outcome in task.each(read.items, dry=dry):
            found.append(outcome)
            self._saw()
        return found

    def _saw(self) -> None:
        """Say how far it is; now and then, because each time costs a transaction."""
        self.seen += 1
        self._alive()

    def _alive(self) -> None:
        if time.monotonic() > self._next:
            self._next = time.monotonic() + _BEAT
            mine = Upload.objects.filter(pk=self.upload.pk, holder=self.upload.holder)
            mine.update(seen=self.seen, beat=timezone.now())

    def _tell(self, outcomes: Sequence[Outcome], read: Contents, *, takes: bool) -> None:
        """``takes``: whether what is not refused is stored, or would be."""
        counts = Counter(str(outcome.result) for outcome in outcomes)
        notes = [_as_dict(note) for note in read.notes]
        for outcome in sorted(outcomes, key=lambda one: one.result is not Result.REFUSED):
            about = outcome.title or outcome.item.identifier or outcome.item.place
            key = str(outcome.key) if outcome.key and takes and self.upload.stores else ""
            notes += [_as_dict(note, about, key) for note in outcome.notes]
        written = report(outcomes, read.book, read.notes, self.upload.language, self._alive)
        more = len(notes) - MOST_SHOWN
        counts["more"] = max(more, 0)
        counts["takes"] = int(takes)
        _end(self.upload, State.DONE, notes=notes[:MOST_SHOWN], counts=dict(counts), report=written)


def _end(upload: Upload, state: State, **facts: object) -> None:
    now = timezone.now()
    mine = Upload.objects.filter(pk=upload.pk, holder=upload.holder)
    mine.update(state=state, finished=now, seen=F("total"), content=b"", **facts)


def _as_dict(note: Note, about: str = "", key: str = "") -> dict[str, str]:
    said = {"severity": note.severity, "text": note.text, "cell": note.cell, "about": about, "key": key}
    return {name: text for name, text in said.items() if text}
