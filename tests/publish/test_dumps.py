"""Whole dumps: the same set as everywhere, never half a file, one state of the register."""

import errno
import gzip
import hashlib
import json
import shutil
import subprocess
import threading

import pytest
import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse

from erpd.formats.rdf.framed import FRAMES
from erpd.formats.rdf.syntaxes import SYNTAXES
from erpd.metadata.canonical import canonical
from erpd.metadata.graph import Graph
from erpd.metadata.terms import DCAT, DCT, FOAF
from erpd.publish import dumps
from erpd.publish.dumps import gzipped, place, writing
from erpd.register import changes
from erpd.register.derived import DerivedFailed
from erpd.register.models import Catalogue, DataSet, Version
from erpd.sources.dump.source import Dump
from erpd.sources.http.client import Client as HttpClient
from tests.servers import LOOPBACK

from .conftest import Register

SCOPES = {"": 5, "/protected": 4, "/open": 1, "/catalogues/nl": 3, "/catalogues/be": 1}


@pytest.fixture(autouse=True)
def home(tmp_path, settings, monkeypatch) -> None:
    settings.HOME = tmp_path
    monkeypatch.setattr(writing, "AT_ONCE", 2)


@pytest.fixture
def filled(register: Register) -> Register:
    erpd = register.catalogue("erpd")
    nl = register.catalogue("nl", part_of=erpd, country="NL")
    for number in range(3):
        agent = BlankNode("b0")
        me = NamedNode(f"http://nl.example/{number}")
        register.put(
            nl,
            str(number),
            f"Title {number}\n@prefix é",
            Quad(me, DCT.publisher, agent),
            Quad(agent, FOAF.name, Literal(f"Agency {number}")),
        )
    register.delete(register.put(nl, "gone"))
    register.put(register.catalogue("el", part_of=erpd), "1", "Another country")
    register.put(register.catalogue("be", kind="open"), "1", "Open")
    register.put(register.catalogue("trial", kind="test"), "1", "Test")
    return register


def read(client, address: str) -> bytes:
    response = client.get(address)
    assert response.status_code == 200, address
    assert response["Content-Type"] == "application/gzip"
    return gzip.decompress(response.getvalue())


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
def test_each_scope_in_each_syntax(client, filled) -> None:
    assert dumps.DERIVED.rebuild(None) == 5
    for prefix, amount in SCOPES.items():
        graphs = {}
        for syntax in FRAMES:
            body = read(client, f"{prefix}/catalogue.{syntax}.gz")
            graph = Graph(parse(body, format=SYNTAXES[syntax].format))
            assert len(graph.subjects(DCAT.Dataset)) == amount, (prefix, syntax)
            graphs[canonical(graph)] = graph
        assert len(graphs) == 1, prefix
        (graph,) = graphs.values()
        for number in range(3) if amount > 2 else ():
            (agent,) = graph.objects(NamedNode(f"http://nl.example/{number}"), DCT.publisher)
            assert graph.objects(agent, FOAF.name) == [Literal(f"Agency {number}")]
        for catalogue in graph.subjects(DCAT.Catalog):
            assert graph.objects(catalogue, DCT.publisher)
            assert graph.objects(catalogue, DCT.description)
    body = read(client, "/catalogue.rdf.gz")
    assert len(rdflib.Graph().parse(data=body, format="xml")) == len(graph_of(body, "rdf"))


def graph_of(body: bytes, syntax: str) -> Graph:
    return Graph(parse(body, format=SYNTAXES[syntax].format))


@pytest.mark.skipif(not shutil.which("rapper"), reason="rapper is not installed (Debian's raptor2-utils)")
@pytest.mark.parametrize(("syntax", "theirs"), [("rdf", "rdfxml"), ("ttl", "turtle"), ("nt", "ntriples")])
def test_rapper_reads_them(client, filled, syntax: str, theirs: str) -> None:
    dumps.DERIVED.rebuild(None)
    body = read(client, f"/catalogue.{syntax}.gz")
    command = ["rapper", "-q", "-i", theirs, "-o", "ntriples", "-", "http://b.example/"]
    done = subprocess.run(command, input=body, capture_output=True, check=True)
    assert done.stderr == b""
    assert len(Graph(parse(done.stdout, format=RdfFormat.N_TRIPLES))) == len(graph_of(body, syntax))


