"""Periods and places, as objects, text, GeoJSON or field by field."""

import re
from itertools import permutations

from erpd.formats.ckan.fields import Fields
from erpd.formats.ckan.statements import Maker, Statements, each_of, moment, row, text
from erpd.formats.ckan.values import items, link, literal_of, nested, text_of, texts
from erpd.formats.geometry import box, geometry, looks_like_wkt
from erpd.formats.json_values import Json
from erpd.metadata.graph import Node, Term
from erpd.metadata.iso8601 import date_type
from erpd.metadata.terms import DCAT, DCT, LOCN, RDF, RDFS, SKOS, XSD

PERIOD = (
    row(DCAT.startDate, "start start_date start_at begin from temporal_start", moment, one=True),
    row(DCAT.endDate, "end end_date end_at to temporal_end", moment, one=True),
    row(RDFS.label, "label text title", text),
)
# 2001/2005, 2001 - 2005, 2001-2005; but 2001-05 is a month.
_BETWEEN = re.compile(r"\s*/\s*|\s+[-–—]\s+|(?<=^\d{4})[-–—](?=\d{4}$)")
_LONGEST_PERIOD = 100  # characters
_OPEN = ("", "..")
_FIGURE = re.compile(r"[+-]?\d{1,20}(?:[.,]\d{0,40})?")
_PARTS = ("uri", "text", "bbox", "centroid")
_SIDES = (
    ("west", "minx", "xmin", "west_bound_longitude"),
    ("south", "miny", "ymin", "south_bound_latitude"),
    ("east", "maxx", "xmax", "east_bound_longitude"),
    ("north", "maxy", "ymax", "north_bound_latitude"),
)
# ckanext-spatial adds these to each record harvested from a geoportal.
_FLAT_SIDES = (("bbox-west-long",), ("bbox-south-lat",), ("bbox-east-long",), ("bbox-north-lat",))


def _period(statements: Statements, value: Json) -> Term | None:
    if not isinstance(value, dict):
        words = text_of(value)
        if not words:
            return None
        value = _interval(words) or {"label": words}
    fields = Fields(value)
    node = statements.node(DCT.PeriodOfTime)
    statements.tell(node, fields, PERIOD)
    statements.keep(node, fields)
    return node


def _interval(words: str) -> dict[str, Json]:
    """The ends of a period written as in ISO 8601 or with a dash; none if it may be misread."""
    ends = _BETWEEN.split(words) if len(words) <= _LONGEST_PERIOD else ()
    dates = [end for end in ends if date_type(end)]
    if len(ends) == 1 and dates and date_type(words) != XSD.dateTime:
        return {"start": words, "end": words}  # a whole year, month or day
    if len(ends) == 2 and dates and all(end in dates or end in _OPEN for end in ends):
        return {name: end for name, end in zip(("start", "end"), ends, strict=True) if end in dates}
    return {}


def _place(statements: Statements, value: Json) -> Term | None:
    if isinstance(value, str):
        name = link(value)
        if name is not None:
            return name
        is_box = _is_only_order(_four(value))
        value = {"geom": value} if looks_like_wkt(value) else {"bbox": value} if is_box else {"text": value}
    if not isinstance(value, dict):
        return None
    if _is_geojson(value):
        value = {"geom": value}
    elif texts(value) is not None:
        value = {"text": value}
    fields = Fields(value)
    node = statements.described(fields, ("uri", "resource", "iri", "@id"), DCT.Location)
    statements.tell(node, fields, PLACE)
    statements.keep(node, fields)
    if node in statements.graph.nodes:
        statements.add(node, RDF.type, DCT.Location)
    return node


def _is_geojson(value: Json) -> bool:
    """Whether it is an object of RFC 7946, section 3."""
    value = nested(value)
    return isinstance(value, dict) and not value.keys().isdisjoint(
        ("coordinates", "geometries", "geometry", "features")
    )


def _geometry(statements: Statements, value: Json) -> list[Term] | None:
    """Read GeoJSON, well-known text or a box of four sides, typed if it is valid; other text stays text."""
    four = _four(value)
    sides = four if _is_only_order(four) else _sides(value)
    polygon = box(*sides) if sides else None
    if polygon:
        return [polygon]
    value = nested(value)
    if isinstance(value, dict | list):
        return [geometry(literal_of(value).value)]
    words = text_of(value)
    return [geometry(words)] if words else None


