"""What every protocol of SOURCES keeps to. A new one adds how records are published by it, and a line."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import get_args

import pytest

from erpd.formats import Unreadable, format_for
from erpd.formats.reading import Reading
from erpd.sources import SOURCES
from erpd.sources.errors import SourceError
from erpd.sources.http.client import Client, Limits
from erpd.sources.page import Source
from erpd.sources.protocol import Setting
from tests.servers import LOOPBACK, Handle, Serving, free_port
from tests.sources.cbs import odata
from tests.sources.ckan import portal as ckan
from tests.sources.csw import catalogue as csw
from tests.sources.oai_pmh import oai
from tests.sources.sparql import endpoint as sparql

NAMES = tuple(f"http://data.example/datasets/{number}" for number in range(10))
TABLES = tuple(f"{number}NED" for number in range(10))


@dataclass(frozen=True)
class Published:
    """How a server publishes records by a protocol.

    ``publish(names, broken)`` makes a handler that gives a record for each name, ``broken`` damaged;
    ``path`` is where it is asked; ``names`` are identifiers as the protocol has them, in their order;
    ``sizes`` are parameters that make the pages small.
    """

    publish: Callable[[Sequence[str], str], Handle]
    path: str = "/"
    names: Sequence[str] = NAMES
    sizes: Mapping[str, int] = field(default_factory=dict)


def publish_by_oai_pmh(names: Sequence[str], broken: str) -> Handle:
    return oai.Repository([oai.record(name, "<x>\x03" if name == broken else None) for name in names])


def publish_as_dump(names: Sequence[str], broken: str) -> Handle:
    file = "@prefix dcat: <http://www.w3.org/ns/dcat#> .\n" + "".join(
        f'<{name}> a dcat:Dataset ; {"<" if name == broken else ""} dcat:keyword "x" .\n' for name in names
    )
    return lambda *_: (200, {"Content-Type": "text/turtle"}, file.encode())


def publish_by_csw(names: Sequence[str], broken: str) -> Handle:
    said = "<gmd:identificationInfo><gmd:MD_DataIdentification/></gmd:identificationInfo>"
    return csw.Catalogue([csw.record(name, "<x>\x03" if name == broken else said) for name in names])


def publish_by_sparql(names: Sequence[str], broken: str) -> Handle:
    cut = 200, {"Content-Type": "application/n-triples"}, f"<{broken}> <http:".encode()
    return sparql.Endpoint(
        "".join(f'<{name}> a dcat:Dataset ; dcat:keyword "x" .\n' for name in names),
        wrong=lambda query: cut if broken and f"<{broken}>" in query and "CONSTRUCT" in query else None,
    )


def publish_by_cbs(names: Sequence[str], broken: str) -> Handle:
    entries = [
        f'{{"Identifier":"{name}","Title":}}' if name == broken else {"Identifier": name, "Title": "x"}
        for name in names
    ]
    return odata.Catalogue({"Tables": entries})


def publish_by_ckan(names: Sequence[str], broken: str) -> Handle:
    portal = ckan.Portal([ckan.package(name) for name in names], cap=3)
    if broken:
        portal.packages[broken] = portal.packages[broken].replace('", "', "")
    return portal


PROTOCOLS = {
    "cbs": Published(publish_by_cbs, "/ODataCatalog", TABLES),
    "ckan": Published(publish_by_ckan),
    "csw": Published(publish_by_csw, "/csw"),
    "dump": Published(publish_as_dump, "/all.ttl"),
    "oai-pmh": Published(publish_by_oai_pmh, "/oai"),
    "sparql": Published(publish_by_sparql, "/sparql", sizes={"page_size": 3}),
}


@pytest.fixture(params=PROTOCOLS)
def protocol(request):
    return request.param


@pytest.fixture
def client():
    limits = Limits(connect=5, read=5, total=20, retries=0)
    with Client(limits, LOOPBACK, pause=lambda seconds: None) as client:
        yield client


def serve(protocol: str, broken: str = "") -> Serving:
    published = PROTOCOLS[protocol]
    return Serving(published.publish(published.names, broken))


def source_at(server: Serving, protocol: str, client: Client) -> Source:
    published = PROTOCOLS[protocol]
    return SOURCES[protocol].make(server.url(published.path), client, **published.sizes)


def identifiers(pages):
    return [reading.identifier for page in pages for reading in page.readings]


def is_readable(reading: Reading) -> bool:
    if reading.fault:
        return False
    try:
        record = format_for(reading.media_type).read(reading.content, reading.identifier, "http://a.example/")
    except Unreadable:
        return False
    return record.identifier == reading.identifier


def test_each_source_is_here():
    assert set(PROTOCOLS) == set(SOURCES)


def test_making_a_source_asks_nothing_and_takes_what_the_table_says(protocol, client):
    settings = dict.fromkeys(get_args(Setting), "http://a.example/graph")
    with serve(protocol) as server:
        url = server.url(PROTOCOLS[protocol].path)
        SOURCES[protocol].open(url, client, settings, since="2026-01-01", validators={"etag": "x"})
        SOURCES[protocol].open(url, client, {})
        assert server.asked == []
    parameters = [option.parameter for option in SOURCES[protocol].options]
    assert len(parameters) == len(set(parameters))


def test_a_whole_run_gives_each_record_once_and_proves_it(protocol, client):
    with serve(protocol) as server:
        pages = list(source_at(server, protocol, client).pages())
    assert sorted(identifiers(pages)) == list(PROTOCOLS[protocol].names)
    assert [page.last for page in pages] == [False] * (len(pages) - 1) + [True]
    for page in pages:
        for reading in page.readings:
            assert is_readable(reading)
            assert reading.identifier.encode() in reading.content


def test_a_run_goes_on_from_every_checkpoint_without_gap_or_repeat(protocol, client):
    with serve(protocol) as server:
        pages = list(source_at(server, protocol, client).pages())
        for done in range(1, len(pages)):
            checkpoint = json.loads(json.dumps(pages[done - 1].checkpoint))
            rest = list(source_at(server, protocol, client).pages(checkpoint))
            assert identifiers(pages[:done]) + identifiers(rest) == identifiers(pages)
            assert rest[-1].last


def test_a_source_without_records_proves_that_or_fails(protocol, client):
    with Serving(PROTOCOLS[protocol].publish((), "")) as server:
        try:
            pages = list(source_at(server, protocol, client).pages())
        except SourceError as error:
            assert error.rule  # noqa: PT017
        else:
            assert (identifiers(pages), pages[-1].last) == ([], True)


@pytest.mark.parametrize("which", [0, 4, 9])
def test_a_broken_record_costs_one_record(protocol, client, which):
    names = PROTOCOLS[protocol].names
    with serve(protocol, broken=names[which]) as server:
        pages = list(source_at(server, protocol, client).pages())
    readings = [reading for page in pages for reading in page.readings]
    assert pages[-1].last
    assert sorted(reading.identifier for reading in readings if is_readable(reading)) == [
        name for name in names if name != names[which]
    ]
    (broken,) = [reading for reading in readings if not is_readable(reading)]
    assert broken.content


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
        list(source_at(server, name, client).pages())
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
                list(SOURCES[protocol].make(address, client).pages())
            assert caught.value.rule
            assert address in str(caught.value)
