"""Small maps, drawn here from outlines of countries: no server of tiles learns who looks where."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil, cos, floor, radians

from django.utils.translation import gettext as _

from erpd.metadata.vocabularies import vocabulary
from erpd.pages.outlines import WIDTH, Frame, height, land, outlines

EUROPE = Frame(-12, 34, 35, 71)
_LEAST = 4.0  # degrees from south to north, so that one knows where it is
_BROADER = 1.4  # than high
_SMALL = 8  # units; a smaller box is shown by a dot, too
_LONGEST_GEOMETRY = 10_000
# WKT, in which longitude comes first where no other reference system is named (GeoSPARQL 1.1, 8.5.1).
_WKT = re.compile(
    r"(?:<http://www\.opengis\.net/def/crs/OGC/1\.3/CRS84>\s*+)?[A-Z]++(?:\s++Z)?\s*+\(([^A-Za-z]+)\)", re.I
)
_NUMBER = r"[+-]?(?:\d++(?:\.\d*+)?|\.\d++)"
# Perhaps with a height.
_POINT = re.compile(rf"\s*+({_NUMBER})\s++({_NUMBER})(?:\s++{_NUMBER})?\s*+", re.ASCII)
_BRACKETS = str.maketrans("", "", "()")


@dataclass(frozen=True, slots=True)
class Box:
    """A box on a map, in its units; as text, because templates would write numbers as people do."""

    x: str
    y: str
    width: str
    height: str
    middle: tuple[str, str] | None
    """Of one that is too small to be seen."""


@dataclass(frozen=True, slots=True)
class Map:
    """What ``pages/map.html`` shows."""

    frame: Frame
    width: str
    height: str
    land: str
    boxes: Sequence[Box]
    said: str
    """The same in words."""


def extent(geometry: str) -> Frame | None:
    """The box around a geometry, WKT in degrees; None for anything else."""
    wkt = _WKT.fullmatch(geometry.strip()) if len(geometry) <= _LONGEST_GEOMETRY else None
    found = [_POINT.fullmatch(each) for each in wkt[1].translate(_BRACKETS).split(",")] if wkt else []
    points = [(float(point[1]), float(point[2])) for point in found if point]
    # A box without one of its points would be another place.
    if not points or len(points) < len(found) or any(abs(x) > 180 or abs(y) > 90 for x, y in points):
        return None
    easts, norths = zip(*points, strict=True)
    return Frame(min(easts), min(norths), max(easts), max(norths))


def map_of(boxes: Sequence[Frame]) -> Map | None:
    """These boxes and what is around them; None if there are none, or no outlines."""
    return _drawn(_around(_whole(boxes), 2), boxes) if boxes else None


def map_to_choose(country: str, box: Frame | None) -> Map | None:
    """The country, or Europe if ``country`` is none, and the box, wherever it is; None without outlines."""
    frame = home(country)
    return _drawn(_around(_whole([frame, box]), 1) if box else frame, [box] if box else [])


@cache
def home(country: str) -> Frame:
    """The mainland of a country (an ISO 3166-1 code of two letters) and what is around it."""
    table = vocabulary("country")
    found = land(table.label(table.find(country), "en")) if country else None
    return _around(found, 1.2) if found else EUROPE


def _whole(boxes: Sequence[Frame]) -> Frame:
    wests, souths, easts, norths = zip(*boxes, strict=True)
    return Frame(min(wests), min(souths), max(easts), max(norths))


def _around(box: Frame, times: float) -> Frame:
    """A frame, in whole degrees, that is so many times as high and broad, and not too narrow."""
    middle, across = (box.south + box.north) / 2, (box.west + box.east) / 2
    flat = max(cos(radians(middle)), 0.2)
    high = max((box.north - box.south) * times, _LEAST, (box.east - box.west) * times * flat / _BROADER)
    wide = max((box.east - box.west) * times, high * _BROADER / flat)
    west, east = _within(across, wide, 180)
    south, north = _within(middle, high, 85)
    return Frame(west, south, east, north)


def _within(middle: float, length: float, limit: int) -> tuple[int, int]:
    """So much around the middle, in whole degrees, moved to where there is a world."""
    half = min(length / 2, limit)
    middle = min(max(middle, half - limit), limit - half)
    return max(floor(middle - half), -limit), min(ceil(middle + half), limit)


def _drawn(frame: Frame, boxes: Sequence[Frame]) -> Map | None:
    drawn = outlines(frame)
    if not drawn:
        return None
    said = " ".join(dict.fromkeys(map(_said, boxes)))
    return Map(frame, str(WIDTH), str(height(frame)), drawn, [_box(frame, each) for each in boxes], said)


def _box(frame: Frame, box: Frame) -> Box:
    across, down = WIDTH / (frame.east - frame.west), height(frame) / (frame.north - frame.south)
    x, y = (box.west - frame.west) * across, (frame.north - box.north) * down
    wide, high = (box.east - box.west) * across, (box.north - box.south) * down
    middle = (f"{x + wide / 2:.1f}", f"{y + high / 2:.1f}") if max(wide, high) < _SMALL else None
    return Box(f"{x:.1f}", f"{y:.1f}", f"{wide:.1f}", f"{high:.1f}", middle)


def _said(box: Frame) -> str:
    facts = {name: f"{degrees:.6g}" for name, degrees in box._asdict().items()}
    if box.west == box.east and box.south == box.north:
        return _("A point at longitude %(west)s and latitude %(south)s.") % facts
    return (
        _("From west %(west)s to east %(east)s and from south %(south)s to north %(north)s, in degrees.")
        % facts
    )
