"""Geometry is typed as what it is only where it is sound."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal

from erpd.formats.geometry import box, geometry
from erpd.metadata.terms import GEOSPARQL, XSD

RING = [[3, 54], [8, 54], [8, 50], [3, 54]]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("POINT (3.2 -54)", "wktLiteral"),
        ("point z(3 54 1e3)", "wktLiteral"),
        ("<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POLYGON((3 54,8 54,8 50,3 54))", "wktLiteral"),
        ("SRID=4326;MULTIPOLYGON(((3 54,8 54,8 50,3 54)),((1 1,2 2,2 1,1 1)))", "wktLiteral"),
        ("GEOMETRYCOLLECTION(POINT(3 54),LINESTRING(3 54,4 55))", "wktLiteral"),
        (json.dumps({"type": "Point", "coordinates": [3, 54]}), "geoJSONLiteral"),
        (json.dumps({"type": "Polygon", "coordinates": [RING]}), "geoJSONLiteral"),
        (json.dumps({"type": "MultiPolygon", "coordinates": [[RING], [RING]]}), "geoJSONLiteral"),
        (
            json.dumps({"type": "Feature", "geometry": {"type": "Point", "coordinates": [3, 54]}}),
            "geoJSONLiteral",
        ),
        *(
            (text, "")
            for text in (
                *(
                    "POINT(3)",
                    "POINT(3 54",
                    "POINT(3 54))",
                    "POLYGON((3 54,8 54,8 50))",
                    "POLYGON((a b,c d))",
                ),
                *(
                    "POINT EMPTY?",
                    "Nederland",
                    "",
                    "{",
                    "[]",
                    "{}",
                    '{"type":"Point","coordinates":["3","54"]}',
                ),
                *('{"type":"Point","coordinates":[3]}', '{"type":"Polygon","coordinates":[[[3,54]]]}'),
                *('{"type":"Feature","geometry":null}', '{"type":"Circle","coordinates":[3,54]}'),
            )
        ),
    ],
)
def test_the_type_of_a_geometry(text, kind):
    assert geometry(text) == Literal(text, datatype=getattr(GEOSPARQL, kind) if kind else XSD.string)


@pytest.mark.parametrize(
    ("sides", "sound"),
    [
        ((3, 50, 8, 54), True),
        (("3,5", "50", "8", "54"), True),
        ((170, -10, -170, 10), True),
        ((0, 0, 0, 0), True),
        ((8, 50, 3, 54), False),
        ((3, 54, 8, 50), False),
        ((3, 50, 8, 95), False),
        ((155000, 463000, 160000, 470000), False),
        (("", 50, 8, 54), False),
        (("NaN", 50, 8, 54), False),
    ],
)
def test_a_box_that_cannot_be_is_none(sides, sound):
    assert (box(*sides) is not None) == sound


@pytest.mark.parametrize(
    ("west", "east", "parts"),
    [
        ("170", "-170", ["((170 1,180 1,180 0,170 0,170 1))", "((-180 1,-170 1,-170 0,-180 0,-180 1))"]),
        ("180", "-170", ["((-180 1,-170 1,-170 0,-180 0,-180 1))"]),
    ],
)
def test_a_box_across_the_180th_meridian_has_a_part_on_each_side(west, east, parts):
    assert box(west, 0, east, 1) == Literal(f"MULTIPOLYGON({','.join(parts)})", datatype=GEOSPARQL.wktLiteral)


@pytest.mark.parametrize(("west", "east"), [(190, -170), (170, -190), (180, -180)])
def test_a_box_of_no_width_or_beyond_the_180th_meridian_is_none(west, east):
    assert box(west, 0, east, 1) is None


_json = st.recursive(
    st.none() | st.integers() | st.floats() | st.sampled_from(["Polygon", "Point", "Feature"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "coordinates", "geometry", "features"]), inner)
    ),
)


@given(_json | st.text("POINTLYG(), 0123.-e"))
def test_nothing_upsets_it(value):
    text = value if isinstance(value, str) else json.dumps(value)
    assert geometry(text).value == text
