"""Harvesters of others read the whole of a served node, over several pages."""

import re
import urllib.request
import warnings
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import oaipmh_scythe
import pytest

from tests.journeys.nodes import PATIENCE, Node, turtle

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # sickle has strings that Python 3.12 will refuse
    import sickle

DATA_SETS = 600


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    folder = tmp_path_factory.mktemp("large")
    file = folder / "data.ttl"
    file.write_text(turtle({str(number): f"Discharges {number}" for number in range(DATA_SETS)}), "utf-8")
    node = Node(folder / "node", "national", "NL")
    assert node.harvest("dump", file)["new"] == DATA_SETS
    with node.serving():
        yield node


def identifiers(node: Node) -> set[str]:
    return {f"oai:127.0.0.1:{_key(one.key)}" for one in node.held().values()}


def _key(text: str) -> str:
    plain = text.replace("-", "")
    return "-".join((plain[:8], plain[8:12], plain[12:16], plain[16:20], plain[20:]))


@pytest.mark.parametrize("prefix", ["dcat_ap", "oai_dc"])
def test_sickle(large: Node, prefix: str) -> None:
    records = list(sickle.Sickle(f"{large.url}/oai").ListRecords(metadataPrefix=prefix))
    assert len(records) == DATA_SETS
    assert {record.header.identifier for record in records} == identifiers(large)


def test_scythe(large: Node) -> None:
    with oaipmh_scythe.Scythe(f"{large.url}/oai") as harvester:
        records = list(harvester.list_records(metadata_prefix="oai_dc"))
    assert len(records) == DATA_SETS
    assert {record.header.identifier for record in records} == identifiers(large)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_one_that_repeats_the_prefix_beside_the_token(large: Node, method: str) -> None:
    """As the harvester of data.europa.eu does, which also needs completeListSize."""
    arguments, seen, pages = {"verb": "ListRecords", "metadataPrefix": "dcat_ap"}, [], 0
    while True:
        query = urlencode(arguments)
        post = {"url": f"{large.url}/oai", "data": query.encode()}
        asked = post if method == "POST" else {"url": f"{large.url}/oai?{query}"}
        with urllib.request.urlopen(**asked, timeout=PATIENCE) as answer:
            body = answer.read().decode()
        pages += 1
        seen += re.findall(r"<header><identifier>([^<]+)", body)
        size, token = re.search(r'<resumptionToken completeListSize="(\d+)"[^>]*>([^<]*)</', body).groups()
        assert int(size) == DATA_SETS
        if not token:
            break
        arguments["resumptionToken"] = token
    assert pages > 1
    assert len(seen) == DATA_SETS
    assert set(seen) == identifiers(large)


def test_a_european_node(large: Node, tmp_path: Path) -> None:
    european = Node(tmp_path / "european", "european")
    ledger = european.harvest("oai-pmh", f"{large.url}/oai")
    assert (ledger["received"], ledger["new"], ledger["complete"]) == (DATA_SETS, DATA_SETS, True)
    assert european.alive() == large.alive()
