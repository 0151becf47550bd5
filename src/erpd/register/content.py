"""How records and findings are stored and read back. Only this module turns a stored version into triples."""

import logging
import zlib
from collections.abc import Iterable
from typing import Protocol
from uuid import UUID

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from erpd.metadata.findings import Finding
from erpd.metadata.graph import Graph
from erpd.metadata.record import Record
from erpd.metadata.storable import storable
from erpd.register.models import DataSet, Version

logger = logging.getLogger(__name__)

# Triples of one data set in a list: enough for its title and some formats, whatever its size.
MOST_IN_A_LIST = 2_000


class VersionBroken(Exception):
    """The metadata of a change in the register are missing or damaged."""


class Described(Protocol):
    """A data set, or those of its columns that a door needs. ``change`` is the key of its current version."""

    @property
    def key(self) -> UUID: ...
    @property
    def change(self) -> int: ...
    @property
    def identifier(self) -> str: ...
    @property
    def iri(self) -> str: ...


def facts_of(findings: Iterable[Finding]) -> list[dict[str, str]]:
    """Findings as the database stores them; ``finding_from`` reads them back."""
    return [{name: storable(value) for name, value in finding.as_dict().items()} for finding in findings]


def stored(changes: Iterable[int]) -> dict[int, bytes | memoryview]:
    """Change number -> stored content, in one query. Changes that are not in the database are left out."""
    return dict(Version.objects.filter(change__among=list(changes)).values_list("change", "content"))


def triples_of(
    data_set: Described,
    content: bytes | memoryview | None = None,
    only: frozenset[bytes] | None = None,
    most: int | None = None,
) -> list[Quad]:
    """The triples of a data set's current version. Raises VersionBroken.

    ``content`` is its stored content, read from the database if not given. ``only`` limits the triples to
    these predicates, written as in N-Triples, and ``most`` their number: then those about the data set itself
    come first.
    """
    if content is None:
        content = stored([data_set.change]).get(data_set.change)
    try:
        if content is None:
            raise ValueError("it is missing")
        lines = zlib.decompress(content)
        if only is not None:  # subject, predicate, object
            chosen = [line for line in lines.splitlines() if line.split(b" ", 2)[1] in only]
            if most is not None and len(chosen) > most:
                own = f"<{data_set.iri}> ".encode()
                chosen.sort(key=lambda line: not line.startswith(own))
                del chosen[most:]
            lines = b"\n".join(chosen)
        # Lenient, because it was checked on the way in; a second check would take a third of the time.
        return list(parse(lines, format=RdfFormat.N_TRIPLES, rename_blank_nodes=False, lenient=True))
    except (ValueError, SyntaxError, IndexError, zlib.error) as error:
        message = f"Change {data_set.change} of data set {data_set.key} cannot be read: {error}"
        raise VersionBroken(message) from error


def record_of(
    data_set: Described, content: bytes | memoryview | None = None, only: frozenset[bytes] | None = None
) -> Record:
    """The current version of a data set as a record; parameters and errors as in ``triples_of``."""
    return Record(data_set.identifier, Graph(triples_of(data_set, content, only)), NamedNode(data_set.iri))


def records(data_sets: Iterable[DataSet]) -> list[tuple[DataSet, Record]]:
    """The data sets with their records, in the same order, in one query.

    Tombstones and data sets whose version is missing are left out. Raises VersionBroken if one is damaged.
    """
    return [(data_set, record_of(data_set, content)) for data_set, content in _contents(data_sets)]


def listed(data_sets: Iterable[DataSet], only: frozenset[bytes]) -> list[tuple[DataSet, Record]]:
    """Like ``records``, but only what a list shows: MOST_IN_A_LIST triples with these predicates.

    A damaged version costs its own entry nothing but its words: it has no triples.
    """
    found = []
    for data_set, content in _contents(data_sets):
        try:
            triples = triples_of(data_set, content, only, MOST_IN_A_LIST)
        except VersionBroken as error:
            logger.error("%s", error)
            triples = []
        found.append((data_set, Record(data_set.identifier, Graph(triples), NamedNode(data_set.iri))))
    return found


def _contents(data_sets: Iterable[DataSet]) -> list[tuple[DataSet, bytes | memoryview]]:
    present = [data_set for data_set in data_sets if not data_set.deleted]
    contents = stored(data_set.change for data_set in present)
    return [(one, contents[one.change]) for one in present if one.change in contents]
