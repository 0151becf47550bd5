"""When and where: periods and places, as objects, as text, as GeoJSON, or field by field."""

import re

from pyoxigraph import Literal

from erpd.formats.ckan.fields import Fields
from erpd.formats.ckan.statements import Maker, Statements, each_of, moment, row, text
from erpd.formats.ckan.values import Json, items, link, literal_of, nested, text_of, texts
from erpd.metadata.graph import Node, Term
from erpd.metadata.iso8601 import date_type
from erpd.metadata.terms import DCAT, DCT, GEOSPARQL, LOCN, RDF, RDFS, SKOS, XSD

_PERIOD = (
    row(DCAT.startDate, "start start_date start_at begin from", moment, one=True),
    row(DCAT.endDate, "end end_date end_at to", moment, one=True),
    row(RDFS.label, "label text title", text),
)
# 2001/2005, 2001 - 2005, 2001-2005; but 2001-05 is a month.
_BETWEEN = re.compile(r"\s*/\s*|\s+[-–—]\s+|(?<=^\d{4})[-–—](?=\d{4}$)")
_OPEN = ("", "..")
_WKT = re.compile(
    r"(?:<[^<>]*>\s*)?(?:MULTI)?(?:POINT|LINESTRING|POLYGON|GEOMETRYCOLLECTION)\s*Z?\s*\(", re.IGNORECASE
)
_PARTS = ("uri", "text", "bbox", "centroid")


def _period(statements: Statements, value: Json) -> Term | None:
    if not isinstance(value, dict):
        words = text_of(value)
        if not words:
            return None
        value = _interval(words) or {"label": words}
    fields = Fields(value)
    node = statements.blank(DCT.PeriodOfTime)
    statements.tell(node, fields, _PERIOD)
    statements.keep(node, fields)
    return node


def _interval(words: str) -> dict[str, Json]:
    """The ends of a period that is written as ISO 8601 does, or with a dash; none where it may be misread."""
    ends = _BETWEEN.split(words)
    dates = [end for end in ends if date_type(end)]
    if len(ends) == 1 and dates and date_type(words) != XSD.dateTime:
        return {"start": words, "end": words}  # the whole year, month or day
    if len(ends) == 2 and dates and all(end in dates or end in _OPEN for end in ends):
        return {name: end for name, end in zip(("start", "end"), ends, strict=True) if end in dates}
    return {}


def _place(statements: Statements, value: Json) -> Term | None:
    if isinstance(value, str):
        name = link(value)
        if name is not None:
            return name
        value = {"geom": value} if _WKT.match(value.strip()) else {"text": value}
    if not isinstance(value, dict):
        return None
    if _is_geojson(value):
        value = {"geom": value}
    elif texts(value) is not None:
        value = {"text": value}
    fields = Fields(value)
    node = statements.node(fields, ("uri", "resource", "iri", "@id"), DCT.Location)
    statements.tell(node, fields, _PLACE)
    statements.keep(node, fields)
    if node in statements.graph.nodes:
        statements.graph.add(node, RDF.type, DCT.Location)
    return node


def _is_geojson(value: Json) -> bool:
    """RFC 7946, section 3."""
    value = nested(value)
    return isinstance(value, dict) and not value.keys().isdisjoint(
        ("coordinates", "geometries", "geometry", "features")
    )


def _geometry(statements: Statements, value: Json) -> list[Term] | None:
    """GeoJSON or well-known text, typed as such; other text as it came."""
    value = nested(value)
    if isinstance(value, dict):
        return [Literal(literal_of(value).value, datatype=GEOSPARQL.geoJSONLiteral)]
    words = text_of(value)
    if _WKT.match(words):
        return [Literal(words, datatype=GEOSPARQL.wktLiteral)]
    return [Literal(words)] if words else None


_PLACE = (
    row(LOCN.geometry, "geom geometry spatial", _geometry),
    row(DCAT.bbox, "bbox", _geometry),
    row(DCAT.centroid, "centroid", _geometry),
    row(SKOS.prefLabel, "text_translated text label name title prefLabel", text),
)

periods: Maker = each_of(_period)
places: Maker = each_of(_place)


def tell_coverage(statements: Statements, data_set: Node, package: Fields) -> None:
    """Periods and places of a data set."""
    _tell_flat_period(statements, data_set, package)
    _tell_flat_place(statements, data_set, package)
    statements.tell(
        data_set,
        package,
        (
            row(DCT.temporal, "temporal_coverage temporal temporals", periods),
            row(DCT.spatial, "spatial_coverage spatial coverage", places),
        ),
    )


def _tell_flat_period(statements: Statements, data_set: Node, package: Fields) -> None:
    ends = {
        "start": package.take("temporal_start", "temporal_coverage_from", "temporal_start_date"),
        "end": package.take("temporal_end", "temporal_coverage_to", "temporal_end_date"),
    }
    if any(value is not None for value in ends.values()):
        statements.add(data_set, DCT.temporal, periods(statements, ends) or ())


def _tell_flat_place(statements: Statements, data_set: Node, package: Fields) -> None:
    """``spatial`` and ``spatial_uri``, ``spatial_text`` … describe one place."""
    if not any(f"spatial_{part}" in package for part in _PARTS):
        return
    place = {part: package.take(f"spatial_{part}") for part in _PARTS}
    geometry = items(package.peek("spatial"))
    if len(geometry) == 1 and (_is_geojson(geometry[0]) or _WKT.match(text_of(geometry[0]))):
        place["geom"] = geometry[0]
        package.take("spatial")
    statements.add(data_set, DCT.spatial, places(statements, place) or ())
