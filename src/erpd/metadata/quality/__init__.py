"""How good the description of a data set is: measure -> score, by the MQA and as fits protected data."""

from erpd.metadata.quality.measuring import Measured, Tried, measure
from erpd.metadata.quality.metrics import MQA, PROTECTED, Dimension, Metric
from erpd.metadata.quality.score import BANDS, MQA_MOST, Score, band, mqa, protected

__all__ = [
    "BANDS",
    "MQA",
    "MQA_MOST",
    "PROTECTED",
    "Dimension",
    "Measured",
    "Metric",
    "Score",
    "Tried",
    "band",
    "measure",
    "mqa",
    "protected",
]
