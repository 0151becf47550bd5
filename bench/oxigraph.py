"""The server of the SPARQL rows: Oxigraph, filled before it starts."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pyoxigraph import RdfFormat, parse, serialize

from bench.processes import free_port, running
from bench.sites import Record

_PROGRAM = str(Path(sys.executable).parent / "oxigraph")


@contextmanager
def oxigraph(folder: Path, size: int, record: Record) -> Iterator[str]:
    """The address of a server, without its path, that has ``size`` records in its default graph."""
    file, store = folder / "data-sets.nt", folder / "oxigraph"
    with file.open("wb") as triples:
        for number in range(size):
            serialize(parse(record(number), format=RdfFormat.RDF_XML), triples, format=RdfFormat.N_TRIPLES)
    load = [_PROGRAM, "load", "--location", str(store), "--file", str(file)]
    subprocess.run(load, check=True, capture_output=True)  # noqa: S603
    address = f"127.0.0.1:{free_port()}"
    serve = [_PROGRAM, "serve-read-only", "--location", str(store), "--bind", address]
    with running(serve, f"http://{address}/", subprocess.DEVNULL):
        yield f"http://{address}"
