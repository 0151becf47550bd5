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


def add(change: Sums, today: date) -> None:
    """Bring the sums and those of this week in step; in the transaction that writes the scores."""
    before = {one.catalogue_id: one.counts for one in QualitySum.objects.filter(pk__in=change)}
    for key, counts in before.items():
        change[key].update(counts)  # which adds
    write(change, today)


def write(sums: Mapping[int, Mapping[str, int]], today: date) -> None:
    """Keep these sums in place of those before."""
    monday = today - timedelta(days=today.weekday())
    for catalogue, counts in sums.items():
        exact = {name: number for name, number in sorted(counts.items()) if number}
        QualitySum.objects.update_or_create(catalogue_id=catalogue, defaults={"counts": exact})
        facts = {
            "data_sets": exact.get("dataSets", 0),
            "mqa": exact.get("mqa", 0),
            "protected": exact.get("protected", 0),
            "protected_of": exact.get("protectedOf", 0),
        }
        QualityWeek.objects.update_or_create(catalogue_id=catalogue, monday=monday, defaults=facts)
