"""What pages say of the quality of many descriptions: sums that are kept, as averages and shares."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.db.models import Sum

from erpd.metadata.quality import BANDS, MQA, MQA_MOST, PROTECTED, Dimension, Metric, band
from erpd.metadata.quality.metrics import OF_FILES
from erpd.register.models import QualitySum, QualityWeek
from erpd.register.quality.marks import METRICS

MOST_WEEKS = 53


@dataclass(frozen=True, slots=True)
class Average:
    """The points of so many data sets."""

    points: int
    most: int
    data_sets: int
    not_tried: int = 0
    """Of ``most``, the points for links that have not been tried."""

    @property
    def mean(self) -> float:
        return self.points / self.data_sets if self.data_sets else 0.0

    @property
    def mean_most(self) -> float:
        return self.most / self.data_sets if self.data_sets else 0.0

    @property
    def mean_not_tried(self) -> float:
        return self.not_tried / self.data_sets if self.data_sets else 0.0

    @property
    def mean_reachable(self) -> float:
        """The points that a data set can have while links are not tried."""
        return self.mean_most - self.mean_not_tried

    @property
    def percent(self) -> float:
        return 100 * self.points / self.most if self.most else 0.0

    @property
    def band(self) -> str:
        """The band that the average is in; the lowest that it can be in, if links have not been tried."""
        return band(self.points, self.most)


@dataclass(frozen=True, slots=True)
class Share:
    """How many of the data sets for which a metric counts meet it."""

    met: int
    untried: int
    """Of how many nobody knows, because no link of theirs has been tried."""
    of: int

    @property
    def percent(self) -> float:
        return 100 * self.met / self.of if self.of else 0.0


class Figures:
    """The sums of some catalogues, as in ``counts_of``."""

    def __init__(self, counts: Counter[str]) -> None:
        self.counts = counts
        self.data_sets = counts["dataSets"]

    @cached_property
    def mqa(self) -> Average:
        """The points of the MQA."""
        most = MQA_MOST * self.data_sets
        return Average(self.counts["mqa"], most, self.data_sets, self._not_tried("mqa", MQA))

    @cached_property
    def protected(self) -> Average:
        """The points of the score for protected data."""
        points, most = self.counts["protected"], self.counts["protectedOf"]
        return Average(points, most, self.data_sets, self._not_tried("protected", PROTECTED))

    def bands(self) -> list[tuple[str, int, int]]:
        """Band, and how many data sets are in it or a better one: by the MQA, by that for protected data.

        Not of the lowest, in which all are, or a better one. Links that are not tried can only add to these.
        """
        found, so_far = [], Counter[str]()
        for name in list(BANDS)[:-1]:
            so_far.update({of: self.counts[f"{of}.band.{name}"] for of in ("mqa", "protected")})
            found.append((name, so_far["mqa"], so_far["protected"]))
        return found

    def metrics(self) -> list[tuple[Metric, Share | None, Share | None]]:
        """Each metric: how many meet it, in the MQA and for protected data; None where it does not count."""
        return [(one, self._share("mqa", one), self._share("protected", one)) for one in METRICS]

    def dimensions(self) -> list[tuple[Dimension, Average, Average]]:
        """The points of each dimension, in the MQA and for protected data."""
        found, all_of_them = [], self.metrics()
        for dimension in Dimension:
            rows = [row for row in all_of_them if row[0].dimension is dimension]
            of_mqa = self._average((metric, share) for metric, share, _ in rows)
            of_protected = self._average((metric, share) for metric, _, share in rows)
            found.append((dimension, of_mqa, of_protected))
        return found

    def _average(self, rows: Iterable[tuple[Metric, Share | None]]) -> Average:
        counted = [(metric.points, share) for metric, share in rows if share]
        met, most, not_tried = (
            sum(points * getattr(share, name) for points, share in counted)
            for name in ("met", "of", "untried")
        )
        return Average(met, most, self.data_sets, not_tried)

    def _not_tried(self, of: str, metrics: Iterable[Metric]) -> int:
        return sum(one.points * self.counts[f"{of}.untried.{one.name}"] for one in metrics)

    def _share(self, of: str, metric: Metric) -> Share | None:
        if metric not in (MQA if of == "mqa" else PROTECTED):
            return None
        only_files = of == "protected" and metric.name in OF_FILES
        counted = self.counts["files"] if only_files else self.data_sets
        met, untried = (self.counts[f"{of}.{what}.{metric.name}"] for what in ("met", "untried"))
        return Share(met, untried, counted)


NOTHING = Figures(Counter())
"""Those of a catalogue in which nothing is scored yet."""


def figures_of(catalogues: Iterable[int]) -> dict[int, Figures]:
    """The figures of each of these catalogues in which something was scored."""
    rows = QualitySum.objects.filter(pk__among=catalogues).values_list("pk", "counts")
    return {key: Figures(Counter(counts)) for key, counts in rows if counts.get("dataSets")}


def together(figures: Iterable[Figures]) -> Figures:
    """The figures of them all."""
    found = Counter[str]()
    for one in figures:
        found.update(one.counts)
    return Figures(found)


def averages_of(figures: Collection[Figures]) -> Figures:
    """The averages of them all, without what they are made of: to add that up takes longer."""
    names = ("dataSets", "mqa", "protected", "protectedOf")
    return Figures(Counter({name: sum(one.counts[name] for one in figures) for name in names}))


def weeks(catalogues: Iterable[int], today: date) -> list[tuple[date, Average, Average]]:
    """The last year: the Monday of each week in which something changed, and the scores as they were then.

    Each week has the figures of every catalogue, see ``sums.write_week``.
    """
    begin = today - timedelta(days=today.weekday(), weeks=MOST_WEEKS - 1)
    rows = QualityWeek.objects.filter(catalogue__among=catalogues, monday__gte=begin).values_list("monday")
    sums = rows.annotate(*(Sum(column) for column in ("data_sets", "mqa", "protected", "protected_of")))
    return [
        (monday, Average(mqa, MQA_MOST * number, number), Average(protected, most, number))
        for monday, number, mqa, protected, most in sums.order_by("monday")
    ]
