"""What is stored of records and findings, and back."""

import zlib
from collections.abc import Iterable

from pyoxigraph import NamedNode, RdfFormat, parse

from erpd.metadata.findings import Finding
from erpd.metadata.graph import Graph
from erpd.metadata.record import Record
from erpd.register.arrival import deflate
from erpd.register.identity import storable
from erpd.register.models import DataSet, Version

__all__ = ["contents", "deflate", "facts_of", "record_of", "records"]


def facts_of(findings: Iterable[Finding]) -> list[dict[str, str]]:
    """Findings as the database keeps them; ``finding_from`` makes findings of them again."""
    return [{name: storable(value) for name, value in finding.as_dict().items()} for finding in findings]


def contents(data_sets: Iterable[DataSet]) -> dict[int, bytes]:
    """Change number -> N-Triples of the present versions of ``data_sets``, in one query."""
    changes = [data_set.change for data_set in data_sets if not data_set.deleted]
    found = Version.objects.filter(change__among=changes).values_list("change", "content")
    return {change: zlib.decompress(content) for change, content in found}


def records(data_sets: Iterable[DataSet]) -> list[tuple[DataSet, Record]]:
    """The data sets, tombstones left out, with their records, in one query and in the same order."""
    data_sets = list(data_sets)
    triples = contents(data_sets)
    return [
        (data_set, record_of(data_set, triples[data_set.change]))
        for data_set in data_sets
        if data_set.change in triples
    ]


def record_of(data_set: DataSet, content: bytes) -> Record:
    graph = Graph(parse(content, format=RdfFormat.N_TRIPLES, rename_blank_nodes=False))
    return Record(data_set.identifier, graph, NamedNode(data_set.iri))
