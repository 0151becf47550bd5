import errno
import gzip
import json
import sqlite3
import tempfile

import pytest

from erpd.formats import format_for
from erpd.formats.rdf import spool
from erpd.formats.rdf.document import read as syntax_read
from erpd.formats.rdf.document import write
from erpd.formats.rdf.syntaxes import SYNTAXES
from erpd.metadata.graph import Graph
from erpd.metadata.record import Record
from erpd.metadata.rules import RULES
from erpd.metadata.terms import DCAT, DCT, RDF
from erpd.sources.dump import source as dump
from erpd.sources.dump.source import Dump
from erpd.sources.errors import SourceError
from erpd.sources.http.client import Client, Limits
from tests.formats.shelf import files, present
from tests.needs import SHARED
from tests.servers import LOOPBACK, Serving
from tests.sources.dump.test_archive import zipped
from tests.sources.taken_in import taken_in

PREFIXES = "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .\n"
XML = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dcat="http://www.w3.org/ns/dcat#"
  xmlns:dct="http://purl.org/dc/terms/">\n"""


def turtle(*names: str) -> bytes:
    return (
        PREFIXES + "".join(f'<http://a.example/{n}> a dcat:Dataset ; dct:title "{n}" .\n' for n in names)
    ).encode()


def rdf_xml(*names: str) -> bytes:
    data_sets = (
        f'<dcat:Dataset rdf:about="http://a.example/{n}"><dct:title>{n}</dct:title></dcat:Dataset>\n'
        for n in names
    )
    return (XML + "".join(data_sets) + "</rdf:RDF>\n").encode()


@pytest.fixture
def client():
    with Client(Limits(max_download=2**20, retries=0), LOOPBACK, pause=lambda seconds: None) as client:
        yield client


@pytest.fixture
def read(tmp_path, client):
    """The readings of a file with that content and name."""

    def read(content: bytes, name: str = "all.rdf"):
        path = tmp_path / name
        path.write_bytes(content)
        pages = list(Dump(str(path), client, local=True).pages())
        assert [page.last for page in pages] == [False] * (len(pages) - 1) + [True]
        readings = [reading for page in pages for reading in page.readings]
        assert pages[-1].total == len(readings)
        return readings

    return read


@pytest.fixture
def refused(read):
    def refused(content: bytes, name: str = "all.rdf") -> SourceError:
        with pytest.raises(SourceError) as caught:
            read(content, name)
        assert name in str(caught.value)
        return caught.value

    return refused


def identifiers(readings) -> list[str]:
    return [reading.identifier.removeprefix("http://a.example/") for reading in readings]


@pytest.mark.parametrize("limits", [(2, 2**20), (500, 250)])
def test_a_run_goes_on_after_each_page_without_gap_or_repeat(limits, tmp_path, client, monkeypatch):
    monkeypatch.setattr(dump, "PAGE", limits[0])
    monkeypatch.setattr(dump, "PAGE_BYTES", limits[1])
    path = tmp_path / "all.zip"
    broken = turtle("c", "d", "e").replace(b'"d"', b"<")
    path.write_bytes(zipped(("1.ttl", turtle("a", "b")), ("2.ttl", broken), ("3.rdf", rdf_xml("f", "g"))))
    pages = list(Dump(str(path), client, local=True).pages())
    whole = [reading for page in pages for reading in page.readings]
    assert identifiers(whole) == ["a", "b", "c", "e", "d", "f", "g"]
    assert len(pages) >= 4
    done = []
    for page in pages:
        done += page.readings
        checkpoint = json.loads(json.dumps(page.checkpoint))
        rest = list(Dump(path.as_uri(), client, local=True).pages(checkpoint))
        assert done + [reading for page in rest for reading in page.readings] == whole
        assert rest[-1].last
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(SourceError) as caught:
        list(Dump(str(path), client, local=True).pages(pages[0].checkpoint))
    assert caught.value.rule == "changed"


def test_data_sets_without_an_iri_keep_their_identifier(read):
    """Whatever the parser calls them, and in whatever order they stand."""
    nameless = ['dct:identifier "nl-1" ; dct:title "1"', 'dct:title "2" ; dct:publisher [ dct:title "P" ]']
    first = read(
        (PREFIXES + "".join(f"[] a dcat:Dataset ; {said} .\n" for said in nameless)).encode(), "1.ttl"
    )
    nameless[1] = 'dct:publisher _:p ; dct:title "2" . _:p dct:title "P"'
    again = read(
        (PREFIXES + "".join(f"[] a dcat:Dataset ; {said} .\n" for said in reversed(nameless))).encode(),
        "2.ttl",
    )
    assert {reading.identifier for reading in first} == {reading.identifier for reading in again}
    assert first[0].identifier == "nl-1"
    assert first[1].identifier.startswith("urn:sha256:")


def test_a_broken_data_set_keeps_its_bytes_and_its_name(read):
    """The register must not take it for deleted, and a person must see what is wrong."""
    for content in (
        rdf_xml("1", "2", "3").replace(b">2</dct:title>", b">2</dct:titel>"),
        turtle("1", "2", "3").replace(b'"2"', b"<"),
    ):
        good, other, fault = read(content)
        assert identifiers([good, other, fault]) == ["1", "3", "2"]
        assert (good.fault, other.fault) == (None, None)
        assert fault.content.strip() in content
        assert b"http://a.example/2" in fault.content
        assert fault.fault.rule in RULES


def test_a_data_set_with_one_broken_line_is_not_taken_without_it(read):
    """The version before stays: it says more."""
    lines = [
        f"<http://a.example/{name}> <{predicate}> {value} ."
        for name in "123"
        for predicate, value in ((RDF.type.value, DCAT.Dataset), (DCT.title.value, f'"{name}"'))
    ]
    lines[3] = lines[3].replace('"2"', '"2" 2"')
    first, fault, last = read("\n".join(lines).encode(), "all.nt")
    assert identifiers([first, fault, last]) == ["1", "2", "3"]
    assert [reading.fault is None for reading in (first, fault, last)] == [True, False, True]
    assert fault.content.decode().strip() == lines[3]


def test_a_byte_that_is_no_utf_8_costs_one_character(read):
    """Not the record; the language that stands around it stays, and nothing else is repaired."""
    xml = rdf_xml("1", "2", "3").replace(b"<rdf:RDF", b'<rdf:RDF xml:lang="fr"')
    json_ld = write(Graph(syntax_read(xml, SYNTAXES["rdf"])).triples(), "jsonld")
    for content, syntax in ((xml, "rdf"), (turtle("1", "2", "3"), "ttl"), (json_ld, "jsonld")):
        for old, bad, new in ((b">2<", b">donn\x81es<", "donn\ufffdes"), (b'"2"', b'"a\x03b"', "a\x03b")):
            readings = read(content.replace(old, bad), f"all.{syntax}")
            assert identifiers(readings) == ["1", "2", "3"]
            record = format_for(readings[1].media_type).read(readings[1].content, "2", "")
            if old in content:
                assert list(record.title) == [("" if syntax == "ttl" else "fr", new)]


def test_a_file_in_another_charset_keeps_what_is_plain_and_spoils_nothing(read):
    content = rdf_xml(*"123").replace(b">2<", ">2 äöüßäöüßäöüß<".encode("latin-1"))
    good, other, fault = read(content)
    assert identifiers([good, other, fault]) == ["1", "3", "2"]
    assert fault.fault.rule == "broken-syntax"


def test_a_byte_that_is_no_utf_8_never_makes_another_identifier(read):
    content = rdf_xml("1", "2", "3").replace(b"example/2", b"example/\xe9")
    assert identifiers(read(content)) == ["1", "3", ""]


def test_terms_that_n_triples_cannot_hold_reach_the_record(read):
    content = rdf_xml("1", "2", "3").replace(b"<dct:title>2", b'<dct:title xml:lang="en_US">2')
    readings = read(content)
    assert identifiers(readings) == ["1", "2", "3"]
    record = format_for(readings[1].media_type).read(readings[1].content, "2", "")
    assert list(record.title) == [("en_us", "2")]


def test_identifiers_are_repaired_iris(read):
    content = rdf_xml("1").replace(b"http://a.example/1", b"http://a.example/a b")
    assert [reading.identifier for reading in read(content)] == ["http://a.example/a%20b"]


def test_a_file_that_is_cut_off_is_never_a_whole_run(refused, read):
    for content, name in ((rdf_xml("1", "2"), "all.rdf"), (turtle("1", "2"), "all.ttl")):
        assert len(read(content, name)) == 2
        for end in range(len(PREFIXES) + 5, len(content.rstrip()) - 1, 3):
            rest = content[:end]
            if rest.rstrip().endswith(b".") and name == "all.ttl":
                continue  # the end of a statement: nobody can tell
            assert refused(rest, name).rule in ("cut", "broken-syntax", "empty-list"), rest
    broken_and_cut = rdf_xml("1", "2", "3").replace(b">1<", b">&<")[:-20]
    assert refused(broken_and_cut).rule == "cut"
    for packed, name in (
        (gzip.compress(rdf_xml("1")), "all.rdf.gz"),
        (zipped(("a.rdf", rdf_xml("1"))), "all.zip"),
    ):
        assert refused(packed[:-9], name).rule == "cut"


@pytest.mark.parametrize(
    ("content", "rule", "words"),
    [
        (b"", "empty-list", "empty"),
        (b"<!DOCTYPE html><html><body>Log in</body></html>", "not-xml", "HTML page"),
        (b'{"success": true, "result": {"count": 0}}', "unknown-format", "not JSON-LD"),
        (b'{"@context": {}, "title": []}', "empty-list", "contains no RDF statements"),
        (b"%PDF-1.4 \x00\x01", "unknown-format", "not RDF (RDF/XML"),
        (
            b"<gmd:MD_Metadata xmlns:gmd='http://g.example/'>1<a/></gmd:MD_Metadata>",
            "broken-syntax",
            "text event",
        ),
        (XML.encode() + b"</rdf:RDF>", "empty-list", "contains no RDF statements"),
        (
            b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>' + rdf_xml("1"),
            "entity",
            "never resolved",
        ),
        (XML.encode() + b"<dcat:Catalog><dcat:dataset>" * 1_000, "entity", "nested"),
        (b'{"@id": "a:a", "http://b.example/": ' + b"[" * 5_000, "broken-syntax", "nested"),
        (zipped(), "empty-list", "no file in the archive"),
        (zipped(("README.txt", b"Hello"), ("a.csv", b"1,2")), "unknown-format", "not RDF (RDF/XML"),
        (gzip.compress(turtle("1") + b"#" * 2**20), "too-large", "1,048,576 bytes"),
    ],
)
def test_what_cannot_be_read_says_why(content, rule, words, refused):
    error = refused(content)
    assert (error.rule, words in str(error)) == (rule, True), str(error)


def test_a_file_of_this_machine_may_be_larger_than_a_download(read):
    assert identifiers(read(turtle("1") + b"#" * 2**20, "all.ttl")) == ["1"]


def test_entries_of_a_zip_that_are_no_rdf_cost_themselves(read):
    readings = read(
        zipped(("README.txt", b"Hello"), ("1.ttl", turtle("1")), ("x.html", b"<html>"), ("e.rdf", b""))
    )
    assert identifiers(readings) == ["", "1", "", ""]
    assert [reading.fault.rule if reading.fault else "" for reading in readings] == [
        "unknown-format", "", "unknown-format", "no-data-set"
    ]  # fmt: skip
    assert "README.txt" in readings[0].fault.value


@pytest.mark.parametrize(
    ("headers", "content"),
    [
        ({"Content-Type": "application/x-gzip"}, gzip.compress(turtle("1"))),
        ({"Content-Type": "text/turtle", "Content-Encoding": "gzip"}, gzip.compress(turtle("1"))),
        ({"Content-Type": "text/turtle", "Content-Encoding": "x-gzip"}, gzip.compress(turtle("1"))),
        ({"Content-Type": "text/plain"}, zipped(("all.ttl", turtle("1")))),
        (
            {"Content-Type": "application/trig"},
            PREFIXES.encode() + b"<g:g> { <http://a.example/1> a dcat:Dataset }",
        ),
        ({}, rdf_xml("1").decode().encode("utf-16")),
    ],
)
def test_by_http_whatever_it_is_called(headers, content, client):
    with Serving(lambda *_: (200, headers, content)) as server:
        (page,) = Dump(server.url("/export?what=all"), client).pages()
    assert identifiers(page.readings) == ["1"]


def test_an_answer_above_the_limit_is_refused(client):
    with (
        Serving(lambda *_: (200, {}, turtle("1") + b"#" * 2**20)) as server,
        pytest.raises(SourceError) as caught,
    ):
        list(Dump(server.url("/all.ttl"), client).pages())
    assert caught.value.rule == "too-large"


@pytest.mark.parametrize(
    "location", ["", "/", "no/such/file.rdf", "a\0b", "x" * 5_000, "file:///no%20file", "/dev/null"]
)
def test_what_is_no_file_says_so(location, client):
    with pytest.raises(SourceError) as caught:
        list(Dump(location, client, local=True).pages())
    assert caught.value.rule == "unreachable"


@pytest.mark.parametrize(
    "location", ["http://[::1", "ftp://a.example/all.rdf", "https://a.example:x/" + "y" * 9_000]
)
def test_what_is_no_address_says_so(location, client):
    with pytest.raises(SourceError) as caught:
        list(Dump(location, client, local=True).pages())
    assert caught.value.url


def test_a_full_disk_is_told_while_the_dump_is_spooled(refused, monkeypatch):
    connect = sqlite3.connect

    def small(*arguments, **options):
        file = connect(*arguments, **options)
        file.execute("PRAGMA max_page_count = 20")
        return file

    monkeypatch.setattr(spool, "_BATCH", 100)
    monkeypatch.setattr(spool.sqlite3, "connect", small)
    error = refused(turtle(*map(str, range(2_000))))
    assert error.rule == "disk-full"
    assert tempfile.gettempdir() in str(error)


def test_a_full_disk_is_told_while_the_dump_comes_in(client, monkeypatch):
    class Full(tempfile.SpooledTemporaryFile):
        def write(self, data):
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(dump.tempfile, "TemporaryFile", Full)
    with Serving(lambda *_: (200, {}, turtle("1"))) as server, pytest.raises(SourceError) as caught:
        list(Dump(server.url(), client).pages())
    assert caught.value.rule == "disk-full"


def test_every_file_of_others_gives_readings_or_a_clear_error(client):
    present(SHARED)
    seen = {"read": 0, "refused": 0, "records": 0}
    for file in files("catalogues", "oai-pmh", "ckan", "cbs", "csw-iso19139", "hostile", "seed"):
        source = Dump(str(file), Client(Limits()), local=True)
        try:
            readings = [reading for page in source.pages() for reading in page.readings]
        except SourceError as error:
            seen["refused"] += bool(error.rule and error.advice and file.name in str(error))
            continue
        assert all(reading.fault is None or reading.content for reading in readings), file
        seen["read"] += 1
        for reading in readings:
            taken = taken_in(reading)
            seen["records"] += isinstance(taken, Record)
            assert isinstance(taken, Record) or taken in RULES, file
    assert seen["read"] > 900
    assert seen["records"] > 450
    assert seen["read"] + seen["refused"] == len(
        files("catalogues", "oai-pmh", "ckan", "cbs", "csw-iso19139", "hostile", "seed")
    )


def test_what_was_repaired_in_a_dump_is_told_of_the_record_that_it_is_in(read):
    """And a misspelt namespace of each; nothing of a sound one."""
    xml = rdf_xml("1", "2", "3")
    assert [reading.repairs for reading in read(xml, "all.rdf")] == [(), (), ()]
    for syntax in ("rdf", "ttl"):
        came = xml if syntax == "rdf" else turtle("1", "2", "3")
        came = came.replace(b"http://www.w3.org/ns/dcat#", b"https://www.w3.org/ns/dcat#")
        came = came.replace(b">2<", b">donn\xe9es<").replace(b'"2"', b'"donn\xe9es"')
        told = [[one.rule for one in reading.repairs] for reading in read(came, f"all.{syntax}")]
        assert told == [["namespace"], ["namespace", "byte"], ["namespace"]]


def test_a_relative_reference_is_told_unless_the_document_declares_its_base(read):
    head = b"@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .\n"
    said = b"<http://a.example/1> a dcat:Dataset ; dct:relation <other> ; dcat:distribution <#x> ."
    said += b" <#x> dct:title '1' ."
    sound = b" <http://a.example/2> a dcat:Dataset ."
    first, second = read(head + said + sound, "all.ttl")
    assert sorted((one.rule, one.path, one.value) for one in first.repairs) == [
        ("reference", "@id", "#x"),
        ("reference", "dcat:distribution", "#x"),
        ("reference", "dct:relation", "other"),
    ]
    assert {one.repaired.partition(":")[0] for one in first.repairs} == {"urn"}
    assert second.repairs == ()
    based = b"@base <http://b.example/> .\n" + head + said
    assert [reading.repairs for reading in read(based, "all.ttl")] == [()]
