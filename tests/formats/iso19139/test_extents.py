"""Where and when."""

import pytest
from pyoxigraph import Literal, NamedNode

from erpd.metadata.terms import DCAT, DCT, LOCN, RDFS, SKOS, XSD
from tests.formats.iso19139.documents import (
    AUTHORITY,
    anchor,
    ends,
    extent,
    node,
    record_of,
    text,
    values,
)


def bounding_box(west="3.37"):
    sides = {"westBoundLongitude": west, "eastBoundLongitude": "7,21", "southBoundLatitude": "50.75",
             "northBoundLatitude": "53.5"}  # fmt: skip
    box = "".join(
        f"<gmd:{side}><gco:Decimal>{degrees}</gco:Decimal></gmd:{side}>" for side, degrees in sides.items()
    )
    return (
        f"<gmd:geographicElement><gmd:EX_GeographicBoundingBox>{box}</gmd:EX_GeographicBoundingBox>"
        "</gmd:geographicElement>"
    )


@pytest.mark.parametrize("west", ["1e-99999999", "0e-99999999", "361", "NaN", "3.37°", "9" * 400])
def test_a_box_with_an_impossible_side_is_none(west):
    assert record_of(info=extent(bounding_box(west))).values(DCT.spatial) == []


def test_where_and_when():
    place = (
        "<gmd:geographicElement><gmd:EX_GeographicDescription><gmd:geographicIdentifier><gmd:MD_Identifier>{}"
        "</gmd:MD_Identifier></gmd:geographicIdentifier></gmd:EX_GeographicDescription></gmd:geographicElement>"
    )
    period = (
        "<gmd:temporalElement><gmd:EX_TemporalExtent><gmd:extent><gml:TimePeriod><gml:beginPosition>2008-01-01"
        '</gml:beginPosition><gml:endPosition indeterminatePosition="now"/></gml:TimePeriod></gmd:extent>'
        "</gmd:EX_TemporalExtent></gmd:temporalElement>"
    )
    record = record_of(
        info=extent(
            text("description", "Heel Nederland")
            + bounding_box()
            + place.format(anchor("code", f"{AUTHORITY}country/NLD", "Nederland"))
            + place.format(text("code", "urn:nl:alles"))
            + period
        )
    )
    named, boxed, country, urn = record.values(DCT.spatial)
    assert values(record, SKOS.prefLabel, named) == ["Heel Nederland"]
    (wkt,) = values(record, DCAT.bbox, boxed)
    assert wkt == "POLYGON((3.37 53.5,7.21 53.5,7.21 50.75,3.37 50.75,3.37 53.5))"
    assert values(record, LOCN.geometry, boxed)[0].startswith("<gml:Envelope")
    assert country == NamedNode(f"{AUTHORITY}country/NLD")
    assert values(record, DCT.identifier, urn) == ["urn:nl:alles"]
    when = node(record, DCT.temporal)
    assert record.graph.objects(when, DCAT.startDate) == [Literal("2008-01-01", datatype=XSD.date)]
    assert record.graph.objects(when, DCAT.endDate) == []


def period(inside, kind="TimePeriod"):
    return (
        f"<gmd:temporalElement><gmd:EX_TemporalExtent><gmd:extent><gml:{kind}>{inside}</gml:{kind}></gmd:extent>"
        "</gmd:EX_TemporalExtent></gmd:temporalElement>"
    )


def position(name, date, state=""):
    state = f' indeterminatePosition="{state}"' if state else ""
    return f"<gml:{name}Position{state}>{date}</gml:{name}Position>"


@pytest.mark.parametrize(
    ("inside", "begin", "end", "label"),
    [
        (position("begin", "2001") + position("end", "", "now"), "2001", "", ["end: now"]),
        (position("begin", "2001") + position("end", "2026", "now"), "2001", "", ["end: now 2026"]),
        (position("begin", "", "unknown") + position("end", "2001-05"), "", "2001-05", ["begin: unknown"]),
        (position("begin", "2001", "after") + position("end", "2002"), "", "2002", ["begin: after 2001"]),
        (position("begin", "2001") + "<gml:endPosition/>", "2001", "", []),
        (position("begin", "2001") + position("end", "9999-12-31"), "2001", "", ["end: 9999-12-31"]),
        (position("begin", "2001") + position("end", "heden"), "2001", "", ["end: heden"]),
        (f"<gml:begin><gml:TimeInstant>{position('time', '2001')}</gml:TimeInstant></gml:begin><gml:end><gml:"
         f"TimeInstant>{position('time', '', 'now')}</gml:TimeInstant></gml:end>", "2001", "", ["end: now"]),
        ("<gml:end><gml:TimeInstant><gml:timePosition>2005</gml:timePosition></gml:TimeInstant></gml:end>",
         "", "2005", []),
    ],
)  # fmt: skip
def test_periods(inside, begin, end, label):
    record = record_of(info=extent(period(inside)))
    when = node(record, DCT.temporal)
    assert values(record, DCAT.startDate, when) == [date for date in [begin] if date]
    assert values(record, DCAT.endDate, when) == [date for date in [end] if date]
    assert values(record, RDFS.label, when) == label


def test_each_extent_is_a_period_and_a_description_is_of_what_it_describes():
    instant = period("<gml:timePosition>2001-02-03</gml:timePosition>", "TimeInstant")
    record = record_of(
        info=extent(text("description", "Zomer") + instant) + extent(period(position("begin", "2010")))
    )
    assert ends(record) == [[("2001-02-03", XSD.date)], [("2001-02-03", XSD.date)], [("2010", XSD.gYear)], []]
    assert values(record, RDFS.label, record.values(DCT.temporal)[0]) == ["Zomer"]
    assert record.values(DCT.spatial) == []


@pytest.mark.parametrize(
    ("box", "note"),
    [
        (bounding_box("155000"), "Bounding box: west 155000, south 50.75, east 7,21, north 53.5"),
        (bounding_box().replace("53.5", "95"), "Bounding box: west 3.37, south 50.75, east 7,21, north 95"),
        (bounding_box().replace("53.5", "12"), "Bounding box: west 3.37, south 50.75, east 7,21, north 12"),
        (bounding_box("9"), "Bounding box: west 9, south 50.75, east 7,21, north 53.5"),
        (bounding_box().replace("<gmd:west", "<gmd:extentTypeCode><gco:Boolean>0</gco:Boolean>"
                                "</gmd:extentTypeCode><gmd:west"),
         "Area left out: west 3.37, south 50.75, east 7,21, north 53.5"),
    ],
)  # fmt: skip
def test_boxes_that_cannot_be_or_are_left_out_are_notes(box, note):
    record = record_of(info=extent(box))
    assert (record.values(DCT.spatial), values(record, RDFS.comment)) == ([], [note])


def test_a_box_may_cross_the_180th_meridian():
    across = bounding_box("170").replace("7,21", "-170")
    record = record_of(info=extent(across))
    place = node(record, DCT.spatial)
    east, west = (
        "(170 53.5,180 53.5,180 50.75,170 50.75,170 53.5)",
        "(-180 53.5,-170 53.5,-170 50.75,-180 50.75,-180 53.5)",
    )
    assert values(record, DCAT.bbox, place) == [f"MULTIPOLYGON(({east}),({west}))"]
    assert values(record, LOCN.geometry, place) == []
