"""When and where, as schema.org writes it."""

import re
from typing import Any

from erpd.metadata.iso8601 import date_type
from erpd.metadata.view import View, called
from erpd.pages.values import LONGEST_TITLE, legible

MOST = 20  # periods, and places
_LONGEST_GEOMETRY = 10_000
# WKT, in which longitude comes first where no other reference system is named (GeoSPARQL 1.1, 8.5.1).
_WKT = re.compile(
    r"(?:<http://www\.opengis\.net/def/crs/OGC/1\.3/CRS84>\s*+)?[A-Z]++(?:\s++Z)?\s*+\(([^A-Za-z]+)\)", re.I
)
_POINT = re.compile(r"(?<![\d.])(-?\d++(?:\.\d++)?)\s++(-?\d++(?:\.\d++)?)")


def temporal_coverage(view: View) -> list[str]:
    """The periods of a record as intervals of ISO 8601; ".." is an open end."""
    found = []
    for period in view.periods[:MOST]:
        start, end = (text if date_type(text) else "" for text in (period.start, period.end))
        if start and start == end:
            found.append(start)
        elif start or end:
            found.append(f"{start or '..'}/{end or '..'}")
    return found


def spatial_coverage(view: View, languages: tuple[str, ...]) -> list[dict[str, Any]]:
    """The places of a record, by name and, where it has coordinates in degrees, as a point or a box."""
    found = []
    for place in view.places[:MOST]:
        name = legible(called(view.graph, place.node, *languages)[0], LONGEST_TITLE)
        geo = _geo(place.geometry)
        if name or geo:
            found.append({"@type": "Place", "name": name, "geo": geo})
    return found


def _geo(geometry: str) -> dict[str, Any]:
    """A point, or a box: its corner in the south-west, then the one in the north-east, latitude first."""
    wkt = _WKT.fullmatch(geometry.strip()) if len(geometry) <= _LONGEST_GEOMETRY else None
    points = [(float(east), float(north)) for east, north in _POINT.findall(wkt[1])] if wkt else []
    if not points or any(abs(east) > 180 or abs(north) > 90 for east, north in points):
        return {}
    easts, norths = zip(*points, strict=True)
    if len({*points}) == 1:
        return {"@type": "GeoCoordinates", "latitude": norths[0], "longitude": easts[0]}
    corners = (min(norths), min(easts), max(norths), max(easts))
    return {"@type": "GeoShape", "box": " ".join(f"{round(degrees, 6):.10g}" for degrees in corners)}
