"""What pages say of the quality of many descriptions: sums that are kept, as averages and shares."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.db.models import Max

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
        self.mqa = Average(
            counts["mqa"], MQA_MOST * self.data_sets, self.data_sets, self._not_tried("mqa", MQA)
        )
        self.protected = Average(
            counts["protected"],
            counts["protectedOf"],
            self.data_sets,
            self._not_tried("protected", PROTECTED),
        )

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
    rows = QualitySum.objects.filter(pk__in=list(catalogues))
    return {one.catalogue_id: Figures(Counter(one.counts)) for one in rows if one.counts.get("dataSets")}


def together(figures: Iterable[Figures]) -> Figures:
    """The figures of them all."""
    found = Counter[str]()
    for one in figures:
        found.update(one.counts)
    return Figures(found)


def weeks(catalogues: Iterable[int], today: date) -> list[tuple[date, Average, Average]]:
    """The last year: the Monday of each week in which something changed, the scores at its end.

    What did not change in a week is what it was before.
    """
    begin = today - timedelta(days=today.weekday(), weeks=MOST_WEEKS - 1)
    rows = QualityWeek.objects.filter(catalogue__in=list(catalogues))
    last = rows.filter(monday__lt=begin).values_list("catalogue").annotate(Max("monday"))
    wanted = dict(last.order_by())
    of_those_days = rows.filter(monday__in=set(wanted.values()))
    standing = {row.catalogue_id: row for row in of_those_days if wanted.get(row.catalogue_id) == row.monday}
    found = []
    this_year = rows.filter(monday__gte=begin).order_by("monday")
    for monday, changed in groupby(this_year, lambda row: row.monday):
        standing |= {row.catalogue_id: row for row in changed}
        now = standing.values()
        number = sum(one.data_sets for one in now)
        mqa = Average(sum(one.mqa for one in now), MQA_MOST * number, number)
        protected = Average(sum(one.protected for one in now), sum(one.protected_of for one in now), number)
        found.append((monday, mqa, protected))
    return found
