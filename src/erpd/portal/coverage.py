"""When and where, as schema.org writes it."""

from typing import Any

from erpd.metadata.iso8601 import date_type
from erpd.metadata.view import View, called
from erpd.pages.maps import extent
from erpd.pages.values import LONGEST_TITLE, legible

MOST = 20  # periods, and places


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
    box = extent(geometry)
    if box is None:
        return {}
    if box.west == box.east and box.south == box.north:
        return {"@type": "GeoCoordinates", "latitude": box.south, "longitude": box.west}
    corners = (box.south, box.west, box.north, box.east)
    return {"@type": "GeoShape", "box": " ".join(f"{round(degrees, 6):.10g}" for degrees in corners)}