@pytest.mark.parametrize("syntax", FRAMES)
def test_our_own_harvester_takes_them_all(filled, live_server, syntax: str) -> None:
    dumps.DERIVED.rebuild(None)
    with HttpClient(allow_networks=LOOPBACK, pause=lambda _: None) as http:
        (page,) = Dump(f"{live_server.url}/protected/catalogue.{syntax}.gz", http).pages()
        found = sorted(reading.identifier for reading in page.readings)
    assert page.last
    assert found == [
        *(f"http://{name}" for name in ("el.example/1",)),
        *(f"http://nl.example/{n}" for n in range(3)),
    ]


def test_the_list_says_what_the_files_are(client, filled) -> None:
    assert client.get("/open/dumps").json() == {"scope": "open", "files": []}
    early = client.get("/catalogue.nt.gz")
    assert (early.status_code, early["Retry-After"]) == (503, "60")
    dumps.DERIVED.rebuild(None)
    said = client.get("/open/dumps").json()
    assert (said["data_sets"], said["change"]) == (1, changes.last())
    assert len(said["files"]) == len(FRAMES)
    for file in said["files"]:
        response = client.get(file["url"].removeprefix("http://testserver"))
        content = response.getvalue()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file["size"], file["sha256"])
        assert response["Content-Length"] == str(len(content))
        packed = client.get(response.wsgi_request.path, headers={"Accept-Encoding": "gzip"})
        assert packed.getvalue() == content
        assert "Content-Encoding" not in packed
        assert packed["ETag"] == response["ETag"] == f'"{file["sha256"]}"'
        assert (
            client.get(response.wsgi_request.path, headers={"If-None-Match": response["ETag"]}).status_code
            == 304
        )
        since = {"If-Modified-Since": response["Last-Modified"]}
        assert client.get(response.wsgi_request.path, headers=since).status_code == 304
    register_more = client.get("/catalogues/none/catalogue.nt.gz")
    assert register_more.status_code == 404


def test_they_are_written_again_when_the_register_changed_and_it_is_time(filled, monkeypatch) -> None:
    follow = dumps.DERIVED.follow
    assert follow(None, lambda: False) == 5
    first = place.in_force()
    assert dumps.reached() == first.change == changes.last()
    assert follow(None, lambda: False) == 0
    filled.put(DataSet.objects.filter(catalogue__slug="be").get().catalogue, "2", "New")
    assert follow(None, lambda: False) == 0
    assert place.in_force() == first
    monkeypatch.setattr(writing, "PAUSE", 0)
    monkeypatch.setattr(writing, "_SHARE", 0)
    assert follow(None, lambda: False) == 6
    second = place.in_force()
    assert [one.name for one in place.place().iterdir() if one.is_dir()] == [second.folder]
    with place.only_writer() as alone:
        assert alone
        filled.put(DataSet.objects.filter(catalogue__slug="be").first().catalogue, "3", "New")
        assert follow(None, lambda: False) == 0


def test_empty_ones_are_written_again_as_soon_as_there_is_something(register, monkeypatch) -> None:
    monkeypatch.setattr(writing, "_SHARE", 0)
    follow = dumps.DERIVED.follow
    assert follow(None, lambda: False) == 0
    assert place.in_force().data_sets["all"] == 0
    register.put(register.catalogue("erpd"), "1", "The first")
    assert follow(None, lambda: False) == 1


def test_a_new_catalogue_has_dumps_though_no_data_set_has_changed(client, filled, monkeypatch) -> None:
    monkeypatch.setattr(writing, "_SHARE", 0)
    follow = dumps.DERIVED.follow
    assert set(dumps.DERIVED.lacks()) >= {"all", "nl", "be"}
    follow(None, lambda: False)
    health = filled.catalogue("health", part_of=Catalogue.objects.get(slug="nl"))
    filled.catalogue("health-test", kind="test")
    assert client.get("/catalogues/health/catalogue.nt.gz").status_code == 503
    told = client.get("/readyz").json()
    assert (told["derived"]["dumps"]["lacks"], told["derived"]["triples"]["lacks"][-1]) == (
        ["health"],
        "health",
    )
    follow(None, lambda: False)
    assert dumps.DERIVED.lacks() == []
    assert b"HEALTH" in read(client, "/catalogues/health/catalogue.nt.gz")
    assert b"HEALTH" in read(client, "/catalogues/nl/catalogue.nt.gz")
    Catalogue.objects.filter(pk=health.pk).update(title={"en": "Ministry of Health"})
    first = place.in_force()
    follow(None, lambda: False)
    assert place.in_force() == first  # it is described anew, but not at once
    monkeypatch.setattr(writing, "PAUSE", 0)
    follow(None, lambda: False)
    assert b"Ministry of Health" in read(client, "/catalogues/health/catalogue.nt.gz")