def _bbox(statements: Statements, value: Json) -> list[Term] | None:
    """Read a box. An array is that of GeoJSON: west, south, east and north (RFC 7946, 5)."""
    four = _four(value) if isinstance(nested(value), list) else []
    polygon = box(*four) if four else None
    return [polygon] if polygon else _geometry(statements, value)


def _sides(value: Json) -> list[str]:
    """West, south, east and north of a box whose sides have names; or none."""
    value = nested(value)
    if not isinstance(value, dict) or len(value) != 4:
        return []
    fields = Fields(value)
    found = [text_of(fields.peek(*names)) for names in _SIDES]
    return found if all(found) else []


def _four(value: Json) -> list[str]:
    """The four numbers of a list or text that has no others; or none."""
    value = nested(value)
    if isinstance(value, dict):
        return []
    parts = value if isinstance(value, list) else text_of(value).strip("[]()").replace(";", ",").split(",")
    found = [text_of(part) for part in parts[:5]]
    return found if len(found) == 4 and all(map(_FIGURE.fullmatch, found)) else []


def _is_only_order(four: list[str]) -> bool:
    """Whether they can only be west, south, east and north: many write the latitude first."""
    sides = tuple(float(side.replace(",", ".")) for side in four)
    return {
        (west, south, east, north)
        for west, south, east, north in (permutations(sides) if sides else ())
        if -180 <= west <= east <= 180 and -90 <= south <= north <= 90
    } == {sides}


PLACE = (
    row(LOCN.geometry, "geom geometry spatial", _geometry),
    row(DCAT.bbox, "bbox", _bbox),
    row(DCAT.centroid, "centroid", _geometry),
    row(SKOS.prefLabel, "text_translated text label name title prefLabel", text),
)

periods: Maker = each_of(_period)
_each_place: Maker = each_of(_place)


def places(statements: Statements, value: Json) -> list[Term] | None:
    """Read one place or several. A list of four numbers is the box of one place, or nobody knows what."""
    four = _four(value) if isinstance(nested(value), list) else []
    if four and not _is_only_order(four):
        return None
    return _each_place(statements, {"bbox": value} if four or _sides(value) else value)


def tell_coverage(statements: Statements, data_set: Node, package: Fields) -> None:
    """State the periods and places of a data set."""
    _tell_flat_period(statements, data_set, package)
    _tell_flat_place(statements, data_set, package)
    statements.tell(data_set, package, _COVERAGE)


_COVERAGE = (
    row(DCT.temporal, "temporal_coverage temporal temporals", periods),
    row(DCT.spatial, "spatial_coverage spatial coverage geographic_bbox geographic_toponym", places),
)


def _tell_flat_period(statements: Statements, data_set: Node, package: Fields) -> None:
    ends = {
        "start": package.take(
            "temporal_start", "temporal_coverage_from", "temporal_start_date", "begin_datetime"
        ),
        "end": package.take("temporal_end", "temporal_coverage_to", "temporal_end_date", "end_datetime"),
    }
    if any(value is not None for value in ends.values()):
        statements.add(data_set, DCT.temporal, *(periods(statements, ends) or ()))


def _tell_flat_place(statements: Statements, data_set: Node, package: Fields) -> None:
    """``spatial``, ``spatial_uri``, ``spatial_text`` … describe one place, and so do the sides of a box."""
    sides = [package.peek(*names) for names in _FLAT_SIDES]
    polygon = box(*map(text_of, sides)) if all(side is not None for side in sides) else None
    if not (polygon or any(f"spatial_{part}" in package for part in _PARTS)):
        return
    place = {part: package.take(f"spatial_{part}") for part in _PARTS}
    if polygon:
        for names in _FLAT_SIDES:
            package.take(*names)
        place["bbox"] = place["bbox"] or polygon.value
    whole = package.peek("spatial")
    found = items(whole)
    if len(found) == 1 and (_is_geojson(found[0]) or looks_like_wkt(text_of(found[0]))):
        place["geom"] = found[0]
        package.take("spatial")
    statements.add(data_set, DCT.spatial, *(places(statements, place) or ()))
