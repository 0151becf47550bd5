"""The sums of the scores of each catalogue, kept as scores come and go; and those of each week."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from django.db.models import Count

from erpd.register.models import QualityScore, QualitySum, QualityWeek
from erpd.register.quality.marks import Marks, counts_of

_COLUMNS = Marks._fields
Sums = dict[int, Counter[str]]
"""Catalogue -> name, as in ``counts_of`` -> how many."""


def of(rows: Iterable[tuple[int, Marks, int]]) -> Sums:
    """The sums of rows: catalogue, marks, how many of them (or less than none, if they go)."""
    found: Sums = {}
    for catalogue, marks, times in rows:
        sums = found.setdefault(catalogue, Counter())
        for name, number in counts_of(marks).items():
            sums[name] += times * number
    return found


def counted() -> Sums:
    """The sums of all scores that are kept, counted anew: equal ones at once, so few rows are read."""
    rows = QualityScore.objects.values_list("catalogue_id", *_COLUMNS).annotate(Count("pk")).order_by()
    return of((catalogue, Marks(*marks), times) for catalogue, *marks, times in rows)


def kept() -> Sums:
    """The sums as they are kept."""
    return {one.catalogue_id: Counter(one.counts) for one in QualitySum.objects.all()}


def add(change: Sums) -> None:
    """Bring the sums in step; in the transaction that writes the scores."""
    before = {one.catalogue_id: one.counts for one in QualitySum.objects.filter(pk__in=change)}
    for key, counts in before.items():
        change[key].update(counts)  # which adds
    write(change)


def write(sums: Mapping[int, Mapping[str, int]]) -> None:
    """Keep these sums in place of those before."""
    for catalogue, counts in sums.items():
        exact = {name: number for name, number in sorted(counts.items()) if number}
        QualitySum.objects.update_or_create(catalogue_id=catalogue, defaults={"counts": exact})


def write_week(today: date) -> None:
    """Keep the sums of every catalogue, as they are now, as those of this week."""
    monday = today - timedelta(days=today.weekday())
    columns = {"data_sets": "dataSets", "mqa": "mqa", "protected": "protected", "protected_of": "protectedOf"}
    rows = [
        QualityWeek(
            catalogue_id=key, monday=monday, **{column: counts[name] for column, name in columns.items()}
        )
        for key, counts in kept().items()
    ]
    QualityWeek.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["catalogue", "monday"], update_fields=[*columns]
    )
