"""gmd:EX_Extent -> where and when (GeoDCAT-AP: dct:spatial, dct:temporal)."""

import re
from decimal import Decimal, InvalidOperation

from lxml import etree
from pyoxigraph import Literal, NamedNode

from erpd.formats.iso19139.document import Document, dated, local
from erpd.metadata.graph import Node
from erpd.metadata.terms import DCAT, DCT, GEOSPARQL, LOCN, RDFS, SKOS, XSD

_SIDES = ("westBoundLongitude", "southBoundLatitude", "eastBoundLongitude", "northBoundLatitude")
_URN = re.compile(r"urn:[A-Za-z0-9][\w-]{1,31}:\S+")
_WKT = "POLYGON(({w} {n},{e} {n},{e} {s},{w} {s},{w} {n}))"
_GML = (
    '<gml:Envelope srsName="http://www.opengis.net/def/crs/OGC/1.3/CRS84">'
    "<gml:lowerCorner>{w} {s}</gml:lowerCorner><gml:upperCorner>{e} {n}</gml:upperCorner></gml:Envelope>"
)


def read_extents(document: Document) -> None:
    for extent in document.objects(document.root, "gmd:identificationInfo/*/gmd:extent"):
        names = document.texts_at(extent, "gmd:description")
        if names:
            document.say(DCT.spatial, _named(document, *names))
        for element in document.objects(extent, "gmd:geographicElement"):
            place = _box(document, element) if "Box" in local(element) else _place(document, element)
            if place:
                document.say(DCT.spatial, place)
        for element in document.objects(extent, "gmd:temporalElement"):
            for period in document.objects(element, "gmd:extent"):
                _period(document, period)
        for element in document.objects(extent, "gmd:verticalElement"):
            ends = [document.text(element, f"gmd:{name}") for name in ("minimumValue", "maximumValue")]
            if any(ends):
                document.say(RDFS.comment, Literal(f"Vertical extent: {ends[0]} to {ends[1]}", language="en"))


def _box(document: Document, element: etree._Element) -> Node | None:
    """WKT as the box, GML as the geometry: DCAT-AP lets a location have one of each."""
    sides = [_degrees(document.text(element, f"gmd:{side}")) for side in _SIDES]
    west, south, east, north = sides
    if not all(sides):
        return None
    corners = {"w": west, "s": south, "e": east, "n": north}
    node = document.node(DCT.Location)
    document.add(node, DCAT.bbox, Literal(_WKT.format(**corners), datatype=GEOSPARQL.wktLiteral))
    document.add(node, LOCN.geometry, Literal(_GML.format(**corners), datatype=GEOSPARQL.gmlLiteral))
    return node


def _place(document: Document, element: etree._Element) -> Node | None:
    code = document.first(element, "gmd:geographicIdentifier/*/gmd:code")
    if code is None:
        return None
    link = document.link(code)
    if link:
        document.add(NamedNode(link), SKOS.prefLabel, *(t for t in document.texts(code) if t.value != link))
        return NamedNode(link)
    names = document.texts(code)
    if not names:
        return None
    if _URN.fullmatch(names[0].value):
        node = document.node(DCT.Location)
        document.add(node, DCT.identifier, Literal(names[0].value, datatype=XSD.anyURI))
        return node
    return _named(document, *names)


def _named(document: Document, *names: Literal) -> Node:
    node = document.node(DCT.Location)
    document.add(node, SKOS.prefLabel, *names)
    return node


def _period(document: Document, element: etree._Element) -> None:
    """gml:TimePeriod or gml:TimeInstant, of GML 3.1 or 3.2."""
    begin = end = ""
    for part in element.iter("*"):
        name = local(part)
        text = (part.text or "").strip()
        if name in ("beginPosition", "timePosition"):
            begin = begin or text
        if name in ("endPosition", "timePosition"):
            end = end or text
    starts, ends = dated(begin), dated(end)
    if starts or ends:
        node = document.node(DCT.PeriodOfTime)
        document.add(node, DCAT.startDate, *filter(None, [starts]))
        document.add(node, DCAT.endDate, *filter(None, [ends]))
        document.say(DCT.temporal, node)


def _degrees(text: str) -> str:
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return ""
    # The exponent decides how long it is when written out: 1e-99999999 would take 100 million characters.
    sound = number.is_finite() and abs(number) <= 360 and number.adjusted() > -20 and len(text) < 40
    return f"{number:f}" if sound else ""
