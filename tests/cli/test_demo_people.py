"""The people of the demo can sign in: passwords, a second factor, one owner that waits; and its portal."""

import urllib.request
from pathlib import Path
from urllib.error import HTTPError

import pytest
from click.testing import CliRunner
from pyoxigraph import RdfFormat, parse

from erpd.cli import demonstrating_portal
from erpd.cli.demonstrating_owner import Made, code, made_before
from erpd.cli.demonstration import demo
from erpd.metadata.checks import check
from erpd.metadata.findings import Severity
from erpd.metadata.graph import Graph
from erpd.metadata.profile import load_profile
from erpd.metadata.record import Record
from erpd.metadata.terms import DCAT
from tests.servers import free_port


def test_the_code_is_that_of_an_authenticator_app(monkeypatch, tmp_path: Path) -> None:
    """RFC 6238, appendix B, of which an app shows the last six digits."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    made = Made({}, {}, "", secret)
    for at, shown in ((59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")):
        monkeypatch.setattr("time.time", lambda at=at: float(at))
        assert code(made) == shown


def test_without_a_demo_there_is_no_code(tmp_path: Path) -> None:
    assert made_before(tmp_path) is None
    told = CliRunner().invoke(demo, ["--code", "--folder", str(tmp_path)])
    assert told.exit_code == 1
    assert "Start it with `erpd demo`" in told.output


def test_its_portal_is_served_while_the_demo_runs() -> None:
    port = free_port()
    address = demonstrating_portal.address(port)
    with demonstrating_portal.serving(port):
        with urllib.request.urlopen(address, timeout=10) as answer:
            read = [*parse(answer.read(), format=RdfFormat.TURTLE)]
        with pytest.raises(HTTPError, match="404"):
            urllib.request.urlopen(address.replace(".ttl", ".rdf"), timeout=10)
    graph = Graph(read)
    refused = {
        node
        for node in graph.subjects(DCAT.Dataset)
        for found in check(Record("1", graph, node), load_profile("erpd"))
        if found.severity is Severity.ERROR
    }
    assert [str(node) for node in refused] == [
        "<https://portaal.monitor.overheid.example/id/dataset/luchtklachten>"
    ]
