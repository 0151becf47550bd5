"""No source reads a file of this machine, unless whoever described it on the command line named that file."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from erpd.harvest.models import SourceSettings
from erpd.harvest.rules import RulesError, read_rules
from erpd.harvest.source_settings import UnfitAddress, Wanted, settings_for
from erpd.metadata.profile import load_profile
from erpd.sources import SOURCES
from erpd.sources.errors import SourceError
from erpd.sources.http.client import Client
from tests.harvest.national import LIMITS, rdf, run, source
from tests.servers import LOOPBACK, Answer, Serving

CANARY = "canary-7f3a"
CLIENT = Client(LIMITS, LOOPBACK)


@pytest.fixture(autouse=True, scope="module")
def _closed() -> Iterator[None]:
    yield
    CLIENT.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file that would make a good data set, and holds a word that must not come out."""
    path = tmp_path / "private.rdf"
    path.write_text(rdf("x", CANARY))
    return path


def spellings(file: Path) -> list[str]:
    uri = file.as_uri()
    told = [uri, uri.replace("file", "FILE"), uri.replace("///", "/"), uri.replace("///", "//localhost/")]
    return [str(file), f"../..{file}", f"//{file}", *told, f" {uri}", f"{uri}#x", f"{uri}?x", f"jar:{uri}!/x"]


def read(protocol: str, location: str, **options: bool) -> str:
    """All that comes out of a source: its records, or why there are none."""
    try:
        return repr(list(SOURCES[protocol].open(location, CLIENT, {}, **options).pages()))
    except SourceError as error:
        return repr(error)


@pytest.mark.parametrize("protocol", SOURCES)
def test_a_path_is_read_only_where_the_caller_grants_it_and_only_by_dumps(file, protocol):
    for location in spellings(file):
        told = read(protocol, location)
        assert CANARY not in told
        assert any(rule in told for rule in ("forbidden-scheme", "bad-address", "unreachable"))
    assert (CANARY in read(protocol, str(file), local=True)) == (protocol == "dump")
    assert (CANARY in read(protocol, file.as_uri(), local=True)) == (protocol == "dump")


def hostile(file: Path, place: str) -> dict[str, Answer]:
    """What a server may send so that we open a file. ``place`` is the address of the server."""
    uri, xml = file.as_uri(), {"Content-Type": "text/xml"}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in (f"../../../..{file}", str(file), uri):
            archive.writestr(name, "<a:b> <a:c> <a:d> .")
        link = zipfile.ZipInfo("link.rdf")
        link.external_attr = 0o120777 << 16  # a symbolic link
        archive.writestr(link, str(file))
    context = [{"@context": uri, "@id": "a:b", "title": "x"}, {"@context": {"@import": uri}, "@id": "a:b"}]
    doctype = f'<!DOCTYPE r [<!ENTITY x SYSTEM "{uri}"><!ENTITY % y SYSTEM "{uri}">%y;]>'
    turtle = (
        f"@prefix h: <http://www.w3.org/ns/hydra/core#> . @base <{uri}> . "
        f"<{place}> a h:PagedCollection ; h:nextPage <{uri}> ; h:next '{uri}' . "
        f"<{place}1> a <http://www.w3.org/ns/dcat#Dataset> ; "
        f"<http://www.w3.org/2002/07/owl#imports> <{uri}> ; "
        f"<http://www.w3.org/2000/01/rdf-schema#seeAlso> <{uri}> ."
    )
    include = '<x:include xmlns:x="http://www.w3.org/2001/XInclude"'
    schema = 'xmlns:s="http://www.w3.org/2001/XMLSchema-instance" s:schemaLocation="a'
    linked = f'<{uri}>; rel="http://www.w3.org/ns/json-ld#context"'
    return {
        "redirect": (302, {"Location": uri}, b""),
        "redirect without slashes": (301, {"Location": f"file:{file}"}, b""),
        "refresh": (200, {"Refresh": f"0; url={uri}", "Link": f'<{uri}>; rel="next"'}, b""),
        "entity": (200, xml, f"<?xml version='1.0'?>{doctype}<r>&x;</r>".encode()),
        "outer DTD": (200, xml, f'<!DOCTYPE r SYSTEM "{uri}"><r>&x;</r>'.encode()),
        "stylesheet": (200, xml, f'<?xml-stylesheet href="{uri}" type="text/xsl"?><r/>'.encode()),
        "XInclude": (200, xml, f'<r>{include} href="{uri}"/></r>'.encode()),
        "schema": (200, xml, f'<r {schema} {uri}"/>'.encode()),
        "context": (200, {"Content-Type": "application/ld+json"}, json.dumps(context).encode()),
        "context in a header": (200, {"Content-Type": "application/json", "Link": linked}, b'{"a": 1}'),
        "hydra": (200, {"Content-Type": "text/turtle"}, turtle.encode()),
        "archive": (200, {"Content-Type": "application/zip"}, packed.getvalue()),
        "next link": (200, {"Content-Type": "application/json"}, json.dumps(
            {"value": [{"Identifier": "1", "Title": "a"}], "odata.nextLink": uri, "@odata.nextLink": uri,
             "success": True, "result": {"count": 9, "results": [], "next": uri}, "next": uri}).encode()),
        "token": (200, xml, (
            '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-01-01T00:00:00Z</responseDate>'
            f"<Identify><baseURL>{uri}</baseURL></Identify><ListRecords><resumptionToken>{uri}</resumptionToken>"
            "</ListRecords></OAI-PMH>").encode()),
    }  # fmt: skip


@pytest.mark.parametrize("protocol", SOURCES)
def test_nothing_that_a_server_sends_opens_a_file(file, protocol):
    answers: dict[str, Answer] = {}
    current = ""
    with Serving(lambda *_: answers[current]) as server:
        answers.update(hostile(file, server.url("/x")))
        for current in answers:
            assert CANARY not in read(protocol, server.url("/x")), current
            assert CANARY not in read(protocol, server.url("/x"), local=True), current


def test_a_file_opens_no_other_file(file, tmp_path):
    """``local`` grants the file that was named, nothing that it names."""
    for name, (_, _, body) in hostile(file, "https://data.example/x").items():
        here = tmp_path / "named"
        here.write_bytes(body if isinstance(body, bytes) else b"")
        assert CANARY not in read("dump", str(here), local=True), name


@pytest.mark.django_db
def test_settings_name_a_file_only_if_that_is_granted(file):
    for location in [*spellings(file), "x.ttl", "", "C:\\x.ttl", "\\\\host\\x.ttl"]:
        with pytest.raises(UnfitAddress, match="begins with https"):
            settings_for(Wanted("dump", location, "NL"))
    assert not SourceSettings.objects.exists()
    assert settings_for(Wanted("dump", str(file), "NL", local=True)).local
    assert not settings_for(Wanted("dump", "https://data.example/x", "NL", local=True)).local


@pytest.mark.django_db
def test_the_settings_say_whether_a_run_may_read_a_file(file):
    settings = source(str(file), "dump")
    assert run(settings).ledger["new"] == 1
    SourceSettings.objects.update(local=False)
    settings.refresh_from_db()
    report = run(settings)
    assert (report.run.error["rule"], CANARY in repr(report)) == ("forbidden-scheme", False)


@pytest.mark.parametrize("key", ["url", "file", "path", "include", "local", "import"])
def test_rules_name_no_file(file, key):
    with pytest.raises(RulesError, match="not a known key"):
        read_rules(f'{key} = "{file.as_uri()}"', load_profile("erpd"))
