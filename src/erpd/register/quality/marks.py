"""What is kept of the quality of one data set: which metrics it meets, a bit for each."""

from functools import lru_cache
from typing import NamedTuple

from erpd.metadata.quality import MQA, MQA_MOST, PROTECTED, Metric, Score, band
from erpd.metadata.quality.metrics import OF_FILES
from erpd.register.quality.scoring import Quality

METRICS: tuple[Metric, ...] = tuple(dict.fromkeys((*MQA, *PROTECTED)))
"""Each metric of either score. Its place is its bit, and ``method`` follows the order."""
_BIT = {metric.name: 1 << place for place, metric in enumerate(METRICS)}


class Marks(NamedTuple):
    """Of one data set. The two scores may count different distributions, so each has bits of its own."""

    mqa_met: int
    mqa_untried: int
    protected_met: int
    protected_untried: int
    files: bool
    """Whether a file is offered: what says something of files counts for protected data, too."""

    @property
    def mqa(self) -> int:
        """The points of the MQA, of 405."""
        return sum(metric.points for metric in MQA if self.mqa_met & _BIT[metric.name])

    @property
    def protected(self) -> tuple[int, int]:
        """The points of the score for protected data, of how many."""
        counted = protected_metrics(files=self.files)
        points = sum(metric.points for metric in counted if self.protected_met & _BIT[metric.name])
        return points, sum(metric.points for metric in counted)

    def share(self, *, is_open: bool) -> int:
        """In per mille: the MQA of open data, the other score of protected data."""
        points, most = (self.mqa, MQA_MOST) if is_open else self.protected
        return round(1000 * points / most)


def protected_metrics(*, files: bool) -> tuple[Metric, ...]:
    """Those that count for protected data."""
    return tuple(metric for metric in PROTECTED if files or metric.name not in OF_FILES)


def marks_of(quality: Quality) -> Marks:
    """What is kept of it."""
    files = any(name in quality.protected.facts for name in OF_FILES)
    return Marks(*_bits(quality.mqa), *_bits(quality.protected), files)


def _bits(score: Score) -> tuple[int, int]:
    met = sum(_BIT[name] for name, is_met in score.facts.items() if is_met)
    return met, sum(_BIT[name] for name, is_met in score.facts.items() if is_met is None)


@lru_cache(10_000)
def counts_of(marks: Marks) -> dict[str, int]:
    """What one data set adds to the sums of its catalogue, see ``sums``. Nobody changes it."""
    protected, most = marks.protected
    found = {
        "dataSets": 1,
        "files": int(marks.files),
        "mqa": marks.mqa,
        "protected": protected,
        "protectedOf": most,
        f"mqa.band.{band(marks.mqa, MQA_MOST)}": 1,
        f"protected.band.{band(protected, most)}": 1,
    }
    for metric in METRICS:
        bit = _BIT[metric.name]
        for place, bits in zip(
            ("mqa.met", "mqa.untried", "protected.met", "protected.untried"), marks[:4], strict=True
        ):
            if bits & bit:
                found[f"{place}.{metric.name}"] = 1
    return {name: number for name, number in found.items() if number}
