"""What every source keeps to, whatever its protocol. A new source adds how it is published, and a line."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest

from erpd.sources import SOURCES
from erpd.sources.cbs.source import Cbs
from erpd.sources.ckan.source import Ckan
from erpd.sources.csw.source import Csw
from erpd.sources.dump.source import Dump
from erpd.sources.errors import SourceError
from erpd.sources.http.client import Client, Limits
from erpd.sources.oai_pmh.source import OaiPmh
from erpd.sources.page import Source
from erpd.sources.sparql.source import Sparql
from tests.servers import LOOPBACK, Handle, Serving, free_port
from tests.sources.cbs import odata
from tests.sources.ckan import portal as ckan
from tests.sources.csw import catalogue as csw
from tests.sources.oai_pmh import oai
from tests.sources.sparql import endpoint as sparql

NAMES = [f"http://data.example/datasets/{number}" for number in range(10)]


@dataclass(frozen=True)
class Protocol:
    """``publish(names, broken)`` makes a handler that gives a record for each name, ``broken`` damaged."""

    publish: Callable[[Sequence[str], str], Handle]
    source: Callable[[str, Client], Source]
    path: str = "/"


def publish_by_oai_pmh(names: Sequence[str], broken: str) -> Handle:
    return oai.Repository([oai.record(name, "<x>\x03" if name == broken else None) for name in names])


def publish_as_dump(names: Sequence[str], broken: str) -> Handle:
    file = "@prefix dcat: <http://www.w3.org/ns/dcat#> .\n" + "".join(
        f'<{name}> a dcat:Dataset ; {"<" if name == broken else ""} dcat:keyword "x" .\n' for name in names
    )
    return lambda *_: (200, {"Content-Type": "text/turtle"}, file.encode())


def publish_by_csw(names: Sequence[str], broken: str) -> Handle:
    return csw.Catalogue(
        [csw.record(name, "<x>\x03") if name == broken else csw.record(name) for name in names]
    )


def publish_by_sparql(names: Sequence[str], broken: str) -> Handle:
    cut = 200, {"Content-Type": "application/n-triples"}, f"<{broken}> <http:".encode()
    return sparql.Endpoint(
        "".join(f'<{name}> a dcat:Dataset ; dcat:keyword "x" .\n' for name in names),
        wrong=lambda query: cut if broken and f"<{broken}>" in query and "CONSTRUCT" in query else None,
    )


def publish_by_cbs(names: Sequence[str], broken: str) -> Handle:
    entries = [
        f'{{"Identifier":"{name}","Title":}}' if name == broken else {"Identifier": name} for name in names
    ]
    return odata.Catalogue({"Tables": entries})


def publish_by_ckan(names: Sequence[str], broken: str) -> Handle:
    portal = ckan.Portal([ckan.package(name) for name in names], cap=3)
    if broken:
        portal.packages[broken] = portal.packages[broken].replace('", "', "")
    return portal


PROTOCOLS = {
    "cbs": Protocol(publish_by_cbs, Cbs, "/ODataCatalog"),
    "ckan": Protocol(publish_by_ckan, Ckan),
    "csw": Protocol(publish_by_csw, Csw, "/csw"),
    "dump": Protocol(publish_as_dump, Dump, "/all.ttl"),
    "oai-pmh": Protocol(publish_by_oai_pmh, OaiPmh, "/oai"),
    "sparql": Protocol(publish_by_sparql, lambda url, client: Sparql(url, client, page_size=3), "/sparql"),
}


@pytest.fixture(params=PROTOCOLS)
def protocol(request):
    return PROTOCOLS[request.param]


@pytest.fixture
def client():
    limits = Limits(connect=5, read=5, total=20, retries=0)
    with Client(limits, LOOPBACK, pause=lambda seconds: None) as client:
        yield client


def serve(protocol: Protocol, names: Sequence[str] = NAMES, broken: str = "") -> Serving:
    return Serving(protocol.publish(names, broken))


def identifiers(pages):
    return [reading.identifier for page in pages for reading in page.readings]


def test_each_source_is_here():
    assert set(PROTOCOLS) == set(SOURCES)


def test_a_whole_run_gives_each_record_once_and_proves_it(protocol, client):
    with serve(protocol) as server:
        source = protocol.source(server.url(protocol.path), client)
        assert server.asked == []  # making a source asks nothing
        pages = list(source.pages())
    assert sorted(identifiers(pages)) == NAMES
    assert [page.last for page in pages] == [False] * (len(pages) - 1) + [True]
    for page in pages:
        for reading in page.readings:
            assert reading.fault is None
            assert reading.identifier.encode() in reading.content
            assert "/" in reading.media_type


def test_a_run_goes_on_from_every_checkpoint_without_gap_or_repeat(protocol, client):
    with serve(protocol) as server:
        url = server.url(protocol.path)
        pages = list(protocol.source(url, client).pages())
        for done in range(1, len(pages) + 1):
            checkpoint = json.loads(json.dumps(pages[done - 1].checkpoint))
            rest = list(protocol.source(url, client).pages(checkpoint))
            assert identifiers(pages[:done]) + identifiers(rest) == identifiers(pages)
            assert rest[-1].last


@pytest.mark.parametrize("which", [0, 4, 9])
def test_a_broken_record_costs_one_record(protocol, client, which):
    with serve(protocol, broken=NAMES[which]) as server:
        pages = list(protocol.source(server.url(protocol.path), client).pages())
    readings = [reading for page in pages for reading in page.readings]
    assert pages[-1].last
    assert sorted(reading.identifier for reading in readings if reading.fault is None) == [
        name for name in NAMES if name != NAMES[which]
    ]
    (fault,) = [reading for reading in readings if reading.fault is not None]
    assert fault.content


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("cbs", b'{"value":[' + b"{}," * 2_000 + b"{}]}"),
        ("cbs", b'{"value":[<,' + b"{}," * 2_000 + b"{}]}"),
        ("ckan", b'{"success":true,"result":{"count":2001,"results":[' + b"{}," * 2_000 + b"{}]}}"),
        ("csw", csw.page(["<a/>"] * 2_001)),
        ("csw", csw.page(["<gmd:MD_Metadata>"] * 2_001)),
    ],
)
def test_records_without_number_in_one_answer_are_refused(name, body, client, monkeypatch):
    monkeypatch.setattr("erpd.sources.pieces.MOST_AT_ONCE", 2_000)
    with Serving(lambda *_: (200, {}, body)) as server, pytest.raises(SourceError) as caught:
        list(PROTOCOLS[name].source(server.url(PROTOCOLS[name].path), client).pages())
    assert (caught.value.rule, caught.value.url.startswith(server.url(""))) == ("too-large", True)


def test_what_cannot_be_read_is_a_clear_error(protocol, client):
    page = b"<!DOCTYPE html><html><head><title>Log in</title></head><body>Please log in</body></html>"
    answers = {"/html": (200, page), "/none": (404, b""), "/closed": (401, b""), "/down": (503, b"")}

    def handle(path, query, headers):
        status, body = answers[path]
        return status, {"Content-Type": "text/html"}, body

    with Serving(handle) as server:
        elsewhere = [f"http://127.0.0.1:{free_port()}/", "ftp://data.example/all.rdf", "http://10.0.0.1/"]
        for address in [*map(server.url, answers), *elsewhere]:
            with pytest.raises(SourceError) as caught:
                list(protocol.source(address, client).pages())
            assert caught.value.rule
            assert address in str(caught.value)
