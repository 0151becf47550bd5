"""Our own harvester brings the same graphs through each door: those that the register holds."""

from collections.abc import Iterator

import pytest
from pyoxigraph import NamedNode

from erpd.formats import format_for
from erpd.formats.reading import Reading
from erpd.metadata.canonical import canonical
from erpd.metadata.graph import Graph
from erpd.publish.catalogue import pages
from erpd.publish.derived import DERIVED
from erpd.register.content import triples_of
from erpd.register.scope import scope
from erpd.sources.ckan.source import Ckan
from erpd.sources.dump.source import Dump
from erpd.sources.http.client import Client
from erpd.sources.oai_pmh.source import OaiPmh
from erpd.sources.sparql.source import Sparql
from tests.portal import shelf
from tests.servers import LOOPBACK

ADDRESSES = [
    *(f"catalogue.{syntax}" for syntax in pages.SYNTAXES),
    *(f"catalogue.{syntax}.gz" for syntax in pages.SYNTAXES),
    "oai",
    "sparql",
    "api/3/action",
]
SOURCES = {"oai": OaiPmh, "sparql": Sparql, "action": Ckan}


def readings(url: str) -> Iterator[Reading]:
    with Client(allow_networks=LOOPBACK, pause=lambda _: None) as http:
        source = SOURCES.get(url.rpartition("/")[2], Dump)(url, http)
        *_, last = pages_read = list(source.pages())
    assert last.last
    for page in pages_read:
        yield from page.readings


def said(reading: Reading) -> tuple[str, str]:
    """The IRI of the data set and the digest of its graph, without our record of it."""
    record = format_for(reading.media_type).read(reading.content, reading.identifier, "")
    own = (one for one in record.graph.triples() if not _is_record(one.subject))
    return record.iri, canonical(Graph(own))[1]


def _is_record(node: object) -> bool:
    return isinstance(node, NamedNode) and node.value.endswith("#record")


@pytest.mark.parametrize("name", ["all", "protected", "open"])
def test_every_door_has_the_graphs_of_the_register(
    live_server, tmp_path, settings, monkeypatch, name: str
) -> None:
    settings.HOME = tmp_path
    settings.NODE = settings.NODE.__class__(**{**vars(settings.NODE), "base_url": live_server.url})
    monkeypatch.setattr(pages, "PAGE", 9)
    shelf.put_demo(shelf.catalogue("nl"), "protected.ttl")
    shelf.put_demo(shelf.catalogue("nl-open", "open"), "open.ttl")
    shelf.put_demo(shelf.catalogue("trial", "test"), "open.ttl")
    for derived in DERIVED:
        derived.rebuild(None)
    within = scope(name)
    held = {one.iri: canonical(Graph(triples_of(one)))[1] for one in within.data_sets()}
    assert len(held) > 3
    for address in ADDRESSES:
        found = [said(one) for one in readings(f"{live_server.url}{within.prefix}/{address}")]
        assert len(found) == len(held), address
        assert dict(found) == held, address
