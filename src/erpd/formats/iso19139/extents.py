"""gmd:EX_Extent -> where and when (GeoDCAT-AP: dct:spatial, dct:temporal)."""

import re
from decimal import Decimal

from lxml import etree
from pyoxigraph import Literal, NamedNode

from erpd.formats.geometry import box, degrees
from erpd.formats.iso19139.document import Document, dated, literal, local
from erpd.metadata.graph import Node
from erpd.metadata.terms import DCAT, DCT, GEOSPARQL, LOCN, RDFS, SKOS, XSD

_SIDES = ("westBoundLongitude", "southBoundLatitude", "eastBoundLongitude", "northBoundLatitude")
_URN = re.compile(r"urn:[A-Za-z0-9][\w-]{1,31}:\S+")
_GML = (
    '<gml:Envelope srsName="http://www.opengis.net/def/crs/OGC/1.3/CRS84">'
    "<gml:lowerCorner>{w} {s}</gml:lowerCorner><gml:upperCorner>{e} {n}</gml:upperCorner></gml:Envelope>"
)
# What servers write as the date of an end that is not known or not reached.
_NO_DATE = re.compile(
    r"now|present|current|ongoing|unknown|inapplicable|onbekend|heden|heute|unbekannt|9999.*|-"
)


def read_extents(document: Document) -> None:
    for extent in document.objects(document.root, "gmd:identificationInfo/*/gmd:extent"):
        names = document.texts_at(extent, "gmd:description")
        places = document.objects(extent, "gmd:geographicElement")
        periods = document.objects(extent, "gmd:temporalElement")
        vertical = document.objects(extent, "gmd:verticalElement")
        if names and (places or not (periods or vertical)):
            document.say(DCT.spatial, _named(document, *names))
            names = []
        for element in places:
            _place(document, element)
        for element in periods:
            for period in document.objects(element, "gmd:extent"):
                _period(document, period, names)
            for element_of_both in document.objects(element, "gmd:spatialExtent"):
                _place(document, element_of_both)
        for element in vertical:
            ends = [document.text(element, f"gmd:{name}") for name in ("minimumValue", "maximumValue")]
            if any(ends):
                _note(document, f"Vertical extent: {ends[0]} to {ends[1]}")
        if not periods:
            for name in names:
                document.say(RDFS.comment, literal(f"Vertical extent: {name.value}", name.language or ""))


def _place(document: Document, element: etree._Element) -> None:
    """An area that the data exclude (extentTypeCode) becomes a note: DCAT can only say what they cover."""
    excluded = document.text(element, "gmd:extentTypeCode").lower() in ("false", "0")
    kind = local(element)
    if "Box" in kind:
        place = _box(document, element, excluded)
    elif "Polygon" in kind:
        place = None if excluded else _polygon(document, element)
    else:
        place = _described(document, element, excluded)
    if place:
        document.say(DCT.spatial, place)


def _box(document: Document, element: etree._Element, excluded: bool) -> Node | None:
    """The box as WKT, the geometry as GML: DCAT-AP allows a location one of each."""
    written = [document.text(element, f"gmd:{side}") for side in _SIDES]
    polygon = None if excluded else box(*written)
    if polygon is None:
        if any(written):
            what = "Area left out" if excluded else "Bounding box"
            names = ("west", "south", "east", "north")
            _note(document, f"{what}: {', '.join(map(' '.join, zip(names, written, strict=True)))}")
        return None
    corners = dict(zip("wsen", map(degrees, written), strict=True))
    node = document.node(DCT.Location)
    document.add(node, DCAT.bbox, polygon)
    if Decimal(corners["w"]) <= Decimal(corners["e"]):  # an envelope cannot cross the 180th meridian
        document.add(node, LOCN.geometry, Literal(_GML.format(**corners), datatype=GEOSPARQL.gmlLiteral))
    return node


def _polygon(document: Document, element: etree._Element) -> Node | None:
    shapes = document.objects(element, "gmd:polygon")
    if not shapes:
        return None
    node = document.node(DCT.Location)
    for shape in shapes:
        written = etree.tostring(shape, encoding="unicode", with_tail=False)
        document.add(node, LOCN.geometry, Literal(written, datatype=GEOSPARQL.gmlLiteral))
    return node


def _described(document: Document, element: etree._Element, excluded: bool) -> Node | None:
    code = document.first(element, "gmd:geographicIdentifier/*/gmd:code")
    link, names = document.link(code), document.texts(code)
    if excluded:
        for name in names:
            document.say(RDFS.comment, literal(f"Area left out: {name.value}", name.language or ""))
        return None
    if link:
        document.add(NamedNode(link), SKOS.prefLabel, *(name for name in names if name.value != link))
        return NamedNode(link)
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


def _period(document: Document, element: etree._Element, names: list[Literal]) -> None:
    """Read a gml:TimePeriod or gml:TimeInstant of GML 3.1 or 3.2, with its ends as positions or as instants.

    An end that is "now", unknown, or before or after a date is not a date, but becomes a label.
    """
    ends: dict[str, Literal] = {}
    labels: list[Literal] = [*names]
    for part in element.iter("*"):
        if local(part) not in ("beginPosition", "endPosition", "timePosition"):
            continue
        sides = _sides(part)
        text, state = (part.text or "").strip(), part.get("indeterminatePosition", "").strip()
        date = dated(text)
        if date and not state and not _NO_DATE.fullmatch(text.lower()):
            for side in sides:
                ends.setdefault(side, date)
        elif text or state:
            what = f"{sides[0]}: " if len(sides) == 1 else ""
            labels.append(Literal(what + " ".join(filter(None, [state, text])), language="en"))
    starts, stops = ends.get("begin"), ends.get("end")
    if starts or stops or labels:
        node = document.node(DCT.PeriodOfTime)
        document.add(node, DCAT.startDate, *filter(None, [starts]))
        document.add(node, DCAT.endDate, *filter(None, [stops]))
        document.add(node, RDFS.label, *labels)
        document.say(DCT.temporal, node)


def _sides(position: etree._Element) -> list[str]:
    """Whether a position is the start or the end; for a single instant, both."""
    for element in (position, *position.iterancestors("*")):
        name = local(element)
        for side in ("begin", "end"):
            if name in (side, f"{side}Position"):
                return [side]
        if name in ("TimePeriod", "extent"):
            break
    return ["begin", "end"]


def _note(document: Document, text: str) -> None:
    document.say(RDFS.comment, Literal(text, language="en"))
