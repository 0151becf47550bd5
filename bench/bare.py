"""What nobody can do without: parse and hash each record. `python -m bench.bare SIZE` prints the figures."""

import hashlib
import json
import sys

from pyoxigraph import CanonicalizationAlgorithm, Dataset, RdfFormat, parse, serialize

from bench.data_sets import data_set
from bench.measured import timed
from bench.rdf_xml import rdf_xml


def bare(records: list[bytes]) -> int:
    """pyoxigraph's streaming parser, then RDFC-1.0 and SHA-256; the number of different records."""
    digests = set()
    for record in records:
        graph = Dataset(parse(record, format=RdfFormat.RDF_XML))
        graph.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        lines = sorted((serialize(graph, format=RdfFormat.N_QUADS) or b"").splitlines())
        digests.add(hashlib.sha256(b"\n".join(lines)).digest())
    return len(digests)


if __name__ == "__main__":
    made = [rdf_xml(data_set(number)).encode() for number in range(int(sys.argv[1]))]
    with timed() as clock:
        assert bare(made) == len(made)
    print(json.dumps(clock.figures()))
