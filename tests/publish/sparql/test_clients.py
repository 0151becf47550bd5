"""Programs that people use ask the endpoint as they do, over HTTP."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import JSON, N3, POST, SPARQLWrapper

from erpd.publish import triples
from erpd.publish.sparql import asking
from tests.portal import shelf

DATA_SETS = f"SELECT ?d {{ ?d a <{rdflib.DCAT.Dataset}> }}"


@pytest.fixture
def endpoint(live_server: Any, settings: Any, tmp_path: Path) -> Iterator[str]:
    settings.HOME = tmp_path
    shelf.put_demo(shelf.catalogue("nl"), "protected.ttl")
    triples.follow()
    yield f"{live_server.url}/protected/sparql"
    asking.end_all()


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib(endpoint: str, method: str) -> None:
    graph = rdflib.Graph(SPARQLStore(endpoint, method=method))
    found = {row[0] for row in graph.query(DATA_SETS)}  # type: ignore[index]
    assert len(found) > 30
    assert {subject for subject, _, _ in graph.triples((None, rdflib.RDF.type, rdflib.DCAT.Dataset))} == found
    constructed = graph.query(
        f"CONSTRUCT {{ ?d ?p ?o }} {{ ?d a <{rdflib.DCAT.Dataset}> ; ?p ?o }} LIMIT 50"
    ).graph
    assert constructed is not None
    assert len(constructed) > 20
    assert graph.query(f"ASK {{ ?d a <{rdflib.DCAT.Dataset}> }}").askAnswer


def test_sparqlwrapper(endpoint: str) -> None:
    asked = SPARQLWrapper(endpoint)
    asked.setReturnFormat(JSON)
    asked.setQuery(DATA_SETS)
    found = asked.queryAndConvert()["results"]["bindings"]  # type: ignore[index, call-overload]
    assert len(found) > 30
    asked.setMethod(POST)
    assert len(asked.queryAndConvert()["results"]["bindings"]) == len(found)  # type: ignore[index, call-overload]
    asked.setReturnFormat(N3)
    asked.setQuery(f"CONSTRUCT {{ ?d a ?t }} {{ ?d a ?t , <{rdflib.DCAT.Dataset}> }}")
    assert b"Dataset" in asked.queryAndConvert()  # type: ignore[operator]
