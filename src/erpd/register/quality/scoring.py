"""Both scores of one data set, metric by metric."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from erpd.metadata.checks import check
from erpd.metadata.findings import Severity
from erpd.metadata.profile import load_profile
from erpd.metadata.quality import MQA, PROTECTED, Dimension, Measured, Metric, Score, measure, mqa, protected
from erpd.metadata.record import Record
from erpd.register.links.answers import known, links_of, tried_by
from erpd.register.models import Catalogue

PROFILE = "dcat-ap-2.1.1"  # which the MQA holds descriptions to


class Points(NamedTuple):
    """Points, of how many; of these, so many for links that have not been tried."""

    got: int
    most: int
    not_tried: int


@dataclass(frozen=True, slots=True)
class Row:
    """A metric: its points in each score; None where it does not count."""

    metric: Metric
    met: bool | None
    """None if nobody knows, because the link has not been tried."""
    of_mqa: Points | None
    of_protected: Points | None


@dataclass(frozen=True, slots=True)
class Quality:
    """What a description is worth."""

    mqa: Score
    protected: Score
    rows: list[Row]
    """Each metric of either score."""

    def by_dimension(self) -> list[tuple[Dimension, Points, Points]]:
        """The points of each dimension: in the MQA, and for protected data."""
        found = []
        for dimension in Dimension:
            rows = [row for row in self.rows if row.metric.dimension is dimension]
            found.append(
                (dimension, _sum(row.of_mqa for row in rows), _sum(row.of_protected for row in rows))
            )
        return found


def measured(record: Record) -> Measured:
    """Measure a record. What its links answer is not known."""
    compliant = all(one.severity is not Severity.ERROR for one in check(record, load_profile(PROFILE)))
    return measure(record, compliant=compliant)


def quality_of(record: Record, catalogue: Catalogue) -> Quality:
    """Measure a record of this catalogue, with what its links answer, and say what it is worth."""
    found = measured(record)
    links = links_of(found, catalogue)
    return worth(found.answered(tried_by(links, known([links]))))


def worth(measured: Measured) -> Quality:
    """What a description is worth of which this was measured."""
    ours, theirs = protected(measured), mqa(measured)
    metrics = {one.name: one for one in (*MQA, *PROTECTED)}
    rows = [
        Row(one, (theirs.facts | ours.facts).get(name), _points(one, theirs), _points(one, ours))
        for name, one in metrics.items()
    ]
    return Quality(theirs, ours, rows)


def _points(metric: Metric, score: Score) -> Points | None:
    if metric.name not in score.facts:
        return None
    met = score.facts[metric.name]
    return Points(metric.points if met else 0, metric.points, metric.points if met is None else 0)


def _sum(points: Iterable[Points | None]) -> Points:
    counted = [one for one in points if one]
    return Points(*(sum(one[place] for one in counted) for place in range(3)))
