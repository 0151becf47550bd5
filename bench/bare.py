"""What nobody can do without: parse and hash each record. `python -m bench.bare NAME SIZE` times it."""

import hashlib
import json
import sys
from collections.abc import Callable

from lxml import etree
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, parse, serialize

from bench.measured import timed
from bench.served import RDF_XML, SERVED, Served
from erpd.formats import format_for

_HASH = "RDFC-1.0 and SHA-256"
# Of other formats than RDF the parser alone; the triples are there already.
_PARSERS: dict[str, tuple[str, Callable[[bytes], object]]] = {
    "json": ("json.loads reads the same records", json.loads),
    "xml": ("lxml parses the same records", etree.fromstring),
}


def bare_rdf(records: list[bytes]) -> set[bytes]:
    """pyoxigraph's streaming parser, then the hash."""
    return {digest(Dataset(parse(record, format=RdfFormat.RDF_XML))) for record in records}


def bare_other(
    records: list[bytes], graphs: list[list[Quad]], parser: Callable[[bytes], object]
) -> set[bytes]:
    """The parser of the format, then the hash of the triples that the product makes of the record."""
    digests = set()
    for record, graph in zip(records, graphs, strict=True):
        parser(record)
        digests.add(digest(Dataset(graph)))
    return digests


def digest(graph: Dataset) -> bytes:
    graph.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    lines = sorted((serialize(graph, format=RdfFormat.N_QUADS) or b"").splitlines())
    return hashlib.sha256(b"\n".join(lines)).digest()


def measure(served: Served, size: int) -> dict[str, object]:
    records = [served.record(number) for number in range(size)]
    if served.media_type == RDF_XML:
        what = "pyoxigraph parses the same RDF/XML"
        with timed() as clock:
            digests = bare_rdf(records)
    else:
        what, parser = _PARSERS[served.media_type.rpartition("+")[2]]
        what += ", without making triples of them"
        read = format_for(served.media_type).read
        graphs = [read(record, "", "http://127.0.0.1/").graph.triples() for record in records]
        with timed() as clock:
            digests = bare_other(records, graphs, parser)
    if len(digests) != size:
        raise RuntimeError("not all records are different")
    return {"what": f"{what}, then {_HASH}", **clock.figures()}


if __name__ == "__main__":
    print(json.dumps(measure(SERVED[sys.argv[1]], int(sys.argv[2]))))
