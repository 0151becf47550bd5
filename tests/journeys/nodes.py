"""Nodes as people run them: a home in a folder, `erpd` as a process, a port of this machine."""

import json
import os
import sqlite3
import subprocess
import sys
import urllib.request
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import Any

from erpd.node import home as homes
from tests.servers import LOOPBACK, free_port

DEMO = Path(__file__).parents[2] / "src" / "erpd" / "demo"
PATIENCE = 60.0  # seconds that a process may take on a busy machine
_TITLES = {"national": "Nationaal informatiepunt", "european": "European Register"}
_PREFIXES = """
@prefix access: <http://publications.europa.eu/resource/authority/access-right/> .
@prefix filetype: <http://publications.europa.eu/resource/authority/file-type/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix : <https://data.example/> .
"""
_DATA_SET = """
:set-{name} a dcat:Dataset ; dct:title "{title}"@en ; dct:description "Discharges by diagnosis."@en ;
  dct:publisher :agency ; dct:accessRights access:RESTRICTED ;
  dcat:contactPoint [ a vcard:Organization ; vcard:fn "Desk {name}" ] ;
  dcat:distribution [ a dcat:Distribution ; dct:format filetype:CSV ; dcat:byteSize 18006.0 ;
    dcat:accessURL :ask ; dct:rights :conditions ] .
"""


def turtle(titles: dict[str, str]) -> str:
    """A catalogue of valid data sets: name -> title."""
    data_sets = "".join(_DATA_SET.format(name=name, title=title) for name, title in titles.items())
    return f'{_PREFIXES}:agency a foaf:Agent ; foaf:name "Agency" .\n{data_sets}'


@dataclass(frozen=True)
class Held:
    """What a node holds of one data set."""

    key: str
    iri: str
    digest: str
    deleted: bool
    catalogue: str
    versions: int
    graph: bytes


@cache
def migrated() -> bytes:
    """The database of a node that holds nothing yet, made once, because its migrations take three seconds."""
    with TemporaryDirectory() as folder:
        home = Node(Path(folder) / "home", "european", new=True).home
        erpd("--home", str(home), "migrate")
        return (home / homes.FILE).read_bytes()


class Node:
    """``url`` is where it is served, once it is (see ``serving``). A ``new`` one has no database yet."""

    def __init__(self, folder: Path, role: str, country: str = "", *, new: bool = False) -> None:
        self.home = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        homes.make_home(folder, homes.Node(role, _TITLES[role], country, self.url, (), LOOPBACK))
        if not new:
            (folder / homes.FILE).write_bytes(migrated())

    def erpd(self, *arguments: str, code: int = 0) -> str:
        return erpd("--home", str(self.home), *arguments, code=code)

    def harvest(self, protocol: str, url: object, *options: str, country: str = "NL") -> dict[str, Any]:
        """The ledger of a run that came to its end."""
        told = self.erpd(*harvesting(protocol, url, *options, country=country))
        ledger: dict[str, Any] = json.loads(told)
        return ledger

    @contextmanager
    def serving(self) -> Iterator[str]:
        command = ["--home", str(self.home), "serve", "--port", str(self.port)]
        with subprocess.Popen(program(*command), env=environment(), stderr=subprocess.PIPE) as process:
            try:
                wait_for(f"{self.url}/oai?verb=Identify", process)
                yield self.url
            finally:
                process.terminate()
                process.communicate(timeout=PATIENCE)

    def held(self) -> dict[str, Held]:
        """IRI -> data set; tombstones are among them."""
        with closing(sqlite3.connect(self.home / "erpd.sqlite3")) as database:
            rows = database.execute(
                "SELECT d.key, d.iri, d.digest, d.deleted, c.slug,"
                " (SELECT count(*) FROM register_version WHERE data_set_id = d.key), v.content"
                " FROM register_dataset d JOIN register_catalogue c ON c.id = d.catalogue_id"
                " JOIN register_version v ON v.change = d.change"
            ).fetchall()
        return {
            iri: Held(
                key, iri, digest, bool(gone), slug, versions, zlib.decompress(content) if content else b""
            )
            for key, iri, digest, gone, slug, versions, content in rows
        }

    def alive(self, catalogue: str = "") -> dict[str, str]:
        """IRI -> digest of the canonical graph, of what is not deleted."""
        return {
            iri: one.digest
            for iri, one in self.held().items()
            if not one.deleted and catalogue in ("", one.catalogue)
        }


def harvesting(protocol: str, url: object, *options: str, country: str = "NL") -> list[str]:
    wanted = ["--protocol", protocol, "--url", str(url), "--country", country]
    return ["harvest", *wanted, "--json", *options]


def program(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "erpd", *arguments]


def environment() -> dict[str, str]:
    """Without what the tests themselves run on."""
    ours = ("DATABASE_URL", "ERPD_HOME", "DJANGO_SETTINGS_MODULE")
    return {name: value for name, value in os.environ.items() if name not in ours}


def erpd(*arguments: str, code: int = 0, errors: bool = False) -> str:
    """What it printed, or said on standard error; the exit code must be ``code``."""
    done = subprocess.run(
        program(*arguments), env=environment(), capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == code, f"{done.returncode}: {done.stdout}{done.stderr}"
    assert "Traceback" not in done.stderr
    return done.stderr if errors else done.stdout


def wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    """Until the server answers; fails where it ends instead, or takes too long."""
    pause = Event()
    for _ in range(int(PATIENCE / 0.1)):
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            assert process.poll() is None, process.stderr and process.stderr.read().decode()
            pause.wait(0.1)
    raise AssertionError(f"{address} does not respond")


def get(address: str, accept: str = "*/*") -> tuple[bytes, str]:
    """The body and its media type."""
    request = urllib.request.Request(address, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return answer.read(), answer.headers.get_content_type()
