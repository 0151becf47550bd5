"""Keeps the scores up to date: they follow the change numbers, in the database that everybody shares."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from erpd.register import changes
from erpd.register.derived import More, Progress
from erpd.register.models import (
    DataSet,
    Link,
    LinkOf,
    QualityPosition,
    QualityScore,
    QualitySum,
)
from erpd.register.quality import sums
from erpd.register.quality.method import method
from erpd.register.quality.scores import Scored, replace, scored

_ROWS = 250  # data sets that are scored at a time
_LEASE, _RENEWED = timedelta(minutes=5), timedelta(minutes=1)


def reached() -> int:
    """The last change whose score is kept."""
    found = QualityPosition.objects.filter(method=method()).values_list("change", flat=True).first()
    return found or 0


def version() -> tuple[object, ...]:
    """What changes whenever anything is written that is kept."""
    return tuple(QualityPosition.objects.values_list("method", "change", "written"))


def is_behind() -> bool:
    """Whether more is not scored yet than what is written at a time."""
    kept, last = reached(), changes.last()
    return last - kept > _ROWS or (last > 0 and not kept)


def follow(progress: Progress | None = None, more: More = lambda: False) -> int:
    """Score what has changed. Returns the number of data sets. See ``Derived.follow``."""
    if not _is_ours():
        return 0
    return _follow_changes(progress, more) + _follow_links()


def _follow_changes(progress: Progress | None, more: More) -> int:
    last = changes.last()
    if reached() >= last:
        return 0
    while more():  # what changes in quick succession is written together
        pass
    done, begin = 0, reached()
    most = DataSet.objects.filter(change__gt=begin).count() if progress else 0
    while found := _changed(begin):
        rows = found[:_ROWS]
        if not _write(begin, rows, scored(rows), is_last=rows == found):
            return done  # another process is at it
        done, begin = done + len(rows), rows[-1].change
        if progress:
            progress(done, max(done, most))
    return done


def _follow_links() -> int:
    """Score anew what has links of which something else is known now."""
    done = 0
    while news := list(Link.objects.filter(is_news=True).order_by("pk").values_list("pk", "tried")[:_ROWS]):
        theirs = DataSet.objects.filter(
            pk__in=LinkOf.objects.filter(link__among=[key for key, _ in news]).values("data_set")
        )
        after = UUID(int=0)
        while True:
            position = QualityPosition.objects.first()
            if not position or position.method != method():
                return done
            found = theirs.filter(pk__gt=after, change__lte=position.change)
            rows = list(found.select_related("catalogue").defer("findings").order_by("pk")[:_ROWS])
            if not rows:
                break
            if not _write_anew(position, rows, scored(rows)):
                return done  # another process is at it
            done, after = done + len(rows), rows[-1].key
        for key, tried in news:  # one that was tried meanwhile may be news again
            Link.objects.filter(pk=key, tried=tried).update(is_news=False)
    return done


def _write_anew(seen: QualityPosition, rows: Sequence[DataSet], found: Scored) -> bool:
    """Keep these scores; False if anything was written since ``seen``."""
    with transaction.atomic():
        position = QualityPosition.objects.select_for_update().get(pk=1)
        if (position.written, position.method) != (seen.written, seen.method):
            return False
        replace(rows, found)
        sums.write_week(changes.clock().date())
        position.written += 1
        position.save(update_fields=["written"])
    return True


def rebuild(progress: Progress | None = None) -> int:
    """Score everything anew, and count the sums anew. What is kept is shown meanwhile."""
    with transaction.atomic():
        position = QualityPosition.objects.select_for_update().get_or_create(pk=1)[0]
        _take(position)
        position.change = 0
        position.save()
    last, done = changes.last(), 0
    while reached() < last:
        done += follow(progress)
    with transaction.atomic():
        position = QualityPosition.objects.select_for_update().get(pk=1)
        nothing: sums.Sums = {key: type(kept)() for key, kept in sums.kept().items()}
        sums.write(nothing | sums.counted())
        sums.write_week(changes.clock().date())
        position.written += 1
        position.save()
    return done


def _is_ours() -> bool:
    """Whether this program scores: two versions side by side would delete each other's scores in turn.

    The one whose method was first does, until it has not run for _LEASE; it says each _RENEWED that it runs.
    """
    position = QualityPosition.objects.first()
    if position is None:
        return True
    if not _may_take(position):
        return False
    now = changes.clock()
    if position.method == method() and (position.seen is None or now - position.seen > _RENEWED):
        QualityPosition.objects.filter(method=method()).update(seen=now)
    return True


def _may_take(position: QualityPosition) -> bool:
    if position.method in ("", method()) or position.seen is None:
        return True
    return changes.clock() - position.seen > _LEASE


def _take(position: QualityPosition) -> None:
    """Score by our method from now on. What was scored by another one goes."""
    if position.method not in ("", method()):
        QualityScore.objects.all().delete()
        QualitySum.objects.all().delete()
        position.change = 0
    position.method, position.seen = method(), changes.clock()


def _changed(after: int) -> list[DataSet]:
    """What changed next, and one more than is scored at a time: without it, these are the last."""
    found = DataSet.objects.filter(change__gt=after).select_related("catalogue").defer("findings")
    return list(found.order_by("change")[: _ROWS + 1])


def _write(begin: int, rows: Sequence[DataSet], found: Scored, *, is_last: bool) -> bool:
    """Keep these scores and links in place of those before; False if another process was quicker.

    Only what is whole is kept as the figures of this week: with the last change.
    """
    with transaction.atomic():
        position = QualityPosition.objects.select_for_update().get_or_create(pk=1)[0]
        reached_there = position.change if position.method == method() else 0
        if not _may_take(position) or reached_there != begin:
            return False
        _take(position)
        replace(rows, found)
        if is_last:
            sums.write_week(changes.clock().date())
        position.change = rows[-1].change
        position.written += 1
        position.save()
    return True
