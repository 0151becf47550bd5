"""How records and findings are stored and read back. Only this module turns a stored version into triples."""

import logging
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

from django.db.models.functions import Length
from isal import isal_zlib
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from erpd.metadata.findings import Finding
from erpd.metadata.graph import Graph
from erpd.metadata.record import Record
from erpd.metadata.storable import storable
from erpd.register.models import DataSet, Version
from erpd.register.prepared import Prepared

logger = logging.getLogger(__name__)

# Triples of one data set in a list: enough for its title and some formats, whatever its size.
MOST_IN_A_LIST = 2_000
# Bytes of triples that a list reads whole. Of a larger record it reads what is about the data set itself.
READ_FOR_A_LIST = 2**22
LOADED = 2**23  # bytes of stored content in memory at once, unless a single one is larger
_small = Prepared(
    lambda changes, most: (
        Version.objects.filter(change__among=changes)
        .alias(size=Length("content"))
        .filter(size__lte=most)
        .values_list("change", "content")
    )
)


class VersionBroken(Exception):
    """The metadata of a change in the register are missing or damaged."""


class Described(Protocol):
    """A data set, or those of its columns that a door needs. ``change`` is the key of its current version."""

    @property
    def key(self) -> object: ...
    @property
    def change(self) -> int: ...
    @property
    def identifier(self) -> str: ...
    @property
    def iri(self) -> str: ...


class _Listed(Described, Protocol):
    @property
    def deleted(self) -> bool: ...


D = TypeVar("D", bound=_Listed)


def facts_of(findings: Iterable[Finding]) -> list[dict[str, str]]:
    """Findings as the database stores them; ``finding_from`` reads them back."""
    return [{name: storable(value) for name, value in finding.as_dict().items()} for finding in findings]


def stored(changes: Iterable[int]) -> Iterator[bytes | memoryview | None]:
    """The stored content of each change, in their order; None for one that is not in the database.

    One query; a content so large that LOADED bytes would not hold as many is loaded when it is its turn.
    """
    wanted = list(changes)
    contents: dict[int, bytes | memoryview] = dict(_small(wanted, LOADED // len(wanted))) if wanted else {}
    for change in wanted:
        if change in contents:
            yield contents[change]
        else:
            yield Version.objects.filter(change=change).values_list("content", flat=True).first()


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
    return parsed(data_set, lines_of(data_set, content), only, most)


def lines_of(data_set: Described, content: bytes | memoryview | None = None) -> bytes:
    """The triples of a data set's current version, as sorted N-Triples. Raises VersionBroken."""
    if content is None:
        content = next(stored([data_set.change]))
    try:
        if content is None:
            raise ValueError("it is missing")
        return isal_zlib.decompress(content)
    except (ValueError, isal_zlib.error) as error:  # type: ignore[misc]  # its stub has an instance
        raise _broken(data_set, error) from error


def parsed(
    data_set: Described, lines: bytes, only: frozenset[bytes] | None = None, most: int | None = None
) -> list[Quad]:
    """The triples in these lines; parameters and errors as in ``triples_of``."""
    try:
        if only is not None and most is not None and len(lines) > READ_FOR_A_LIST:
            lines = b"\n".join(_own(lines, data_set.iri, only, most))
        elif only is not None:  # subject, predicate, object
            chosen = [line for line in lines.splitlines() if line.split(b" ", 2)[1] in only]
            if most is not None and len(chosen) > most:
                own = f"<{data_set.iri}> ".encode()
                chosen.sort(key=lambda line: not line.startswith(own))
                del chosen[most:]
            lines = b"\n".join(chosen)
        # Lenient, because it was checked on the way in; a second check would take a third of the time.
        return list(parse(lines, format=RdfFormat.N_TRIPLES, rename_blank_nodes=False, lenient=True))
    except (ValueError, SyntaxError, IndexError) as error:
        raise _broken(data_set, error) from error


def _own(lines: bytes, iri: str, only: frozenset[bytes], most: int) -> list[bytes]:
    """Up to ``most`` lines about ``iri`` with these predicates: they are sorted, so few are looked at."""

    def start(at: int) -> int:
        return lines.rfind(b"\n", 0, at) + 1

    found: list[bytes] = []
    for predicate in sorted(only):
        prefix = f"<{iri}> ".encode() + predicate + b" "
        at = bisect_left(range(len(lines)), prefix, key=lambda at: lines[start(at) : start(at) + len(prefix)])
        while len(found) < most and lines.startswith(prefix, at):
            end = lines.find(b"\n", at)
            found.append(lines[at:end])
            at = end + 1
    return found


def _broken(data_set: Described, error: Exception) -> VersionBroken:
    return VersionBroken(f"Change {data_set.change} of data set {data_set.key} cannot be read: {error}")


def record_of(
    data_set: Described, content: bytes | memoryview | None = None, only: frozenset[bytes] | None = None
) -> Record:
    """The current version of a data set as a record; parameters and errors as in ``triples_of``."""
    return Record(data_set.identifier, Graph(triples_of(data_set, content, only)), NamedNode(data_set.iri))


def records(
    data_sets: Iterable[DataSet], only: frozenset[bytes] | None = None
) -> list[tuple[DataSet, Record]]:
    """The data sets with their whole records, in the same order. For more than a few, ``listed`` takes less.

    ``only`` limits them to triples with these predicates. Tombstones and data sets whose version is missing
    are left out. Raises VersionBroken if one is damaged.
    """
    return [(data_set, record_of(data_set, content, only)) for data_set, content in _contents(data_sets)]


def listed(data_sets: Iterable[D], only: frozenset[bytes]) -> list[tuple[D, Record]]:
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


def _contents(data_sets: Iterable[D]) -> Iterator[tuple[D, bytes | memoryview]]:
    present = [data_set for data_set in data_sets if not data_set.deleted]
    for one, content in zip(present, stored(one.change for one in present), strict=True):
        if content is not None:
            yield one, content
