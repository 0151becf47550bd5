"""Real SPARQL servers: Virtuoso (from Debian), Oxigraph (from PyPI) and Fuseki (from Maven Central)."""

import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.servers import free_port

_SETTINGS = """
[Database]
DatabaseFile = {folder}/v.db
TransactionFile = {folder}/v.trx
ErrorLogFile = {folder}/v.log
LockFile = {folder}/v.lck
xa_persistent_file = {folder}/v.pxa
[TempDatabase]
DatabaseFile = {folder}/vt.db
TransactionFile = {folder}/vt.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
NumberOfBuffers = 10000
DirsAllowed = {folder}
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 5
[SPARQL]
ResultSetMaxRows = 10000
MaxQueryCostEstimationTime = 400
MaxQueryExecutionTime = 60
"""


@dataclass(frozen=True)
class Server:
    """``load(file, graph)`` puts a file of N-Triples into a named graph."""

    url: str
    load: Callable[[Path, str], None]


@contextmanager
def virtuoso(folder: Path) -> Iterator[Server]:
    program, console = shutil.which("virtuoso-t"), shutil.which("isql-vt")
    if not program or not console:
        pytest.skip("Virtuoso is not installed (Debian: virtuoso-opensource-7-bin)")
    sql, http = free_port(), free_port()
    (folder / "virtuoso.ini").write_text(_SETTINGS.format(folder=folder, sql=sql, http=http))

    def load(file: Path, graph: str) -> None:
        shutil.copy(file, folder / "load.nt")
        command = f"DB.DBA.TTLP(file_to_string_output('{folder}/load.nt'), '', '{graph}', 255);"
        said = subprocess.run(
            [console, f"127.0.0.1:{sql}", "dba", "dba", f"exec={command}"],
            capture_output=True,
            text=True,
            check=True,
        )
        assert "Error" not in said.stderr, said.stderr

    with _running([program, "+configfile", str(folder / "virtuoso.ini"), "+foreground"], folder, http):
        yield Server(f"http://127.0.0.1:{http}/sparql", load)


@contextmanager
def oxigraph(folder: Path) -> Iterator[Server]:
    program = Path(sys.executable).parent / "oxigraph"
    if not program.exists():
        pytest.skip("The Oxigraph server is not installed (PyPI: oxigraph)")
    http = free_port()

    def load(file: Path, graph: str) -> None:
        request = urllib.request.Request(
            f"http://127.0.0.1:{http}/store?graph={graph}",
            file.read_bytes(),
            {"Content-Type": "application/n-triples"},
            method="PUT",
        )
        urllib.request.urlopen(request).close()

    with _running(
        [str(program), "serve", "--location", str(folder), "--bind", f"127.0.0.1:{http}"], folder, http
    ):
        yield Server(f"http://127.0.0.1:{http}/query", load)


_FUSEKI = Path(__file__).parents[3] / "build" / "fuseki"
_SERVICE = """
[] a fuseki:Service ; fuseki:name "{name}" ;
  fuseki:endpoint [ fuseki:operation fuseki:query ; fuseki:name "query" ;
    ja:context [ ja:cxtName "arq:queryTimeout" ; ja:cxtValue "3000" ] ] ;
  fuseki:endpoint [ fuseki:operation fuseki:update ; fuseki:name "update" ] ;
  fuseki:endpoint [ fuseki:operation fuseki:gsp-rw ; fuseki:name "data" ] ;
  fuseki:dataset [ a tdb2:DatasetTDB2 ; tdb2:location "{place}" ; tdb2:unionDefaultGraph true ] .
"""
_FUSEKI_PREFIXES = """
@prefix fuseki: <http://jena.apache.org/fuseki#> .
@prefix ja: <http://jena.hpl.hp.com/2005/11/Assembler#> .
@prefix tdb2: <http://jena.apache.org/2016/tdb#> .
"""


class Fuseki:
    """A data set for each scope, in memory or, with ``kept``, on disk."""

    def __init__(self, folder: Path, *, kept: bool = False) -> None:
        if not shutil.which("java") or not any(_FUSEKI.glob("jena-fuseki-main-*.jar")):
            pytest.skip(
                f"Fuseki is not installed: mvn -f tests/fuseki dependency:copy-dependencies "
                f"-DoutputDirectory={_FUSEKI}"
            )
        self._folder, self.port = folder, free_port()
        self._running: ExitStack | None = None
        config = _FUSEKI_PREFIXES
        for name in ("all", "protected", "open"):
            config += _SERVICE.format(name=name, place=folder / name if kept else f"--mem--/{name}")
        (folder / "config.ttl").write_text(config)

    def address(self, path: str) -> str:
        """``{scope}/query``, for example."""
        return f"http://127.0.0.1:{self.port}/{path}"

    def start(self) -> None:
        main = "org.apache.jena.fuseki.main.cmds.FusekiMainCmd"
        java = ["java", "-Xmx400m", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-cp", f"{_FUSEKI}/*", main]
        options = ["--localhost", f"--port={self.port}", "--config=config.ttl"]
        self._running = ExitStack()
        self._running.enter_context(_running([*java, *options], self._folder, self.port))

    def kill(self) -> None:
        if self._running:
            self._running.close()

    def update(self, name: str, update: str) -> None:
        """Change a data set behind the node's back."""
        form = urlencode({"update": update}).encode()
        urllib.request.urlopen(self.address(f"{name}/update"), form).close()


@contextmanager
def _running(command: list[str], folder: Path, port: int) -> Iterator[None]:
    """Until it answers on its port, for a minute at most; ended afterwards."""
    with (folder / "output.txt").open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, cwd=folder)
        try:
            for _ in range(600):
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
                    break
                except urllib.error.HTTPError:
                    break
                except OSError:
                    assert process.poll() is None, (folder / "output.txt").read_text()
                    time.sleep(0.1)
            yield
        finally:
            process.kill()
            process.wait()
