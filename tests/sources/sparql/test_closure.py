"""What hangs on a data set, out of a SPARQL endpoint: as deep as the data go, up to a limit."""

import pytest

from erpd.sources.http.client import Client, Limits
from erpd.sources.sparql.source import Sparql
from tests.servers import LOOPBACK, Serving
from tests.sources.sparql.endpoint import Endpoint


@pytest.mark.parametrize(("depth", "rule"), [(12, None), (14, "too-deep")])
def test_one_data_set_nested_too_deep_costs_one_record(depth, rule):
    nested = "dct:relation [ " * depth + 'dct:title "x"' + " ]" * depth
    endpoint = Endpoint(
        f"<http://data.example/0> a dcat:Dataset . <http://data.example/1> a dcat:Dataset ; {nested} ."
    )
    limits = Limits(connect=5, read=5, total=20, retries=0)
    with Serving(endpoint) as server, Client(limits, LOOPBACK, pause=lambda seconds: None) as client:
        pages = list(Sparql(server.url("/sparql"), client).pages())
    faults = {r.identifier[-1]: r.fault and r.fault.rule for page in pages for r in page.readings}
    assert faults == {"0": None, "1": rule}
