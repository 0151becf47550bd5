"""How the scores went, as two lines. The table beside it has the figures."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

WIDTH, HEIGHT = 640, 200  # of the plot, in pixels


class Line(NamedTuple):
    """A line, as the attribute ``points`` of SVG has it, and its dots."""

    points: str
    dots: list[tuple[str, str]]


def line(values: Sequence[tuple[date, float]]) -> Line:
    """The line through these percentages, from the first day to the last."""
    first, last = values[0][0], values[-1][0]
    days = (last - first).days or 1
    dots = [
        (f"{WIDTH * (day - first).days / days:.1f}", f"{HEIGHT * (1 - percent / 100):.1f}")
        for day, percent in values
    ]
    return Line(" ".join(f"{x},{y}" for x, y in dots), dots)
