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


class Killable:
    """A server that can be killed and started again, with its data on disk."""

    def __init__(self, folder: Path, command: list[str], port: int) -> None:
        self.folder, self.port, self._command = folder, port, command
        self.process: subprocess.Popen[bytes] | None = None
        self._running = ExitStack()

    def start(self) -> None:
        self.process = self._running.enter_context(_running(self._command, self.folder, self.port))

    def kill(self) -> None:
        """As `kill -9` does."""
        self._running.close()
        self.process = None


class Virtuoso(Killable):
    """One data set; ``load`` puts a file of N-Triples into a named graph."""

    def __init__(self, folder: Path) -> None:
        program, console = shutil.which("virtuoso-t"), shutil.which("isql-vt")
        if not program or not console:
            pytest.skip("Virtuoso is not installed (Debian: virtuoso-opensource-7-bin)")
        self._console, self._sql, http = console, free_port(), free_port()
        (folder / "virtuoso.ini").write_text(_SETTINGS.format(folder=folder, sql=self._sql, http=http))
        super().__init__(folder, [program, "+configfile", str(folder / "virtuoso.ini"), "+foreground"], http)
        self.url = f"http://127.0.0.1:{http}/sparql"

    def start(self) -> None:
        (self.folder / "v.lck").unlink(missing_ok=True)  # left by one that was killed
        super().start()

    def load(self, file: Path, graph: str) -> None:
        shutil.copy(file, self.folder / "load.nt")
        command = f"DB.DBA.TTLP(file_to_string_output('{self.folder}/load.nt'), '', '{graph}', 255);"
        said = subprocess.run(
            [self._console, f"127.0.0.1:{self._sql}", "dba", "dba", f"exec={command}"],
            capture_output=True,
            text=True,
            check=True,
        )
        assert "Error" not in said.stderr, said.stderr


@contextmanager
def virtuoso(folder: Path) -> Iterator[Server]:
    server = Virtuoso(folder)
    server.start()
    yield Server(server.url, server.load)
    server.kill()


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


class Fuseki(Killable):
    """A data set for each scope."""

    def __init__(self, folder: Path) -> None:
        if not shutil.which("java") or not any(_FUSEKI.glob("jena-fuseki-main-*.jar")):
            pytest.skip(
                f"Fuseki is not installed: mvn -f tests/fuseki dependency:copy-dependencies "
                f"-DoutputDirectory={_FUSEKI}"
            )
        config = _FUSEKI_PREFIXES
        for name in ("all", "protected", "open"):
            config += _SERVICE.format(name=name, place=folder / name)
        (folder / "config.ttl").write_text(config)
        port = free_port()
        main = "org.apache.jena.fuseki.main.cmds.FusekiMainCmd"
        java = ["java", "-Xmx400m", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-cp", f"{_FUSEKI}/*", main]
        super().__init__(folder, [*java, "--localhost", f"--port={port}", "--config=config.ttl"], port)

    def address(self, path: str) -> str:
        """``{scope}/query``, for example."""
        return f"http://127.0.0.1:{self.port}/{path}"


@contextmanager
def _running(command: list[str], folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
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
            yield process
        finally:
            process.kill()
            process.wait()
