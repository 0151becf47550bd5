"""Virtuoso and Oxigraph give what a dump of the same triples gives."""

import pytest
from pyoxigraph import Quad, RdfFormat, parse, serialize

from erpd.formats.rdf.document import read
from erpd.formats.rdf.syntaxes import UnknownSyntax, syntax_of
from erpd.formats.reading import Unreadable
from erpd.metadata.terms import DCAT
from erpd.sources.dump.source import Dump
from erpd.sources.http.client import Client, Limits
from erpd.sources.sparql import source as walking
from erpd.sources.sparql.source import Sparql
from tests.needs import SHARED
from tests.servers import LOOPBACK
from tests.sources.sparql import servers as sparql_servers
from tests.sources.sparql.endpoint import PREFIXES
from tests.sources.sparql.test_source import DATA, digest, digests, many

NT = RdfFormat.N_TRIPLES
GRAPH = "http://graph.example/"
FOLDERS = ("de-ckanext-dcatde", "de-odsh", "it-unibo", "no-fdk", "se-dcat-ap-se", "it-dump")


@pytest.fixture
def client():
    with Client(Limits(connect=5, read=60, retries=0), LOOPBACK) as client:
        yield client


@pytest.fixture(scope="module", params=["virtuoso", "oxigraph"])
def server(request, tmp_path_factory):
    with getattr(sparql_servers, request.param)(tmp_path_factory.mktemp(request.param)) as server:
        yield server


def held(server, graph, client, file) -> dict[str, str]:
    """What a dump of the graph gives as the server holds it: stores write numbers their own way."""
    query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
    file.write_bytes(client.get(server.url, {"query": query}, accept=NT.media_type).content)
    assert file.read_bytes().count(b"\n") < 10_000
    return digests(Dump(str(file), client, local=True).pages())


def test_each_data_set_comes_as_it_would_out_of_a_dump(server, client, tmp_path):
    file = tmp_path / "all.nt"
    graph = GRAPH + "many"
    file.write_bytes(serialize(parse(PREFIXES + many(150), format=RdfFormat.TURTLE), format=NT))
    server.load(file, graph)
    pages = list(Sparql(server.url, client, graph=graph).pages())
    assert digests(pages) == held(server, graph, client, file)
    assert [len(page.readings) for page in pages] == [100, 50, 0]


def test_ten_thousand_rows_are_not_the_end(server, client, tmp_path):
    """Virtuoso cuts there without a word."""
    file = tmp_path / "all.nt"
    graph = GRAPH + "large"
    triples = [
        line
        for n in range(70)
        for line in (
            f"<{DATA}{n}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> {DCAT.Dataset} .\n",
            *(f'<{DATA}{n}> {DCAT.keyword} "{n} {k}" .\n' for k in range(199)),
        )
    ]
    file.write_text("".join(triples))
    server.load(file, graph)
    readings = [r for page in Sparql(server.url, client, graph=graph).pages() for r in page.readings]
    assert sorted(reading.content.count(b"\n") for reading in readings) == [200] * 70


def test_letters_of_all_kinds_are_walked_in_order(server, client, tmp_path, monkeypatch):
    """IRIs and identifiers, of a few keys at a time."""
    monkeypatch.setattr(walking, "_KEYS", 4)
    file = tmp_path / "all.nt"
    graph = GRAPH + "letters"
    file.write_bytes(
        serialize(
            parse(
                PREFIXES
                + "".join(
                    f"<{DATA}{c}{n}> a dcat:Dataset ."
                    f' [] a dcat:Dataset ; dct:identifier "{c}{n}" ; dct:title "{n}" .\n'
                    for c in "aZéæЖ漢𝔸~"
                    for n in range(4)
                ),
                format=RdfFormat.TURTLE,
            ),
            format=NT,
        )
    )
    server.load(file, graph)
    pages = list(Sparql(server.url, client, graph=graph, page_size=3).pages())
    assert digests(pages) == held(server, graph, client, file)
    assert pages[-1].last


def _valid(path) -> list[Quad]:
    """The triples of a file that any store takes; none where it is no RDF."""
    if path.suffix not in (".rdf", ".xml", ".ttl", ".nt", ".jsonld") or not path.is_file():
        return []
    content = path.read_bytes()
    try:
        found = list(read(content, syntax_of(content[:4096], name=path.name), DATA))
    except (Unreadable, UnknownSyntax):
        return []
    lines = serialize(found, format=NT).splitlines(keepends=True)
    return [triple for line in lines for triple in _line(line)]


def _line(line: bytes) -> list[Quad]:
    try:
        return list(parse(line, format=NT, rename_blank_nodes=False))
    except SyntaxError:
        return []


@pytest.mark.parametrize("folder", FOLDERS)
def test_catalogues_of_real_portals(server, client, tmp_path, folder):
    if not SHARED.is_dir():
        pytest.skip("no ../shared/data here")
    compared = 0
    for number, path in enumerate(sorted((SHARED / "catalogues" / folder).rglob("*"))):
        triples = _valid(path)
        if not any(triple.object == DCAT.Dataset for triple in triples):
            continue
        graph = f"{GRAPH}{folder}/{number}"
        file = tmp_path / "all.nt"
        file.write_bytes(serialize(triples, format=NT))
        try:
            server.load(file, graph)
        except AssertionError:  # Virtuoso refuses GML that it takes for WKT
            continue
        whole = held(server, graph, client, file)
        pages = Sparql(server.url, client, graph=graph).pages()
        readings = [reading for page in pages for reading in page.readings]
        assert {r.identifier: digest(r) for r in readings} == whole, path
        compared += len(whole)
    assert compared
