"""Packages read as if they came from a portal, and what their records say."""

import json

import pytest
from pyoxigraph import Literal, NamedNode

from erpd.formats.ckan import read
from erpd.metadata.terms import Namespace
from tests.needs import SHARED

PORTAL = "https://data.example"
FIELD = Namespace("urn:ckan:field:")


def record(package, base=f"{PORTAL}/api/3/action"):
    return read(json.dumps(package).encode(), "p1", base)


def objects(record, *path):
    """What stands at the end of a path of properties."""
    nodes = [record.dataset]
    for predicate in path:
        nodes = [value for node in nodes for value in record.graph.objects(node, predicate)]
    return nodes


def values(record, *path):
    """The same; literals and IRIs as text, blank nodes as they are."""
    return [node.value if isinstance(node, Literal | NamedNode) else node for node in objects(record, *path)]


def languages(record, *path):
    return {(node.language, node.value) for node in objects(record, *path)}


def found(name):
    """The packages of an answer that was once read wrongly."""
    path = SHARED / "found-2026-11" / name
    if not path.is_file():
        pytest.skip(f"{path.name} is not at ../shared/data")
    return json.loads(path.read_text("utf-8"))["result"]["results"]
