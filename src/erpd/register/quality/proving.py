"""The scores compared with the records, and the sums with the scores."""

from collections.abc import Iterator
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from erpd.register.content import stored
from erpd.register.derived import Difference, Progress, in_turn
from erpd.register.models import Catalogue, DataSet, QualityPosition, QualityScore
from erpd.register.proving import ABSENT, EXTRA, MISSING
from erpd.register.quality import sums
from erpd.register.quality.following import reached, version
from erpd.register.quality.scores import marks_in, score_of

_ROWS = 250
_SEEN = ~Q(catalogue__kind=Catalogue.Kind.TEST)
_TRIES = 5


def differences(progress: Progress | None, every: int) -> Iterator[Difference]:
    """How what is kept differs from the database (see ``Derived.differences``)."""
    until = reached()
    rows = DataSet.objects.filter(_SEEN, deleted=False, change__lte=until)
    most = rows.count()
    if not until and DataSet.objects.exists():
        yield Difference("", ABSENT)
        return
    done, after = 0, UUID(int=0)
    while batch := list(
        rows.filter(key__gt=after).select_related("quality", "catalogue").order_by("key")[:_ROWS]
    ):
        after = batch[-1].key
        for row, content in zip(batch, stored(row.change for row in batch), strict=True):
            if said := _said(row, content, deep=in_turn(row.key, every)):
                yield Difference(str(row.key), said)
        done += len(batch)
        if progress:
            progress(done, max(done, most))
    wrong = Q(data_set__deleted=True) | ~Q(catalogue=F("data_set__catalogue")) | ~_SEEN
    settled = QualityScore.objects.filter(wrong, data_set__change__lte=until)
    for key in settled.values_list("pk", flat=True):
        yield Difference(str(key), EXTRA)
    yield from _sums()


def _said(row: DataSet, content: bytes | memoryview | None, *, deep: bool) -> str:
    kept = getattr(row, "quality", None)
    if kept is None:
        return MISSING if content is not None and score_of(row, content) else ""
    if kept.change != row.change:
        return "it is that of another version"
    if deep and content is not None and score_of(row, content) != marks_in(kept):
        return "" if row.links.filter(link__is_news=True).exists() else "it is another score"
    return ""


def _at_one_time() -> tuple[sums.Sums, sums.Sums]:
    """The sums counted anew and as they are kept, with nothing written between the two.

    To count them takes seconds, so writers wait only where they leave no other time.
    """
    for _ in range(_TRIES):
        before = version()
        found = sums.counted(), sums.kept()
        if version() == before:
            return found
    with transaction.atomic():
        QualityPosition.objects.select_for_update().first()
        return sums.counted(), sums.kept()


def _sums() -> Iterator[Difference]:
    counted, kept = _at_one_time()
    names = dict(Catalogue.objects.values_list("pk", "slug"))
    for key in counted | kept:
        if counted.get(key, {}) != kept.get(key, {}):
            yield Difference("", f"the sums of the catalogue {names.get(key, key)} are wrong")
