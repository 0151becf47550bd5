"""When and where: the periods and places of a data set."""

from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from erpd.metadata.graph import Graph, Term
from erpd.metadata.iso8601 import date_type
from erpd.metadata.terms import DCAT, GEOSPARQL, LOCN, SCHEMA, TIME

# DCAT 2; DCAT-AP 1; OWL-Time, where an instant holds the date.
_STARTS = (DCAT.startDate, SCHEMA.startDate, TIME.hasBeginning)
_ENDS = (DCAT.endDate, SCHEMA.endDate, TIME.hasEnd)
_GEOMETRIES = (DCAT.bbox, DCAT.centroid, LOCN.geometry)
_ENCODINGS = (GEOSPARQL.asWKT, GEOSPARQL.asGeoJSON, GEOSPARQL.asGML)


class Period(NamedTuple):
    """A period of time that a data set covers."""

    node: Term
    start: str
    """As in the record; "" if it is open or the period only has a name."""
    end: str
    """As ``start``."""


class Place(NamedTuple):
    """A place that a data set covers."""

    node: Term
    geometry: str
    """Its bounding box, otherwise its centre, otherwise its shape; mostly WKT. "" if it only has a name."""


def period(graph: Graph, node: Term) -> Period:
    """Return the period that a node or a text such as ``2019/2021`` describes."""
    if isinstance(node, Literal):
        start, slash, end = node.value.partition("/")
        ends = [text.strip() if date_type(text.strip()) else "" for text in (start, end if slash else start)]
        return Period(node, *ends)
    return Period(node, _date(graph, node, _STARTS), _date(graph, node, _ENDS))


def place(graph: Graph, node: Term) -> Place:
    """Return the place that a node describes."""
    for predicate in _GEOMETRIES:
        for value in graph.objects(node, predicate):
            # In DCAT-AP 3, a geometry is a node with its encodings.
            inside = (one for encoding in _ENCODINGS for one in graph.objects(value, encoding))
            for one in (value, *inside):
                if isinstance(one, Literal):
                    return Place(node, one.value)
    return Place(node, "")


def _date(graph: Graph, node: Term, predicates: tuple[NamedNode, ...]) -> str:
    for predicate in predicates:
        for value in graph.objects(node, predicate):
            instant = (of for values in graph.properties(value).values() for of in values)
            for date in (value, *instant):
                if isinstance(date, Literal):
                    return date.value
    return ""
