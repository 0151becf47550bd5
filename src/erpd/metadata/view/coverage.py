"""When and where: the periods and places of a data set."""

from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from erpd.metadata.graph import Graph, Term
from erpd.metadata.iso8601 import date_type
from erpd.metadata.terms import DCAT, LOCN, SCHEMA, TIME

# DCAT 2; DCAT-AP 1; the instants of OWL-Time, which have their date in turn.
_STARTS = (DCAT.startDate, SCHEMA.startDate, TIME.hasBeginning)
_ENDS = (DCAT.endDate, SCHEMA.endDate, TIME.hasEnd)
_GEOMETRIES = (DCAT.bbox, DCAT.centroid, LOCN.geometry)


class Period(NamedTuple):
    """``start`` and ``end`` as they stand in the record; "" where it is open or only has a name."""

    node: Term
    start: str
    end: str


class Place(NamedTuple):
    """``geometry``: its box, else its centre, else its shape, mostly in WKT; "" where it only has a name."""

    node: Term
    geometry: str


def period(graph: Graph, node: Term) -> Period:
    """A node, or text such as ``2019/2021``."""
    if isinstance(node, Literal):
        start, slash, end = node.value.partition("/")
        ends = [text.strip() if date_type(text.strip()) else "" for text in (start, end if slash else start)]
        return Period(node, *ends)
    return Period(node, _date(graph, node, _STARTS), _date(graph, node, _ENDS))


def place(graph: Graph, node: Term) -> Place:
    found = (value.value for predicate in _GEOMETRIES for value in graph.objects(node, predicate))
    return Place(node, next(found, ""))


def _date(graph: Graph, node: Term, predicates: tuple[NamedNode, ...]) -> str:
    for predicate in predicates:
        for value in graph.objects(node, predicate):
            instant = (of for values in graph.properties(value).values() for of in values)
            for date in (value, *instant):
                if isinstance(date, Literal):
                    return date.value
    return ""