@pytest.mark.parametrize("at", [1, 20, 61])
def test_a_full_disk_leaves_those_before_in_force(client, filled, monkeypatch, at: int) -> None:
    dumps.DERIVED.rebuild(None)
    before, body = place.in_force(), read(client, "/catalogue.nt.gz")
    written, left = gzipped.GzipFile._write, iter(range(at))

    def write(self, content: bytes) -> None:
        if next(left, None) is None:
            raise OSError(errno.ENOSPC, "No space left on device")
        written(self, content)

    monkeypatch.setattr(gzipped.GzipFile, "_write", write)
    with pytest.raises(DerivedFailed, match=r"No space left on device\. Those written before stay in force"):
        dumps.DERIVED.rebuild(None)
    assert place.in_force() == before
    assert [one.name for one in place.place().iterdir() if one.is_dir()] == [before.folder]
    assert read(client, "/catalogue.nt.gz") == body


def test_what_a_writer_that_was_killed_has_left_is_removed(client, filled) -> None:
    dumps.DERIVED.rebuild(None)
    left = place.place() / "1-dead"
    left.mkdir()
    (left / "all.nt.gz").write_bytes(b"\x1f\x8b")
    (place.place() / "current.part").write_text("{")
    assert read(client, "/catalogue.nt.gz")
    dumps.DERIVED.rebuild(None)
    assert [one.name for one in place.place().iterdir() if one.is_dir()] == [place.in_force().folder]


def test_a_data_set_that_cannot_be_read_is_not_left_out_silently(filled) -> None:
    dumps.DERIVED.rebuild(None)
    broken = DataSet.objects.get(catalogue__slug="be")
    Version.objects.filter(change=broken.change).update(content=b"broken")
    with pytest.raises(DerivedFailed, match=str(broken.key)):
        dumps.DERIVED.rebuild(None)


@pytest.mark.parametrize("damage", [b"", b"{}", b"[1]", b'{"files": 1}', b"\xff", b'{"files": {"a": {}}}'])
def test_a_list_that_cannot_be_read_is_written_again(client, filled, damage: bytes) -> None:
    dumps.DERIVED.rebuild(None)
    (place.place() / "current.json").write_bytes(damage)
    assert client.get("/catalogue.nt.gz").status_code == 503
    assert dumps.DERIVED.follow(None, lambda: False) == 5
    assert read(client, "/catalogue.nt.gz")


def test_newer_ones_put_in_force_while_a_file_is_sent(client, filled) -> None:
    dumps.DERIVED.rebuild(None)
    response = client.get("/catalogue.nt.gz")
    dumps.DERIVED.rebuild(None)
    assert gzip.decompress(response.getvalue())
    assert read(client, "/catalogue.nt.gz")


def test_a_dump_is_one_state_of_the_register(shared, monkeypatch) -> None:
    """What is edited while it is written is in it as it was before: at its place, once."""
    register = Register()
    nl = register.catalogue("nl")
    for number in range(9):
        register.put(nl, str(number), f"Title {number}")
    last, add = changes.last(), writing._Files.add

    def meanwhile(self, batch) -> None:
        def edit() -> None:
            register.put(nl, batch[-1].identifier, "Edited")
            register.put(nl, f"new-{batch[0].identifier}", "New")
            register.delete(register.put(nl, str((int(batch[-1].identifier) + 3) % 9)))
            from django.db import connections

            connections.close_all()

        thread = threading.Thread(target=edit)
        thread.start()
        thread.join()
        add(self, batch)

    monkeypatch.setattr(writing._Files, "add", meanwhile)
    assert dumps.DERIVED.rebuild(None) == 9
    written = place.in_force()
    assert written.change == last
    graph = graph_of(gzip.decompress(written.path("nl", "nt").read_bytes()), "nt")
    titles = {title.value for one in graph.subjects(DCAT.Dataset) for title in graph.objects(one, DCT.title)}
    assert titles == {f"Title {number}" for number in range(9)}


def test_pieces_make_one_member_that_gunzip_reads(tmp_path) -> None:
    file = gzipped.GzipFile(tmp_path / "file.gz")
    texts = [b"", b"a" * 100_000, json.dumps(list(range(1000))).encode(), b"\x00\xff" * 9]
    for text in texts:
        file.add(gzipped.piece(text))
    digest = file.finish()
    content = (tmp_path / "file.gz").read_bytes()
    assert (len(content), hashlib.sha256(content).hexdigest()) == (file.size, digest)
    assert gzip.decompress(content) == b"".join(texts)
    done = subprocess.run(["gzip", "-tv", str(tmp_path / "file.gz")], capture_output=True, check=True)
    assert b"OK" in done.stderr
