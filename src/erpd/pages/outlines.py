"""The outlines of countries, of Natural Earth at 1:50 million, drawn into a frame as an SVG path.

The build step brings them as TopoJSON (``assets``); without it there are none, and no maps.
"""

import json
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from itertools import accumulate, pairwise
from math import cos, radians
from pathlib import Path
from typing import NamedTuple

ATLAS = Path(__file__).parent / "static" / "pages" / "vendor" / "map" / "countries-50m.json"
WIDTH = 600
"""Of every drawing, in its own units."""
_BEYOND = 0.05  # of the frame; what is cut off is cut there, so that the cut is not seen
_SMALLEST = 4  # units; smaller islands are left out
_FINEST = 2  # units

Point = tuple[float, float]


class Frame(NamedTuple):
    """The part of the world that a map shows, in degrees."""

    west: float
    south: float
    east: float
    north: float


class _Ring(NamedTuple):
    """One side of a land or lake, with the box around it."""

    around: Frame
    points: tuple[Point, ...]
    country: str


def height(frame: Frame) -> int:
    """Of the drawing of a frame: in its middle, a kilometre is as long to the north as to the east."""
    narrower = max(cos(radians((frame.south + frame.north) / 2)), 0.2)
    return round(WIDTH * (frame.north - frame.south) / (frame.east - frame.west) / narrower)


@lru_cache(maxsize=64)
def outlines(frame: Frame) -> str:
    """What is in the frame, as the ``d`` of a path: of ``WIDTH`` and ``height``; "" if there is nothing."""
    across, down = WIDTH / (frame.east - frame.west), height(frame) / (frame.north - frame.south)
    wide, high = (frame.east - frame.west) * _BEYOND, (frame.north - frame.south) * _BEYOND
    cut = Frame(frame.west - wide, frame.south - high, frame.east + wide, frame.north + high)
    drawn = []
    for ring in _rings():
        if _apart(ring.around, cut):
            continue
        inside = _clipped(ring.points, cut)
        grid = [(round((x - frame.west) * across), round((frame.north - y) * down)) for x, y in inside]
        kept = _thinned(grid)
        if len(kept) > 2 and _extent(kept) >= _SMALLEST:
            drawn.append(_written(kept))
    return "".join(drawn)


def land(country: str) -> Frame | None:
    """The box around the largest land of a country, by its English name; None if there is none."""
    found = [ring.around for ring in _rings() if ring.country == country]
    return max(found, key=lambda box: (box.east - box.west) * (box.north - box.south), default=None)


def _thinned(grid: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Without points that are next to the one before."""
    kept = grid[:1]
    for point in grid:
        if max(abs(point[0] - kept[-1][0]), abs(point[1] - kept[-1][1])) >= _FINEST:
            kept.append(point)
    return kept


def _written(points: list[tuple[int, int]]) -> str:
    """The first point, then the way from each to the next."""
    steps = " ".join(f"{x - a},{y - b}" for (a, b), (x, y) in pairwise(points))
    return f"M{points[0][0]},{points[0][1]}l{steps}z"


def _extent(points: list[tuple[int, int]]) -> int:
    across, down = zip(*points, strict=True)
    return int(max(max(across) - min(across), max(down) - min(down)))


def _apart(one: Frame, other: Frame) -> bool:
    return (
        one.east < other.west or other.east < one.west or one.north < other.south or other.north < one.south
    )


@cache
def _rings() -> tuple[_Ring, ...]:
    """All rings of all countries (TopoJSON 1.0, 2.1.4: positions are differences, in whole steps)."""
    try:
        atlas = json.loads(ATLAS.read_bytes())
    except FileNotFoundError:
        return ()
    (step_x, step_y), (x, y) = atlas["transform"]["scale"], atlas["transform"]["translate"]
    arcs = [
        [
            (x + a * step_x, y + b * step_y)
            for a, b in accumulate(arc, lambda p, q: (p[0] + q[0], p[1] + q[1]))
        ]
        for arc in atlas["arcs"]
    ]
    return tuple(
        _ring(arcs, indexes, country["properties"]["name"])
        for country in atlas["objects"]["countries"]["geometries"]
        for polygon in ([country["arcs"]] if country["type"] == "Polygon" else country["arcs"])
        for indexes in polygon
    )


def _ring(arcs: list[list[Point]], indexes: list[int], country: str) -> _Ring:
    """Its arcs one after the other; ~i is arc i the other way round (TopoJSON 1.0, 2.1.5)."""
    points: list[Point] = []
    for index in indexes:
        points += (arcs[index] if index >= 0 else arcs[~index][::-1])[bool(points) :]
    across, down = zip(*points, strict=True)
    return _Ring(Frame(min(across), min(down), max(across), max(down)), tuple(points), country)


def _clipped(points: tuple[Point, ...], frame: Frame) -> list[Point]:
    """What of a ring is in the frame: cut at each side in turn (Sutherland and Hodgman)."""
    found = list(points)
    for axis, limit, beyond in (
        (0, frame.west, float.__lt__),
        (0, frame.east, float.__gt__),
        (1, frame.south, float.__lt__),
        (1, frame.north, float.__gt__),
    ):
        found = list(_cut(found, axis, limit, beyond))
        if not found:
            break
    return found


def _cut(
    points: list[Point], axis: int, limit: float, beyond: Callable[[float, float], bool]
) -> Iterator[Point]:
    for before, after in zip([points[-1], *points], points, strict=False):
        was, is_out = beyond(before[axis], limit), beyond(after[axis], limit)
        if was != is_out:
            part = (limit - before[axis]) / (after[axis] - before[axis])
            crossing = before[1 - axis] + part * (after[1 - axis] - before[1 - axis])
            yield (limit, crossing) if axis == 0 else (crossing, limit)
        if not is_out:
            yield after
