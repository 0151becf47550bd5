"""Geometry as literals: valid well-known text and GeoJSON, and boxes from their four sides."""

import json
import math
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from pyoxigraph import Literal

from erpd.metadata.terms import GEOSPARQL

# Possessive throughout: a text full of blanks or digits must not be tried in every division.
_NUMBER = r"[+-]?(?:\d++(?:\.\d*+)?+|\.\d++)(?:[eE][+-]?\d{1,3})?+"
_POINT = rf"\s*+{_NUMBER}(?:\s++{_NUMBER}){{1,3}}+\s*+"
_POINTS = re.compile(rf"{_POINT}(?:,{_POINT})*+")
_KIND = (
    r"\s*+(?:<[^<>\s]*+>\s*+)?+(?:SRID=\d++;\s*+)?+"
    r"(MULTIPOINT|MULTILINESTRING|MULTIPOLYGON|POINT|LINESTRING|POLYGON|GEOMETRYCOLLECTION)"
    r"\s*+(?:(?:ZM?|M)\s*+)?+"
)
_BEGIN = re.compile(_KIND + r"\(", re.IGNORECASE)
_WKT = re.compile(_KIND + r"(\(.*\))\s*", re.IGNORECASE | re.DOTALL)
_INNERMOST = re.compile(r"\(([^()]*)\)")
_DEPTHS = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
_LONGEST = 1_000_000
_MOST_DIGITS = 40


def geometry(text: str) -> Literal:
    """Return a literal typed as well-known text or GeoJSON; plain text if it is neither, or broken."""
    if is_wkt(text):
        return Literal(text, datatype=GEOSPARQL.wktLiteral)
    if text.lstrip()[:1] == "{":
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return Literal(text)
        if is_geojson(value):
            return Literal(text, datatype=GEOSPARQL.geoJSONLiteral)
    return Literal(text)


def looks_like_wkt(text: str) -> bool:
    """Whether a text is meant as well-known text, valid or not."""
    return bool(_BEGIN.match(text))


def is_wkt(text: str) -> bool:
    """Whether a text is well-known text (OGC 06-103r4): matching brackets, numbers in pairs, closed rings."""
    match = _WKT.fullmatch(text) if len(text) <= _LONGEST else None
    if not match:
        return False
    kind, inside = match[1].upper(), match[2]
    depth = 0
    for sign in inside:
        depth += (sign == "(") - (sign == ")")
        if depth < 0 or depth > 8:
            return False
    if depth:
        return False
    lists = _INNERMOST.findall(inside)
    if not lists or not all(map(_POINTS.fullmatch, lists)):
        return False
    return kind not in ("POLYGON", "MULTIPOLYGON") or all(
        _is_ring([point.split() for point in each.split(",")]) for each in lists
    )


def is_geojson(value: Any) -> bool:
    """Whether it is a geometry, feature or collection of RFC 7946: numeric positions, closed rings."""
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(kind, str):
        return False
    if kind == "Feature":
        return is_geojson(value.get("geometry"))
    for name, members in (("FeatureCollection", "features"), ("GeometryCollection", "geometries")):
        if kind == name:
            inside = value.get(members)
            return isinstance(inside, list) and bool(inside) and all(map(is_geojson, inside))
    if kind not in _DEPTHS:
        return False
    lists: list[Any] = [value.get("coordinates")]
    for level in range(_DEPTHS[kind]):
        if not all(isinstance(each, list) and each for each in lists):
            return False
        if (
            kind in ("Polygon", "MultiPolygon")
            and level == _DEPTHS[kind] - 1
            and not all(map(_is_ring, lists))
        ):
            return False
        lists = [inner for each in lists for inner in each]
    return all(map(_is_position, lists))


def box(west: object, south: object, east: object, north: object) -> Literal | None:
    """Return a box in degrees as a polygon, or two if it crosses the 180th meridian (RFC 7946, 3.1.9).

    Returns None if the box is impossible: projected, or with sides swapped.
    """
    sides = [degrees(str(side)) for side in (west, south, east, north)]
    if not is_box(*sides):
        return None
    w, s, e, n = sides
    if Decimal(w) <= Decimal(e):
        return Literal(f"POLYGON({_ring(w, s, e, n)})", datatype=GEOSPARQL.wktLiteral)
    halves = ((w, s, "180", n), ("-180", s, e, n))
    parts = ",".join(f"({_ring(*half)})" for half in halves if Decimal(half[0]) != Decimal(half[2]))
    return Literal(f"MULTIPOLYGON({parts})", datatype=GEOSPARQL.wktLiteral) if parts else None


def _ring(w: str, s: str, e: str, n: str) -> str:
    return f"({w} {n},{e} {n},{e} {s},{w} {s},{w} {n})"


def is_box(west: str, south: str, east: str, north: str) -> bool:
    """Whether the sides are degrees, south is not above north, and west exceeds east only across 180°."""
    if not (west and south and east and north):
        return False
    w, s, e, n = map(Decimal, (west, south, east, north))
    return max(abs(w), abs(e)) <= 360 and -90 <= s <= n <= 90 and (w <= e or 180 >= w >= 0 >= e >= -180)


def degrees(text: str) -> str:
    """Return a number up to 360, written out, also if it has a decimal comma; otherwise ""."""
    try:
        number = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return ""
    # The exponent decides how long it is written out: 1e-99999999 would take 100 million characters.
    sound = number.is_finite() and abs(number) <= 360 and number.adjusted() > -20 and len(text) < _MOST_DIGITS
    return f"{number:f}" if sound else ""


def _is_ring(points: Any) -> bool:
    return isinstance(points, list) and len(points) >= 4 and bool(points[0] == points[-1])


def _is_position(value: Any) -> bool:
    return (
        isinstance(value, list)
        and 2 <= len(value) <= 4
        and all(
            isinstance(each, int | float) and not isinstance(each, bool) and math.isfinite(each)
            for each in value
        )
    )
