"""What the metrics are worth together: the points of the MQA, and a score for protected data."""

from collections.abc import Iterable
from dataclasses import dataclass

from erpd.metadata.quality.measuring import Facts, Measured
from erpd.metadata.quality.metrics import MQA, OF_FILES, PROTECTED, Metric

MQA_MOST = 405
"""The points of all metrics of the MQA."""
# The least points for each band of the MQA; other scores have the same shares.
BANDS = {"excellent": 351, "good": 221, "sufficient": 121, "bad": 0}
_POINTS = {metric.name: metric.points for metric in (*MQA, *PROTECTED)}


@dataclass(frozen=True, slots=True)
class Score:
    """The points of one record, and where they come from."""

    points: int
    most: int
    """The points that it could have."""
    facts: Facts
    """Metric -> whether it is met, for each metric that counts; of the best distribution, see ``score``."""

    @property
    def band(self) -> str:
        """One of BANDS: the lowest that it can be in, if links have not been tried."""
        return band(self.points, self.most)

    @property
    def untried(self) -> list[str]:
        """The metrics without points only because their link has not been tried."""
        return [name for name, met in self.facts.items() if met is None]

    @property
    def not_tried(self) -> int:
        """The points of these, which nobody can have until their links are tried."""
        return sum(_POINTS[name] for name in self.untried)

    @property
    def reachable(self) -> int:
        """The points that it can have until then."""
        return self.most - self.not_tried


def band(points: float, most: float) -> str:
    """The band of so many points of so many, as the MQA bands 405 points."""
    return next(name for name, least in BANDS.items() if points * MQA_MOST >= least * most)


def mqa(measured: Measured) -> Score:
    """The score of the MQA: 405 points at most."""
    return _score(measured, MQA)


def protected(measured: Measured) -> Score:
    """The score for protected data: without what only a download can have, with what asking for it needs."""
    return _score(measured, [one for one in PROTECTED if measured.offers_files or one.name not in OF_FILES])


def _score(measured: Measured, metrics: Iterable[Metric]) -> Score:
    """As data.europa.eu does, count the distribution that has most points, not the share of all that do."""
    ours = [metric for metric in metrics if not metric.of_distribution]
    theirs = [metric for metric in metrics if metric.of_distribution]
    best = max(measured.distributions, key=lambda facts: _points(facts, theirs), default={})
    facts = measured.data_set | best
    points = _points(measured.data_set, ours) + _points(best, theirs)
    counted = {metric.name: facts.get(metric.name, False) for metric in metrics}
    return Score(points, sum(metric.points for metric in metrics), counted)


def _points(facts: Facts, metrics: Iterable[Metric]) -> int:
    return sum(metric.points for metric in metrics if facts.get(metric.name))
