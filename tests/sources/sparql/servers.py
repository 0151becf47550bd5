"""Real SPARQL servers, started for the tests: Virtuoso (from Debian) and Oxigraph (from PyPI)."""

import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
