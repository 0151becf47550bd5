import json

import pytest
from pyoxigraph import Literal

from erpd.metadata.terms import DCAT, DCT, GEOSPARQL, LOCN, RDFS, SKOS, XSD
from tests.formats.ckan.packages import FIELD, objects, record

YEAR, MONTH, DAY = XSD.gYear, XSD.gYearMonth, XSD.date


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2020", ("2020", YEAR), ("2020", YEAR)),
        (2020, ("2020", YEAR), ("2020", YEAR)),
        ("2020-05", ("2020-05", MONTH), ("2020-05", MONTH)),
        (" 2020-05-31 ", ("2020-05-31", DAY), ("2020-05-31", DAY)),
        ("2001/2002-03", ("2001", YEAR), ("2002-03", MONTH)),
        ("2001-01-01 / 2002-03-01", ("2001-01-01", DAY), ("2002-03-01", DAY)),
        ("2001 - 2005", ("2001", YEAR), ("2005", YEAR)),
        ("2001 – 2005-06-30", ("2001", YEAR), ("2005-06-30", DAY)),
        ("2001-2005", ("2001", YEAR), ("2005", YEAR)),
        ("2001–2005", ("2001", YEAR), ("2005", YEAR)),
        ("2001/", ("2001", YEAR), None),
        ("2001/..", ("2001", YEAR), None),
        ("../2001-12", None, ("2001-12", MONTH)),
    ],
)
def test_dates_as_iso_8601_writes_them_are_a_period(text, start, end):
    found = record({"id": "p1", "temporal": text})
    for predicate, expected in ((DCAT.startDate, start), (DCAT.endDate, end)):
        literals = [Literal(expected[0], datatype=expected[1])] if expected else []
        assert objects(found, DCT.temporal, predicate) == literals
    assert objects(found, DCT.temporal, RDFS.label) == []


@pytest.mark.parametrize(
    "text",
    """
    spring 2020|03/2020|12/2020|2019/20|2019-20|01/02/2020|2020-13|31-12-2020|2020/2021/2022|2001-05 2002-06|
    2001 - now|2001/now|20200131|2020-01-01T00:00:00|1990s|../..|/|2001 -|-|2001-2005-2007|2007-11-13/15
    """.replace("\n", "").split("|"),
)
def test_what_may_be_misread_stays_a_label(text):
    found = record({"id": "p1", "temporal": text})
    assert objects(found, DCT.temporal, RDFS.label) == [Literal(text.strip())]
    assert not objects(found, DCT.temporal, DCAT.startDate) + objects(found, DCT.temporal, DCAT.endDate)


BOX = Literal("POLYGON((3 54,8 54,8 50.5,3 50.5,3 54))", datatype=GEOSPARQL.wktLiteral)
SIDES = {"bbox-west-long": "3", "bbox-south-lat": "50.5", "bbox-east-long": "8", "bbox-north-lat": "54"}


@pytest.mark.parametrize(
    "package",
    [
        {"spatial_bbox": "[3, 50.5, 8, 54]"},
        {"spatial_bbox": [3, 50.5, 8, 54]},
        {"spatial": {"bbox": ["3", "50.5", "8", "54"]}},
        {"spatial": {"west": 3, "south": 50.5, "east": 8, "north": 54}},
        {"spatial_coverage": [{"bbox": [3, 50.5, 8, 54]}]},
        {"extras": [{"key": key, "value": value} for key, value in SIDES.items()]},
    ],
)
def test_boxes(package):
    assert objects(record({"id": "p1", **package}), DCT.spatial, DCAT.bbox) == [BOX]


@pytest.mark.parametrize(
    "value", ["100,10,120,20", "[100, 10, 120, 20]", [100, 10, 120, 20], ["100", "10", "120", "20"]]
)
def test_four_numbers_are_a_box_if_no_other_order_is_possible(value):
    expected = Literal("POLYGON((100 20,120 20,120 10,100 10,100 20))", datatype=GEOSPARQL.wktLiteral)
    assert objects(record({"id": "p1", "spatial": value}), DCT.spatial, DCAT.bbox) == [expected]


@pytest.mark.parametrize(
    "value",
    [
        [3, 50.5, 8, 54],
        ["3", "50.5", "8", "54"],
        "[50.7, 3.3, 53.6, 7.2]",
        ["155000", "463000", "160000", "470000"],
    ],
)
def test_a_list_of_four_numbers_that_may_mean_several_boxes_is_kept(value):
    found = record({"id": "p1", "spatial": value})
    assert objects(found, DCT.spatial) == []
    (kept,) = objects(found, FIELD.spatial)
    assert json.loads(kept.value) == (json.loads(value) if isinstance(value, str) else value)


def test_a_box_as_text_stays_text_if_it_may_mean_several():
    (kept,) = objects(record({"id": "p1", "spatial_bbox": "3; 50.5; 8; 54"}), DCT.spatial, DCAT.bbox)
    assert kept == Literal("3; 50.5; 8; 54")


def test_the_sides_of_a_box_beside_its_geometry_are_of_one_place():
    shape = '{"type": "Point", "coordinates": [4, 52]}'
    found = record({"id": "p1", "spatial": shape, **SIDES})
    assert len(objects(found, DCT.spatial)) == 1
    assert [each.datatype for each in objects(found, DCT.spatial, LOCN.geometry)] == [
        GEOSPARQL.geoJSONLiteral
    ]


@pytest.mark.parametrize(
    "geometry",
    [
        "POLYGON((3 54, 8 54",
        "POLYGON((3 54,8 54,8 50,4 53))",
        "POINT(a b)",
        '{"type":"Polygon","coordinates":[[["3","54"]]]}',
        '{"type":"Polygon","coordinates":[[[3,54],[8,54],[8,50],[4,53]]]}',
        '{"coordinates":[3,54],"type":"Dot"}',
    ],
)
def test_a_broken_geometry_is_text(geometry):
    (kept,) = objects(record({"id": "p1", "spatial": geometry}), DCT.spatial, LOCN.geometry)
    assert kept.datatype == XSD.string
    assert kept.value == geometry or json.loads(kept.value) == json.loads(geometry)


@pytest.mark.parametrize(
    "text",
    [
        "Assen, Drenthe, Nederland, Europa",
        "155000,463000,160000,470",
        "3,54,8,50",
        "50.7,3.3,53.6,7.2",
        "10,20,30,40",
        "170,-50,-170,-30",
    ],
)
@pytest.mark.parametrize("field", ["spatial", "coverage"])
def test_what_is_not_certainly_a_box_is_a_name(field, text):
    assert objects(record({"id": "p1", field: text}), DCT.spatial, SKOS.prefLabel) == [Literal(text)]


def test_periods_of_italy_and_austria():
    italy = record({"id": "p1", "temporal_coverage": '[{"temporal_start": "2001", "temporal_end": "2002"}]'})
    austria = record({"id": "p1", "begin_datetime": "2001", "end_datetime": "2002"})
    for found in (italy, austria):
        assert [each.value for each in objects(found, DCT.temporal, DCAT.startDate)] == ["2001"]
        assert [each.value for each in objects(found, DCT.temporal, DCAT.endDate)] == ["2002"]
