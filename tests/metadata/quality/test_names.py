"""The names and points of the metrics are those of data.europa.eu: of its vocabulary and its API."""

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from erpd.metadata.graph import Graph
from erpd.metadata.quality import MQA
from erpd.operate.quality.rdf import _ALL_POINTS, _PIVEAU
from tests.needs import SHARED


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared/data")
def test_they_are_those_of_data_europa_eu() -> None:
    path = SHARED / "catalogues" / "piveau" / "piveau-dqv-vocabulary.ttl"
    graph = Graph(parse(path.read_bytes(), format=RdfFormat.TURTLE))
    worth = NamedNode(f"{_PIVEAU}trueScore")
    for metric in MQA:
        points = [one.value for one in graph.objects(NamedNode(f"{_PIVEAU}{metric.name}"), worth)]
        assert points == [str(metric.points)], metric
    answer = (SHARED / "ckan" / "ondata" / "mqa-metrics-success.json").read_text()
    assert f'"{_PIVEAU}{_ALL_POINTS}"' in answer
