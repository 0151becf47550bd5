"""kill -9 of `erpd harvest`, several times in one run: at the end all is as if nothing had happened."""

import os
import random
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from select import select
from threading import Event

from erpd.register.arrival import Bin
from tests.journeys.nodes import PATIENCE, Node, environment, harvesting, program
from tests.servers import Serving
from tests.sources.oai_pmh import oai

DATA_SETS = 960
PER_PAGE = 120  # enough that the work is shared with other processes
_RECORD = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:foaf="http://xmlns.com/foaf/0.1/">
<dcat:Dataset rdf:about="https://data.example/set-{number}"><dct:title>{title}</dct:title>
<dct:description>By diagnosis.</dct:description>{access}
<dct:publisher><foaf:Agent><foaf:name>Agency</foaf:name></foaf:Agent></dct:publisher>
<dcat:distribution><dcat:Distribution><dcat:accessURL rdf:resource="https://data.example/ask"/>
<dct:format rdf:resource="http://publications.europa.eu/resource/authority/file-type/CSV"/>
<dcat:byteSize rdf:datatype="http://www.w3.org/2001/XMLSchema#decimal">18006</dcat:byteSize>
<dct:rights rdf:resource="https://data.example/conditions"/></dcat:Distribution></dcat:distribution>
</dcat:Dataset></rdf:RDF>"""
_ACCESS = '<dct:accessRights rdf:resource="http://publications.europa.eu/resource/authority/access-right/RESTRICTED"/>'


def record(number: int, title: str) -> str:
    """A data set; each ninth lacks something mandatory."""
    access = _ACCESS if number % 9 else ""
    return oai.record(str(number), _RECORD.format(number=number, title=title, access=access))


class Source:
    """An OAI-PMH server that tells when a page has been asked for."""

    def __init__(self) -> None:
        records = [record(number, f"Discharges {number}") for number in range(DATA_SETS)]
        self._repository = oai.Repository([*records, *records[:3], oai.deleted("gone")], PER_PAGE)
        self._waiting, self._asked = 0, Event()

    def __call__(self, path, query, headers):
        self._waiting -= 1
        if self._waiting <= 0:
            self._asked.set()
        return self._repository(path, query, headers)

    def after(self, requests: int) -> Event:
        """Set when that many more have come."""
        self._waiting, self._asked = requests, Event()
        return self._asked


def test_the_same_as_an_undisturbed_run(tmp_path: Path) -> None:
    chance = random.Random(20260101)
    source = Source()
    undisturbed, killed = (Node(tmp_path / name, "european") for name in ("undisturbed", "killed"))
    with Serving(source) as server:
        expected = undisturbed.harvest("oai-pmh", server.url("/oai"))
        for _ in range(4):
            with begun(killed, server.url("/oai"), source, chance.randint(1, 3)) as process:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(chance.random() / 2)
                process.kill()
        ledger = killed.harvest("oai-pmh", server.url("/oai"))
    bins = [*Bin, "received", "gone", "held", "complete"]
    assert {name: ledger[name] for name in bins} == {name: expected[name] for name in bins}
    assert expected["duplicate"] == 3
    assert expected["new"] + expected["rejected"] == DATA_SETS
    assert contents(killed) == contents(undisturbed)


def test_nothing_that_it_started_lives_on(tmp_path: Path) -> None:
    source = Source()
    with Serving(source) as server:
        node = Node(tmp_path / "killed", "european")
        with begun(node, server.url("/oai"), source, 4) as process:
            process.kill()
            assert process.stdout
            assert select([process.stdout], [], [], PATIENCE / 3)[0], "a process still holds the output"
            assert not process.stdout.read()


def contents(node: Node) -> dict[str, tuple[str, int]]:
    return {iri: (one.digest, one.versions) for iri, one in node.held().items()}


@contextmanager
def begun(node: Node, address: str, source: Source, pages: int) -> Iterator["subprocess.Popen[bytes]"]:
    """A harvest that has asked for so many pages; it and all that it started end with the block."""
    asked = source.after(pages)
    command = program("--home", str(node.home), *harvesting("oai-pmh", address))
    quiet = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=environment(), start_new_session=True, **quiet) as process:
        try:
            assert asked.wait(PATIENCE)
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
