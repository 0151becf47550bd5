"""dc:coverage -> periods and places: DCMI Period, Box and Point, and names of places."""

import re

from pyoxigraph import Literal, NamedNode

from erpd.formats.draft import dated
from erpd.formats.geometry import box, degrees, is_wkt
from erpd.formats.oai_dc.document import Element
from erpd.formats.oai_dc.draft import Draft
from erpd.metadata.graph import Node
from erpd.metadata.iso8601 import date_type
from erpd.metadata.terms import DCAT, DCT, GEOSPARQL, LOCN, RDFS, SKOS

# DCMI Period, Box and Point: "name=The Great Depression; start=1929; end=1939;"
_PART = re.compile(r"\b(\w++)\s*+=\s*+([^;=]*+)(?:;|$)")
_YEARS = re.compile(r"(\d{4})\s*[-\u2013]\s*(\d{4})")
_OPEN = ("", "..", "open", "unknown")
_SIDES = ("westlimit", "southlimit", "eastlimit", "northlimit")


def read_coverage(draft: Draft, element: Element) -> None:
    """State a period or a place: as ``dcterms:temporal`` or ``dcterms:spatial`` says, or as it reads."""
    ends = _ends(element.text) if element.name != "spatial" else None
    if ends or element.name == "temporal":
        draft.say(DCT.temporal, _period(draft, element, ends))
    else:
        draft.say(DCT.spatial, _place(draft, element))


def _ends(text: str) -> tuple[str, str] | None:
    """Start and end of a period, one of which may be empty. A single date is both."""
    parts = _parts(text)
    if "start" in parts or "end" in parts:
        return parts.get("start", ""), parts.get("end", "")
    years = _YEARS.fullmatch(text)
    begin, slash, end = years.expand(r"\1/\2").partition("/") if years else text.partition("/")
    ends = [end.strip() for end in ((begin, end) if slash else (text, text))]
    dates = [bool(date_type(end)) for end in ends]
    if any(dates) and all(date or end.lower() in _OPEN for date, end in zip(dates, ends, strict=True)):
        return ends[0] if dates[0] else "", ends[1] if dates[1] else ""
    return None


def _period(draft: Draft, element: Element, ends: tuple[str, str] | None) -> Node:
    if element.link:
        return NamedNode(element.link)
    node = draft.node(DCT.PeriodOfTime)
    for predicate, end in zip((DCAT.startDate, DCAT.endDate), ends or (), strict=False):
        if end:
            draft.add(node, predicate, dated(end))
    name = _parts(element.text).get("name", "") if ends else element.text
    if name:
        draft.add(node, RDFS.label, element.saying(name))
    return node


def _place(draft: Draft, element: Element) -> Node:
    if element.link:
        return NamedNode(element.link)
    if is_wkt(element.text):
        node = draft.node(DCT.Location)
        draft.add(node, LOCN.geometry, Literal(element.text, datatype=GEOSPARQL.wktLiteral))
        return node
    parts = _parts(element.text)
    # With other units or projections, we would not know where the place is.
    plain = not parts.keys() & {"units", "projection"}
    sides = [parts.get(side, "") for side in _SIDES]
    polygon = box(*sides) if plain and all(sides) else None
    point = [degrees(parts.get(name, "")) for name in ("east", "north")]
    if not polygon and not (plain and all(point)):
        return draft.thing(DCT.Location, SKOS.prefLabel, element)
    node = draft.node(DCT.Location)
    if polygon:
        draft.add(node, DCAT.bbox, polygon)
    else:
        wkt = f"POINT({' '.join(point)})"
        draft.add(node, DCAT.centroid, Literal(wkt, datatype=GEOSPARQL.wktLiteral))
    if parts.get("name"):
        draft.add(node, SKOS.prefLabel, element.saying(parts["name"]))
    return node


def _parts(text: str) -> dict[str, str]:
    if "=" not in text:
        return {}
    return {name.lower(): value.strip() for name, value in _PART.findall(text)}
