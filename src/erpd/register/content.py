"""What is stored of records and findings, and back: here alone a stored version becomes triples."""

import zlib
from collections.abc import Iterable
from typing import Protocol
from uuid import UUID

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from erpd.metadata.findings import Finding
from erpd.metadata.graph import Graph
from erpd.metadata.record import Record
from erpd.register.identity import storable
from erpd.register.models import DataSet, Version


class VersionBroken(Exception):
    """The register lists a change whose metadata are missing or damaged."""


class Described(Protocol):
    """A data set, or the columns of one that a door needs. ``change``: the number of its present version."""

    @property
    def key(self) -> UUID: ...
    @property
    def change(self) -> int: ...
    @property
    def identifier(self) -> str: ...
    @property
    def iri(self) -> str: ...


def facts_of(findings: Iterable[Finding]) -> list[dict[str, str]]:
    """Findings as the database keeps them; ``finding_from`` makes findings of them again."""
    return [{name: storable(value) for name, value in finding.as_dict().items()} for finding in findings]


def stored(changes: Iterable[int]) -> dict[int, bytes | memoryview]:
    """Change number -> content as it is stored, in one query; what is missing is missing here."""
    return dict(Version.objects.filter(change__among=list(changes)).values_list("change", "content"))


def triples_of(
    data_set: Described, content: bytes | memoryview | None = None, only: frozenset[bytes] | None = None
) -> list[Quad]:
    """The triples of a data set's present version, which has this stored ``content``: else it is asked for.

    ``only``: of the predicates with these names in N-Triples. Raises VersionBroken.
    """
    if content is None:
        content = stored([data_set.change]).get(data_set.change)
    try:
        if content is None:
            raise ValueError("it is missing")
        lines = zlib.decompress(content)
        if only is not None:  # subject, predicate, object
            lines = b"\n".join([line for line in lines.splitlines() if line.split(b" ", 2)[1] in only])
        # Lenient: it was checked when it came in. A second check would cost a third of the time.
        return list(parse(lines, format=RdfFormat.N_TRIPLES, rename_blank_nodes=False, lenient=True))
    except (ValueError, SyntaxError, IndexError, zlib.error) as error:
        message = f"Change {data_set.change} of data set {data_set.key} cannot be read: {error}"
        raise VersionBroken(message) from error


def record_of(
    data_set: Described, content: bytes | memoryview | None = None, only: frozenset[bytes] | None = None
) -> Record:
    """The same as a record."""
    return Record(data_set.identifier, Graph(triples_of(data_set, content, only)), NamedNode(data_set.iri))


def records(data_sets: Iterable[DataSet]) -> list[tuple[DataSet, Record]]:
    """The data sets with their records, in one query and in the same order; without tombstones.

    One whose version is missing is left out. Raises VersionBroken for one that is damaged.
    """
    present = [data_set for data_set in data_sets if not data_set.deleted]
    contents = stored(data_set.change for data_set in present)
    return [
        (data_set, record_of(data_set, contents[data_set.change]))
        for data_set in present
        if data_set.change in contents
    ]
