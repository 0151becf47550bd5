"""Keeps the scores up to date: they follow the change numbers, in the database that everybody shares."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from erpd.metadata.quality import Measured
from erpd.register import changes
from erpd.register.content import VersionBroken, record_of, stored
from erpd.register.derived import More, Progress
from erpd.register.links import keeping
from erpd.register.links.addresses import Address, addresses_in
from erpd.register.models import Catalogue, DataSet, QualityPosition, QualityScore, QualitySum
from erpd.register.quality import sums
from erpd.register.quality.marks import Marks, marks_of
from erpd.register.quality.method import method
from erpd.register.quality.scoring import measured, worth

logger = logging.getLogger(__name__)

Links = dict[UUID, dict[Address, int]]
"""Data set -> its links, each with its kinds."""
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
    last = changes.last()
    if reached() >= last:
        return 0
    while more():  # what changes in quick succession is written together
        pass
    done, begin = 0, reached()
    most = DataSet.objects.filter(change__gt=begin).count() if progress else 0
    while found := _changed(begin):
        rows = found[:_ROWS]
        if not _write(begin, rows, *_scored(rows), is_last=rows == found):
            return done  # another process is at it
        done, begin = done + len(rows), rows[-1].change
        if progress:
            progress(done, max(done, most))
    return done


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


def score_of(data_set: DataSet, content: bytes | memoryview | None) -> Marks | None:
    """The marks of a data set; None if its version is damaged, which others say, or cannot be scored."""
    found = _measured(data_set, content)
    return marks_of(worth(found)) if found else None


def _measured(data_set: DataSet, content: bytes | memoryview | None) -> Measured | None:
    try:
        return measured(record_of(data_set, content))
    except VersionBroken:
        return None
    except Exception:  # one bad record costs one record
        logger.exception("The description of data set %s cannot be scored", data_set.key)
        return None


def _changed(after: int) -> list[DataSet]:
    """What changed next, and one more than is scored at a time: without it, these are the last."""
    found = DataSet.objects.filter(change__gt=after).select_related("catalogue").defer("findings")
    return list(found.order_by("change")[: _ROWS + 1])


def _scored(rows: Sequence[DataSet]) -> tuple[list[QualityScore], Links]:
    """The scores and links of those that are still here. Nobody sees what is in test catalogues."""
    here = [row for row in rows if not row.deleted and row.catalogue.kind != Catalogue.Kind.TEST]
    made, links = [], {row.key: dict[Address, int]() for row in rows}
    for row, content in zip(here, stored(row.change for row in here), strict=True):
        if content is not None and (found := _measured(row, content)):
            is_open = row.catalogue.kind == Catalogue.Kind.OPEN
            if settings.NODE.link_days:
                links[row.key] = addresses_in(found.links, is_open=is_open)
            marks = marks_of(worth(found))
            facts = {
                "change": row.change,
                "catalogue_id": row.catalogue_id,
                "share": marks.share(is_open=is_open),
            }
            made.append(QualityScore(data_set_id=row.key, **facts, **marks._asdict()))
    return made, links


def _write(
    begin: int, rows: Sequence[DataSet], made: Sequence[QualityScore], links: Links, *, is_last: bool
) -> bool:
    """Keep these scores and links in place of those before; False if another process was quicker.

    Only what is whole is kept as the figures of this week: with the last change.
    """
    with transaction.atomic():
        position = QualityPosition.objects.select_for_update().get_or_create(pk=1)[0]
        reached_there = position.change if position.method == method() else 0
        if not _may_take(position) or reached_there != begin:
            return False
        _take(position)
        there = QualityScore.objects.filter(pk__in=[row.key for row in rows])
        gone = [(one.catalogue_id, marks_in(one), -1) for one in there]
        there.delete()
        QualityScore.objects.bulk_create(made)
        keeping.keep(links)
        come = [(one.catalogue_id, marks_in(one), 1) for one in made]
        sums.add(sums.of([*gone, *come]))
        if is_last:
            sums.write_week(changes.clock().date())
        position.change = rows[-1].change
        position.written += 1
        position.save()
    return True


def marks_in(score: QualityScore) -> Marks:
    """The marks that are kept in a row."""
    return Marks(*(getattr(score, name) for name in Marks._fields))
